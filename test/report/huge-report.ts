// A large estate: 500 clusters with 20,000 namespaces, as a literal would be too long. The same every time.

import { toFindingId } from "../../lib/model/finding-id.ts";
import type { Finding, Status, Subject } from "../../lib/model/finding.ts";
import { POSTURES, type NamespaceReport } from "../../lib/model/posture.ts";
import type { ClusterReport, Report } from "../../lib/model/report.ts";
import { finding, namespace, sampleReport, workload } from "./sample-report.ts";

const REGIONS = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];
const CREATED_AT = "2025-03-01T08:30:00Z";

export function toHugeReport(clusterCount: number, namespacesPerCluster: number): Report {
  const names = Array.from({ length: clusterCount }, (_, index) => toCluster(index, namespacesPerCluster));
  return {
    ...sampleReport,
    coverage: names.map(({ account, region, name }) => ({
      account,
      region,
      cluster: name,
      outcome: "scanned",
    })),
    complete: true,
    clusters: names,
    findings: names.flatMap(toFindings),
  };
}

function toCluster(index: number, namespaces: number): ClusterReport {
  const template = sampleReport.clusters[index % sampleReport.clusters.length] ?? sampleReport.clusters[0];
  if (template === undefined) throw new Error("the sample has no cluster");
  return {
    ...template,
    account: String(100_000_000_000 + Math.floor(index / 4)),
    region: REGIONS[index % REGIONS.length] ?? null,
    name: `team-${Math.floor(index / 10)}-cluster-${index}`,
    namespaces: Array.from({ length: namespaces }, (_, place) => toNamespace(index, place)),
  };
}

const COMPONENTS = ["api", "worker", "web", "cache", "jobs"];

function toNamespace(cluster: number, place: number): NamespaceReport {
  const posture = POSTURES[(cluster + place) % POSTURES.length] ?? "unknown";
  const name = `product-${place}-of-${cluster}`;
  const workloads = COMPONENTS.map((component) => workload(`${name}-${component}`, posture === "isolated"));
  return namespace(name, posture, posture === "empty" ? [] : workloads);
}

const JUDGED: readonly (readonly [controlId: string, status: Status])[] = [
  ["NETPOL.20", "fail"],
  ["NETPOL.21", "pass"],
  ["NETPOL.22", "fail"],
  ["NETPOL.23", "not-applicable"],
  ["NETPOL.24", "unknown"],
  ["NETPOL.25", "not-applicable"],
  ["NETPOL.26", "not-applicable"],
  ["NETPOL.27", "pass"],
];

function toFindings({ account, region, name, namespaces }: ClusterReport): readonly Finding[] {
  return namespaces.flatMap((subject) =>
    JUDGED.map(([controlId, status]) => {
      const common: Subject = { kind: "namespace", name: subject.name };
      const parts = finding({
        controlId,
        title: `The title of ${controlId}, of an ordinary length`,
        severity: controlId === "NETPOL.20" ? "high" : "medium",
        status,
        account,
        region,
        cluster: name,
        subject: common,
        because: `Namespace ${subject.name} runs 5 workloads and ${controlId} has its sentence about them.`,
        text: `What to do about ${controlId}.`,
      });
      const id = toFindingId({
        region,
        account,
        cluster: name,
        controlId,
        createdAt: CREATED_AT,
        subject: common,
      });
      return { ...parts, id };
    }),
  );
}
