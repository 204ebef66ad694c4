// One cell of the matrix: a run before the fault, one with it, one after it. What must hold is the same for every
// cell; what broke is returned as sentences.

import { startCloud, type Cloud } from "../../../emulator/cloud.ts";
import type { StoredFinding } from "../../../emulator/aws/stores.ts";
import type { WorldFault } from "../../../emulator/world.ts";
import { parseConfiguration } from "../../../lib/config.ts";
import { scanCloud } from "../../../lib/commands/scan.ts";
import type { CommandResult } from "../../../lib/commands/options.ts";
import { ConfigurationError } from "../../../lib/model/configuration-error.ts";
import type { Finding } from "../../../lib/model/finding.ts";
import type { Report } from "../../../lib/model/report.ts";
import { UsageError } from "../../../lib/model/usage-error.ts";
import { findLeaks, findWrites, type Slack, startSlack } from "../nothing-leaked.ts";
import type { Cell } from "./cells.ts";
import { faultWorld, SPOILED } from "./fault-world.ts";
import { toWholeText } from "../../../lib/report/output.ts";

/** Every run here ends in a few seconds; this is the bound that the configuration promises, and the start. */
const DEADLINE_SECONDS = 15;
/** Patient enough for a busy machine: a run without a fault must see everything. */
const REQUEST_TIMEOUT_MS = 3_000;
const RUN_LIMIT_MS = 60_000;
const BUCKET = "ringfence-state-of-a-test";

export interface Stage {
  readonly cloud: Cloud;
  readonly slack: Slack;
  /** Asked at every request. */
  readonly faults: WorldFault[];
  run(): Promise<Ran>;
  close(): Promise<void>;
}

export interface Ran {
  readonly exitCode: number;
  readonly report: Report | null;
  readonly text: string;
}

export async function openStage(): Promise<Stage> {
  const faults: WorldFault[] = [];
  const cloud = await startCloud(faultWorld(faults));
  const slack = await startSlack();
  const secretArn = cloud.putSecret("ringfence/slack", slack.webhook);
  cloud.stores.objects.set(BUCKET, new Map());
  Object.assign(process.env, cloud.environment);
  const file = {
    organization: {},
    role: { externalId: "an-external-id-of-a-test" },
    regions: ["eu-central-1"],
    publish: {
      securityHub: { enabled: true },
      slack: { secretArn },
      sns: { topicArn: cloud.topicArn, format: "json" },
    },
    state: { bucket: BUCKET },
    limits: { requestTimeoutMs: REQUEST_TIMEOUT_MS, deadlineSeconds: DEADLINE_SECONDS },
  };
  const configuration = parseConfiguration(JSON.stringify(file), "the configuration of the fault matrix");
  return {
    cloud,
    slack,
    faults,
    run: () =>
      runOnce(() => scanCloud(configuration, process.env, OPTIONS, SILENT(), new AbortController().signal)),
    close: async () => {
      slack[Symbol.dispose]();
      await cloud.close();
    },
  };
}

const OPTIONS = { format: "json", failOn: "high", color: false, publish: true } as const;
let remarks: string[] = [];
const SILENT = () => ({
  out: () => {},
  remark: (text: string) => void remarks.push(text),
  live: () => {},
  columns: 80,
  color: false,
  interactive: false,
});

