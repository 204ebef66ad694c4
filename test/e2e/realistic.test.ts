// Unmodified upstream manifests, each a cluster of its own, scanned end to end: what a person says of them is
// what the scan must say. Needs ../shared/realistic, which is no part of this repository, and says so loudly.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { toFields } from "../../emulator/worlds/fields.ts";
import { clusterFromManifests } from "../../emulator/worlds/from-manifests.ts";
import { world } from "../../emulator/worlds/build.ts";
import { hubAccount } from "../../emulator/worlds/scenarios/small-company.ts";
import type { World, WorldCluster } from "../../emulator/world.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { NamespaceReport, WorkloadReport } from "../../lib/model/posture.ts";
import type { ClusterReport } from "../../lib/model/report.ts";
import { scanWorld, type ScannedWorld } from "../scenarios/scan-world.ts";
import { installations, type ExpectedNamespace, type Installation } from "./expected-realistic.ts";

const MANIFESTS = new URL("../../../shared/realistic/", import.meta.url);
const skip = existsSync(MANIFESTS) ? false : "SKIPPED: the upstream manifests are not beside this repository";
if (skip !== false) console.warn(skip);

function toCluster(name: string, installation: Installation, index: number): WorldCluster {
  const documents = installation.files.flatMap(read);
  const applied = documents.filter(
    (document) => installation.without?.includes(String(toFields(document)["kind"])) !== true,
  );
  return clusterFromManifests(applied, { ...installation.options, name, vpcOctet: 20 + index });
}

function read(file: string): readonly unknown[] {
  const documents = parseAllDocuments(readFileSync(new URL(file, MANIFESTS), "utf8"));
  return documents.map((document): unknown => document.toJS());
}

function toWorld(): World {
  const clusters = Object.entries(installations).map(([name, installation], index) =>
    toCluster(name, installation, index),
  );
  return world({
    name: "realistic",
    description: "One cluster per upstream project.",
    accounts: [hubAccount(clusters)],
  });
}

interface Judged {
  readonly cluster: ClusterReport;
  readonly findings: readonly Finding[];
}

function findJudged({ report }: ScannedWorld, name: string): Judged {
  const cluster = report.clusters.find((candidate) => candidate.name === name);
  if (cluster === undefined) throw new Error(`${name} was not scanned`);
  return { cluster, findings: report.findings.filter((finding) => finding.cluster === name) };
}

function countedWorkloads({ workloads }: NamespaceReport): readonly WorkloadReport[] {
  return workloads.filter(({ pods }) => pods.counted > 0);
}

function toExpectedNamespace(namespace: NamespaceReport): ExpectedNamespace {
  const counted = countedWorkloads(namespace);
  const selected = (direction: "ingress" | "egress") =>
    counted.filter((workload) => workload[direction].isolated === true);
  const open = (direction: "ingress" | "egress") =>
    selected(direction)
      .filter((workload) => workload[direction].openToCluster === true)
      .map(({ name }) => name)
      .toSorted();
  return {
    name: namespace.name,
    posture: namespace.posture,
    ingress: [selected("ingress").length, counted.length],
    egress: [selected("egress").length, counted.length],
    openForIngress: open("ingress"),
    openForEgress: open("egress"),
  };
}

describe("upstream manifests", { skip }, () => {
  let scanned: ScannedWorld;

  before(async () => {
    scanned = await scanWorld(toWorld(), { requestTimeoutMs: 20_000, deadlineMs: 60_000 });
  });

  test("every cluster was read whole", () => {
    const { coverage, complete } = scanned.report;
    assert.deepEqual(
      coverage.filter(({ outcome }) => outcome !== "scanned"),
      [],
    );
    assert.equal(complete, true);
    assert.equal(coverage.length, Object.keys(installations).length);
  });

  for (const [name, expected] of Object.entries(installations))
    test(name, () => {
      const { cluster, findings } = findJudged(scanned, name);
      const { verdict, engine, because, evidence } = cluster.enforcement;
      assert.deepEqual([verdict, engine], [expected.verdict, expected.engine]);
      assert.match([because, ...evidence.map(({ observed }) => observed)].join("\n"), expected.because);
      const { namespace } = expected;
      if (namespace !== undefined) {
        const found = cluster.namespaces.find((candidate) => candidate.name === namespace.name);
        assert.ok(found);
        assert.deepEqual(toExpectedNamespace(found), namespace);
      }
      const said = new Set(
        findings.map(({ status, controlId, subject }) => `${status} ${controlId} ${subject.name}`),
      );
      assert.deepEqual(
        (expected.findings ?? []).filter((line) => !said.has(line)),
        [],
      );
    });

  test("the stock vpc-cni manifest: the agent's container is there, and its policy switch is off", () => {
    const { cluster } = findJudged(scanned, "vpc-cni");
    assert.deepEqual(cluster.enforcement.engines, ["vpc-cni"]);
    const observed = cluster.enforcement.evidence.map(({ object, observed }) => `${object}: ${observed}`);
    assert.ok(
      observed.some((line) => line.includes("--enable-network-policy=false")),
      observed.join("\n"),
    );
    assert.ok(
      observed.some((line) => /amazon-vpc-cni.*false/.test(line)),
      observed.join("\n"),
    );
  });

  test("Argo CD without its policies: NETPOL.40 names Redis, and what is behind it", () => {
    const { findings } = findJudged(scanned, "argo-cd-without-its-policies");
    const because = findings.find(({ controlId }) => controlId === "NETPOL.40")?.because ?? "";
    assert.match(because, /Deployment\/argocd-redis:6379, the cache of rendered manifests/);
  });

  after(() => console.log(toTable(scanned)));
});

/** For a person, in Markdown. */
function toTable(all: ScannedWorld): string {
  const rows = Object.entries(installations).map(([name, { namespace }]) => {
    const { cluster, findings } = findJudged(all, name);
    const found = cluster.namespaces.find((candidate) => candidate.name === namespace?.name);
    return `| ${[name, ...toCells(cluster), ...toNamespaceCells(found), ...toControlCells(findings)].join(" | ")} |`;
  });
  const head = [
    "manifests",
    "enforcement",
    "engine",
    "namespace",
    "ingress",
    "egress",
    "NETPOL.40",
    "NETPOL.41",
  ];
  const line = head.map(() => "---");
  const cilium = "| cilium (a Helm chart only, nothing to load) | - | - | - | - | - | - | - |";
  return ["", ...[head, line].map((cells) => `| ${cells.join(" | ")} |`), ...rows, cilium, ""].join("\n");
}

function toCells({ enforcement }: ClusterReport): readonly string[] {
  return [enforcement.verdict, enforcement.engine ?? (enforcement.engines.join(", ") || "none")];
}

function toNamespaceCells(namespace: NamespaceReport | undefined): readonly string[] {
  if (namespace === undefined) return ["-", "-", "-"];
  const { name, posture, ingress, egress, openForIngress, openForEgress } = toExpectedNamespace(namespace);
  const toWords = ([selected, of]: readonly [number, number], open: readonly string[]): string =>
    `${selected} of ${of}${open.length === 0 ? "" : `, open: ${open.join(", ")}`}`;
  return [`${name} (${posture})`, toWords(ingress, openForIngress), toWords(egress, openForEgress)];
}

function toControlCells(findings: readonly Finding[]): readonly string[] {
  return ["NETPOL.40", "NETPOL.41"].map(
    (id) => findings.find(({ controlId }) => controlId === id)?.status ?? "-",
  );
}
