// What is done for each cluster and each report, over as many namespaces as tenants may make: for the test of how it
// grows.

import { admissionWebhook, ingress } from "../../emulator/worlds/entrances.ts";
import { namespace, pod, service } from "../../emulator/worlds/objects.ts";
import { allowAll, denyByDefault, networkPolicy } from "../../emulator/worlds/policies.ts";
import { toAsffExport } from "../../lib/commands/asff-export.ts";
import { judgeNullification } from "../../lib/controls/judge-nullification.ts";
import { controls } from "../../lib/controls/index.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { compareReports } from "../../lib/report/report-diff.ts";
import { render } from "../../lib/report/formats.ts";
import { toWholeText } from "../../lib/report/output.ts";
import { REPORT_FORMATS } from "../../lib/report/report-format.ts";
import { exempt } from "../../lib/scan/exempt.ts";
import type { ClusterScan } from "../../lib/scan/scan-cluster.ts";
import { toReport } from "../../lib/scan/to-report.ts";
import { isolated, namespace as namespaceReport, workload } from "../controls/posture-builders.ts";
import type { Work } from "../count-steps.ts";
import { openObjects } from "../remediation/judge-objects.ts";
import { day, live, observe } from "./life.ts";

const now = () => new Date("2026-11-22T00:00:00Z");
const SELF_EXEMPTIBLE = ["NETPOL.22", "NETPOL.24"];

/** Its controls mostly fail, and its Services, its Ingress and its webhook are to be kept open. */
function needsRemedies(index: number): readonly RawObject[] {
  const name = `team-${index}`;
  const ports = [{ port: 443, targetPort: 8443 }];
  return [
    namespace(
      name,
      {},
      {
        "ringfence.dev/exempt": SELF_EXEMPTIBLE.join(),
        "ringfence.dev/reason": `${name} moves out`,
        "ringfence.dev/owner": name,
        "ringfence.dev/until": "2026-12-24",
      },
    ),
    ...["web", "hook", "batch"].map((app) => pod(name, app, { labels: { app } })),
    service(name, "web", { selector: { app: "web" }, type: "LoadBalancer", ports }),
    service(name, "hook", { selector: { app: "hook" }, ports }),
    ingress(name, "web", { web: 443 }),
    admissionWebhook("ValidatingWebhookConfiguration", name, { namespace: name, name: "hook" }),
    // Every other one has no default deny.
    ...(index % 2 === 0 ? [denyByDefault(name, ["Ingress"])] : []),
    allowAll(name, "open", { matchLabels: { app: "web" } }),
    networkPolicy(name, "dead", { podSelector: { matchLabels: { app: "bach" } }, policyTypes: ["Ingress"] }),
  ];
}

function openMany(size: number): Promise<() => Promise<ClusterScan>> {
  return openObjects(Array.from({ length: size }, (_, index) => needsRemedies(index)).flat());
}

/** Each opens half of the addresses of all workloads: of these there are ten, whatever the size. */
function openInPart(size: number): () => unknown {
  const half = { ...isolated, externalShare: 0.5 };
  const workloads = Array.from({ length: 10 }, (_, index) => workload(`web-${index}`, { ingress: half }));
  const openings = Array.from({ length: size }, (_, index) => ({
    policy: `half-${index}`,
    direction: "ingress" as const,
    openToCluster: false,
    openToExternal: false,
    externalShare: 0.5,
    workloads: workloads.map(({ kind, name }) => `${kind}/${name}`),
  }));
  const shop = namespaceReport("shop", { workloads });
  return () => judgeNullification(shop, openings, () => ({ text: "", commands: [], files: [] }));
}

interface JudgedScan extends ClusterScan {
  readonly exempted: readonly Finding[];
}

const scans = new Map<number, Promise<JudgedScan>>();

/** Once for each size: it is most of the work, and nothing changes it. */
function scanMany(size: number): Promise<JudgedScan> {
  const scan = scans.get(size) ?? openMany(size).then(judgeAll);
  scans.set(size, scan);
  return scan;
}

async function judgeAll(start: () => Promise<ClusterScan>): Promise<JudgedScan> {
  const scan = await start();
  return { ...scan, exempted: exemptAll(scan) };
}

function exemptAll({ snapshot, findings }: ClusterScan): readonly Finding[] {
  const seen = snapshot?.facts.namespaces;
  return exempt(findings, {
    rules: {
      configured: [],
      allowed: SELF_EXEMPTIBLE,
      maxDays: 90,
      knownControls: new Set(controls.map(({ id }) => id)),
    },
    namespaces: seen?.seen === true ? seen.value : [],
    exemptSince: () => null,
    now: now(),
  });
}

async function reportMany(size: number) {
  const { exempted, ...scan } = await scanMany(size);
  const options = { context: { now }, toolVersion: "0.0.0" };
  const scans = [{ ...scan, findings: exempted }];
  return toReport({ scans, coverage: [], startedAt: now(), cloud: null, options });
}

const TEXT = { color: false, columns: 100, verbose: false };
const CONTEXT = { text: TEXT, controls, toAsff: toAsffExport };

export const WORK: Work = {
  "reading and judging": openMany,
  "policies that open in part": openInPart,
  "what namespaces exempt themselves from": async (size) => {
    const scan = await scanMany(size);
    return () => exemptAll(scan);
  },
  "the life of findings": async (size) => {
    const { findings } = await scanMany(size);
    const { after } = live([], observe(findings), day(0));
    return () => live(after, observe(findings), day(1));
  },
  "findings that are gone": async (size) => {
    const { findings } = await scanMany(size);
    const { after } = live([], observe(findings), day(0));
    return () => live(after, observe([]), day(1));
  },
  "the difference of two reports": async (size) => {
    const [from, to] = [await reportMany(size), await reportMany(size)];
    return () => compareReports({ ...from, findings: [] }, to);
  },
  "a report as text, with everything": async (size) => {
    const report = await reportMany(size);
    return () => toWholeText(render(report, "text", { ...CONTEXT, text: { ...TEXT, verbose: true } }));
  },
  ...Object.fromEntries(
    REPORT_FORMATS.map((format) => [
      `a report as ${format}`,
      async (size: number) => {
        const report = await reportMany(size);
        return () => toWholeText(render(report, format, CONTEXT));
      },
    ]),
  ),
};