async function runOnce(scan: () => Promise<CommandResult>): Promise<Ran> {
  remarks = [];
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The run did not end within ${RUN_LIMIT_MS} ms`)),
      RUN_LIMIT_MS,
    );
  });
  try {
    const { exitCode, output: written, remarks: said } = await Promise.race([scan(), limit]);
    const output = toWholeText(written);
    return { exitCode, report: JSON.parse(output) as Report, text: [output, said, ...remarks].join("\n") };
  } catch (error) {
    // What lib/cli.ts tells its user in a sentence; everything else is a bug and fails the cell.
    if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
    return { exitCode: 2, report: null, text: [error.message, ...remarks].join("\n") };
  } finally {
    clearTimeout(timer);
  }
}

/** What the world says when nothing fails; the same for every cell. */
export interface Baseline {
  readonly exitCode: number;
  readonly verdicts: ReadonlyMap<string, Finding>;
}

export function toBaseline({ exitCode, report }: Ran): Baseline {
  return { exitCode, verdicts: toVerdicts(report) };
}

function toVerdicts(report: Report | null): ReadonlyMap<string, Finding> {
  return new Map((report?.findings ?? []).map((finding) => [finding.id, finding]));
}

export async function runCell(cell: Cell): Promise<readonly string[]> {
  const stage = await openStage();
  try {
    const baseline = toBaseline(await stage.run());
    if (baseline.exitCode !== 0) return [`the run before the fault: exit ${baseline.exitCode}`];
    const before = toHub(stage.cloud);
    stage.faults.push(cell.fault);
    const spoiled = await stage.run();
    const during = toHub(stage.cloud);
    stage.faults.length = 0;
    const healed = await stage.run();
    return [
      ...judgeSpoiled(cell, spoiled, baseline),
      ...judgeHub(before, during),
      ...judgeHealed(healed, baseline, before, toHub(stage.cloud)),
      ...judgeDigests(stage.cloud),
      ...findLeaks(stage.cloud, [spoiled.text, healed.text, ...stage.slack.bodies]),
      ...findWrites(stage.cloud),
    ];
  } finally {
    await stage.close();
  }
}

/** Only the affected scope is unknown or missed, nothing that was judged is judged otherwise, and the code says so. */
function judgeSpoiled(cell: Cell, { exitCode, report }: Ran, baseline: Baseline): readonly string[] {
  if (report === null)
    return cell.scope === "run" && exitCode === 2 ? [] : [`exit ${exitCode} without a report`];
  const problems: string[] = [];
  const expected = report.complete ? [baseline.exitCode, 3] : [3];
  if (!expected.includes(exitCode)) problems.push(`exit ${exitCode}, complete ${report.complete}`);
  for (const finding of report.findings) {
    const known = baseline.verdicts.get(finding.id);
    if (known === undefined || finding.controlId === "NETPOL.9") continue;
    if (finding.status === known.status || finding.status === "unknown") continue;
    problems.push(`${finding.id} says ${finding.status}, it was ${known.status}: ${finding.because}`);
  }
  for (const [id, known] of baseline.verdicts) {
    if (isInScope(cell, known)) continue;
    const now = report.findings.find((finding) => finding.id === id);
    if (now?.status !== known.status)
      problems.push(`${id}, which the fault does not touch, says ${now?.status}`);
  }
  const unseen = report.findings.filter(
    ({ id, status }) => status === "unknown" && baseline.verdicts.get(id)?.status !== "unknown",
  );
  const gaps = report.coverage.filter(({ outcome }) => outcome === "partial" || outcome === "missed");
  // Access level 1 is a way to run: what a role does not grant leaves the coverage `scanned`, with a detail.
  const isSaid = gaps.length > 0 || report.coverage.some(({ detail }) => detail !== undefined);
  if (unseen.length > 0 && !isSaid) problems.push("verdicts are unknown and the coverage says nothing");
  for (const gap of gaps) if (gap.why === undefined) problems.push("a gap has no reason");
  return problems;
}

function isInScope({ scope }: Cell, { account, cluster }: Finding): boolean {
  if (scope === "run") return true;
  return scope === "account" ? account !== "111111111111" : cluster === SPOILED;
}

type Hub = ReadonlyMap<string, StoredFinding>;

function toHub({ stores }: Cloud): Hub {
  const entries = [...stores.findings].flatMap(([place, held]) =>
    [...held].map(([key, finding]) => [`${place} ${key}`, finding] as const),
  );
  return new Map(entries);
}

/** A fault archives nothing and takes nothing away. */
function judgeHub(before: Hub, during: Hub): readonly string[] {
  const problems: string[] = [];
  for (const [key, finding] of before) {
    const now = during.get(key);
    if (now === undefined) problems.push(`Security Hub lost ${key}`);
    else if (now["RecordState"] !== finding["RecordState"])
      problems.push(`${key} became ${String(now["RecordState"])}`);
    else if (now["CreatedAt"] !== finding["CreatedAt"]) problems.push(`${key} was born anew`);
    else if (statusOf(now) === "PASSED" && statusOf(finding) === "FAILED" && !isVisibility(now))
      problems.push(`${key} was resolved`);
  }
  return problems;
}

/** After the fault everything is as before it: the same verdicts, the same records, nothing twice. */
function judgeHealed(healed: Ran, baseline: Baseline, before: Hub, after: Hub): readonly string[] {
  const problems: string[] = [];
  if (healed.exitCode !== baseline.exitCode) problems.push(`after the fault: exit ${healed.exitCode}`);
  const verdicts = toVerdicts(healed.report);
  for (const [id, { status }] of baseline.verdicts)
    if (verdicts.get(id)?.status !== status)
      problems.push(`after the fault: ${id} says ${verdicts.get(id)?.status}`);
  for (const [key, finding] of before) {
    const now = after.get(key);
    if (
      now === undefined ||
      statusOf(now) !== statusOf(finding) ||
      now["RecordState"] !== finding["RecordState"]
    )
      problems.push(`after the fault: ${key} is ${now === undefined ? "gone" : String(statusOf(now))}`);
  }
  for (const [key, finding] of after)
    if (!before.has(key) && finding["RecordState"] === "ACTIVE" && statusOf(finding) === "FAILED")
      problems.push(`after the fault: ${key} stays open`);
  return problems;
}

function statusOf(finding: StoredFinding): unknown {
  const compliance = finding["Compliance"];
  return typeof compliance === "object" && compliance !== null && "Status" in compliance
    ? compliance.Status
    : null;
}

function isVisibility(finding: StoredFinding): boolean {
  return String(finding["Id"]).includes("/NETPOL.9/");
}

/** Each digest arrives, and at most twice under one id. */
function judgeDigests({ stores }: Cloud): readonly string[] {
  const counts = new Map<string, number>();
  for (const messages of stores.messages.values()) {
    for (const { message } of messages) {
      const { id } = JSON.parse(message) as { readonly id: string };
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const problems = [...counts]
    .filter(([, times]) => times > 2)
    .map(([id, times]) => `digest ${id} came ${times} times`);
  return counts.size === 0 ? ["no digest ever arrived"] : problems;
}
