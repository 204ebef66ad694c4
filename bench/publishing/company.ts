// Two runs of the demo's company with a change between them, and a Region that is denied on the second run: the real
// command against the emulated cloud, which keeps what the first run left.

import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import type { World, WorldCluster, WorldFault } from "../../emulator/world.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { denyByDefault } from "../../emulator/worlds/policies.ts";
import { scanCloud } from "../../lib/commands/scan.ts";
import { parseConfiguration } from "../../lib/config/config.ts";
import type { Finding } from "../../lib/model/finding.ts";
import { type Report, toWholeReport } from "../../lib/model/report.ts";
import { toDigest } from "../../lib/sinks/digest-draft.ts";
import { toSlackMessage } from "../../lib/sinks/slack-blocks.ts";
import { SILENT } from "../../test/silent-terminal.ts";

type Say = (line: string) => void;

type Left = Pick<Cloud["stores"], "findings" | "objects">;

interface Ran {
  readonly report: Report;
  readonly left: Left;
  readonly digest: string | null;
}

async function runCompany(world: World, after?: Left): Promise<Ran> {
  const cloud = await startCloud(world);
  for (const [key, held] of after?.findings ?? []) cloud.stores.findings.set(key, structuredClone(held));
  for (const [key, held] of after?.objects ?? []) cloud.stores.objects.set(key, held);
  Object.assign(process.env, cloud.environment);
  const file = {
    organization: {},
    ...(world.scanner.externalId === null ? {} : { role: { externalId: world.scanner.externalId } }),
    publish: { securityHub: { enabled: true }, sns: { topicArn: cloud.topicArn, format: "text" } },
    state: { bucket: "ringfence-state" },
    limits: { requestTimeoutMs: 3000, deadlineSeconds: 60 },
  };
  const configuration = parseConfiguration(JSON.stringify(file), "the company's configuration");
  const options = { format: "json", failOn: "none", publish: true, stats: false, color: false } as const;
  const { signal } = new AbortController();
  const { report } = await scanCloud(configuration, process.env, options, SILENT, signal);
  const [message] = cloud.stores.messages.get(cloud.topicArn) ?? [];
  // A copy: the next run's cloud goes on with what this one left, and changes it.
  const left = { findings: structuredClone(cloud.stores.findings), objects: cloud.stores.objects };
  await cloud.close();
  if (report === undefined) throw new Error("the scan made no report");
  return { report: toWholeReport(report), left, digest: message?.message ?? null };
}

function company(): World {
  const world = worlds["demo"]?.();
  if (world === undefined) throw new Error("there is no world named demo");
  return world;
}

type Change = (cluster: WorldCluster) => WorldCluster;

function withCluster(world: World, name: string, change: Change): World {
  const accounts = world.accounts.map((account) => ({
    ...account,
    clusters: account.clusters.map((cluster) => (cluster.name === name ? change(cluster) : cluster)),
  }));
  return { ...world, accounts };
}

const isPolicyOf = (namespace: string) => (object: { kind: string; metadata: { namespace?: string } }) =>
  object.kind === "NetworkPolicy" && object.metadata.namespace === namespace;

/** In an enforced cluster: a namespace that is isolated loses its policies, one without any gets one. */
export async function twoRuns(say: Say): Promise<void> {
  const before = company();
  const first = await runCompany(before);
  const { cluster, isolated, bare } = findPlaces(first.report);
  const after = withCluster(before, cluster, (one) => ({
    ...one,
    objects: [...one.objects.filter((object) => !isPolicyOf(isolated)(object)), denyByDefault(bare)],
  }));
  say(
    `between the runs, in ${cluster}: ${isolated} loses its policies, ${bare} gets a default deny, which no engine has processed yet`,
  );
  const second = await runCompany(after, first.left);
  say("\n--- the digest of the second run (SNS, text)\n");
  say(second.digest ?? "none");
  say("--- the same as Slack blocks\n");
  say(JSON.stringify(JSON.parse(toSlackMessage(toDigest(second.report))), null, 1));
  const repaired = second.report.findings.find(
    ({ controlId, subject, change }) =>
      controlId === "NETPOL.20" && subject.name === bare && change === "resolved",
  );
  say(`\n--- ASFF of ${repaired?.id} before and after`);
  for (const ran of [first, second]) say(JSON.stringify(findAsff(ran.left, repaired), null, 1));
  const third = await runCompany(after, second.left);
  say(`third run, nothing changed: digest ${third.digest === null ? "not sent" : "sent"}`);
}

function findAsff(left: Left, finding: Finding | undefined): unknown {
  const found = [...left.findings.values()]
    .flatMap((hub) => [...hub.values()])
    .find(({ Id }) => Id === finding?.id);
  if (found === undefined) return null;
  const { Id, CreatedAt, UpdatedAt, RecordState, Title, Description, Compliance, Severity, Workflow } = found;
  return { Id, CreatedAt, UpdatedAt, RecordState, Title, Description, Compliance, Severity, Workflow };
}

function findPlaces({ clusters, findings }: Report) {
  const cluster = clusters.find(
    ({ name, enforcement, namespaces }) =>
      enforcement.verdict === "enforced" &&
      namespaces.some(({ posture }) => posture === "isolated") &&
      findings.some((one) => one.cluster === name && one.controlId === "NETPOL.20" && one.status === "fail"),
  );
  const isolated = cluster?.namespaces.find(({ posture }) => posture === "isolated")?.name;
  const bare = findings.find(
    (one) => one.cluster === cluster?.name && one.controlId === "NETPOL.20" && one.status === "fail",
  )?.subject.name;
  if (cluster === undefined || isolated === undefined || bare === undefined)
    throw new Error("the demo's world has no cluster for this change");
  return { cluster: cluster.name, isolated, bare };
}

export async function deniedRegion(say: Say): Promise<void> {
  const first = await runCompany(company());
  const open = first.report.clusters.find(({ namespaces }) => namespaces.length > 0);
  if (open === undefined || open.account === null || open.region === null) throw new Error("no cluster");
  const { account: accountId, region } = open;
  const answer = { kind: "error", status: 403, code: "AccessDeniedException", message: "denied" } as const;
  const fault: WorldFault = { service: "eks", operation: "ListClusters", accountId, region, answer };
  const active = (left: Left): number =>
    [...(left.findings.get(`${accountId}/${region}`)?.values() ?? [])].filter(
      ({ RecordState }) => RecordState === "ACTIVE",
    ).length;
  const before = active(first.left);
  const second = await runCompany({ ...company(), faults: [...company().faults, fault] }, first.left);
  const count = (change: Finding["change"]): number =>
    second.report.findings.filter((one) => one.change === change).length;
  say(`run 1: ${before} findings active in the hub of ${accountId} ${region}`);
  say(
    `run 2, ListClusters denied there: ${active(second.left)} active; ${count("vanished")} vanished, ${count("resolved")} resolved`,
  );
  for (const { because, change, controlId } of second.report.findings)
    if (controlId === "NETPOL.9" && change === "new") say(`  NETPOL.9 new: ${because}`);
}
