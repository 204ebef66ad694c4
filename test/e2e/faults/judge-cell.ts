// What must hold in every cell of the matrix, whatever failed. Pure: from what two runs said and what the hubs, the
// topic and the webhook then held, to sentences about what is wrong.

import type { Finding } from "../../../lib/model/finding.ts";
import { isOpen } from "../../../lib/scan/change.ts";
import { parseFindingId } from "../../../lib/model/finding-id.ts";
import type { Report } from "../../../lib/model/report.ts";
import { HUB_ACCOUNT } from "../../../emulator/worlds/scenarios/small-company.ts";
import type { Scope } from "./cells.ts";
import { SPOILED } from "./fault-world.ts";
import { isRight, type HubView } from "./hub-view.ts";
import { listRepeated, listRetold, listUntold, parseDigests } from "./sent-digests.ts";
import type { Ran } from "./stage.ts";

/** What a healthy run says and leaves when the world is in one of its states. */
export interface Truth {
  readonly exitCode: number;
  readonly verdicts: ReadonlyMap<string, Finding>;
}

export interface Witnessed {
  readonly scope: Scope;
  /** Before the world changed, and after it. */
  readonly before: Truth;
  readonly truth: Truth;
  readonly hubBefore: HubView;
  readonly spoiled: Ran;
  readonly hubDuring: HubView;
  readonly healed: Ran;
  readonly hubAfter: HubView;
  /** Since the world changed: every message that arrived. */
  readonly topic: readonly string[];
  readonly slack: readonly string[];
  readonly secrets: readonly string[];
}

export function judgeCell(witnessed: Witnessed): readonly string[] {
  return [
    ...judgeExit(witnessed),
    ...judgeVerdicts(witnessed),
    ...judgeGaps(witnessed),
    ...judgeHubDuring(witnessed),
    ...judgeHealed(witnessed),
    ...judgeTopic(witnessed),
    ...judgeSlack(witnessed),
    ...judgeSecrets(witnessed),
  ];
}

/** Of all that applies: what is gone stands in one report after it, as not applicable. */
export function toVerdicts(report: Report | null): ReadonlyMap<string, Finding> {
  const findings = (report?.findings ?? []).filter(({ status }) => status !== "not-applicable");
  return new Map(findings.map((finding) => [finding.id, finding]));
}

/** NETPOL.9 is about the scanner's own sight: that it changes is the point. */
function isVisibility(id: string): boolean {
  return parseFindingId(id)?.controlId === "NETPOL.9";
}

/** What the remarks say where something was not told. */
const UNTOLD = /, \d+ not\.|not taken|Nothing was published|could not be/;

/** 3 where something was not seen or not told, and then it is said what; else what the findings call for. */
function judgeExit({ scope, spoiled, truth }: Witnessed): readonly string[] {
  const { exitCode, report, text } = spoiled;
  if (report === null)
    return scope === "run" && exitCode === 2 ? [] : [`exit ${exitCode} without a report: ${text}`];
  if (!report.complete) return exitCode === 3 ? [] : [`exit ${exitCode}, though the run is incomplete`];
  if (exitCode === truth.exitCode && !isFlawed(report)) return [];
  if (exitCode === 3 && UNTOLD.test(text)) return [];
  return [`exit ${exitCode} instead of ${truth.exitCode}, and nothing says why`];
}

function isFlawed({ findings }: Report): boolean {
  return findings.some(({ status, controlId }) => status === "unknown" && controlId === "NETPOL.9");
}

function judgeVerdicts({ scope, spoiled: { report }, truth }: Witnessed): readonly string[] {
  if (report === null) return [];
  const said = toVerdicts(report);
  const problems: string[] = [];
  for (const { id, status, because } of report.findings) {
    const known = truth.verdicts.get(id)?.status ?? "not-applicable";
    if (isVisibility(id) || status === "unknown" || status === known) continue;
    problems.push(`${id} says ${status}, it is ${known}: ${because}`);
  }
  for (const [id, known] of truth.verdicts) {
    if (mayBeUnseen(scope, known) || isVisibility(id)) continue;
    const now = said.get(id)?.status;
    if (now !== known.status) problems.push(`${id}, which the fault does not touch, says ${now}`);
  }
  return problems;
}

function mayBeUnseen(scope: Scope, { account, cluster }: Finding): boolean {
  if (scope === "run") return true;
  if (scope === "cluster") return cluster === SPOILED;
  return scope === "account" && account !== HUB_ACCOUNT;
}

/** What is unknown or not there has its reason in the coverage. */
function judgeGaps({ spoiled: { report }, truth }: Witnessed): readonly string[] {
  if (report === null) return [];
  const said = toVerdicts(report);
  const isUnseen = [...truth.verdicts].some(
    ([id, { status }]) =>
      !isVisibility(id) && status !== "unknown" && (said.get(id)?.status ?? "unknown") === "unknown",
  );
  const gaps = report.coverage.filter(({ outcome }) => outcome === "partial" || outcome === "missed");
  // Access level 1 is a way to run: what a role does not grant leaves the coverage `scanned`, with a detail.
  const isSaid = gaps.length > 0 || report.coverage.some(({ detail }) => detail !== undefined);
  return [
    ...(isUnseen && !isSaid ? ["verdicts are unknown and the coverage says nothing"] : []),
    ...(gaps.some(({ why }) => why === undefined) ? ["a gap has no reason"] : []),
  ];
}

/** Each finding is as it was, or as it is, or undecided where the fault reaches; none is lost, doubled or archived. */
function judgeHubDuring({ scope, hubBefore, hubDuring, truth }: Witnessed): readonly string[] {
  const problems = hubDuring.doubled.map((id) => `Security Hub shows ${id} twice`);
  for (const [id, was] of hubBefore.findings) {
    const now = hubDuring.findings.get(id);
    if (now === undefined) problems.push(`Security Hub lost ${id}`);
    else if (now.createdAt !== was.createdAt) problems.push(`${id} was born anew`);
    else if (isVisibility(id) || isRight(now, truth.verdicts.get(id)?.status)) continue;
    else if (!mayLag(scope, id)) problems.push(`${id}, which the fault does not touch, is ${now.says}`);
    else if (now.says !== was.says && now.says !== UNDECIDED) problems.push(`${id} is ${now.says}`);
  }
  return problems;
}

const UNDECIDED = "NOT_AVAILABLE ACTIVE";

function mayLag(scope: Scope, id: string): boolean {
  if (scope === "run" || scope === "publish") return true;
  const { cluster, account } = parseFindingId(id) ?? {};
  if (scope === "cluster") return cluster === SPOILED;
  return scope !== "none" && account !== HUB_ACCOUNT;
}

/** After the fault everything is as if there had been none: the verdicts, the records, nothing twice, nothing left. */
function judgeHealed({ healed, truth, hubBefore, hubAfter }: Witnessed): readonly string[] {
  const problems = hubAfter.doubled.map((id) => `after the fault: Security Hub shows ${id} twice`);
  if (healed.exitCode !== truth.exitCode)
    problems.push(`after the fault: exit ${healed.exitCode}: ${healed.text.slice(-500)}`);
  const verdicts = toVerdicts(healed.report);
  for (const [id, { status }] of truth.verdicts) {
    const now = verdicts.get(id)?.status;
    if (now !== status && !isVisibility(id)) problems.push(`after the fault: ${id} says ${now}`);
    if (isOpen(status) && !hubAfter.findings.has(id)) problems.push(`after the fault: ${id} never arrived`);
  }
  for (const [id, now] of hubAfter.findings) {
    const isWell = isRight(now, truth.verdicts.get(id)?.status) || now.says === "PASSED ACTIVE";
    if (!(isVisibility(id) ? isWell : isRight(now, truth.verdicts.get(id)?.status)))
      problems.push(`after the fault: ${id} is ${now.says}`);
    if (now.createdAt !== (hubBefore.findings.get(id) ?? now).createdAt) problems.push(`${id} was born anew`);
  }
  return problems;
}

/**
 * Every change was told, by one digest, which came once or once again. A run that lost its own credentials between the
 * digest and the confirmation has died there: the next one tells anew.
 */
function judgeTopic({ scope, topic, before, truth }: Witnessed): readonly string[] {
  const digests = parseDigests(topic);
  const changes = [...truth.verdicts]
    .filter(([id]) => !isVisibility(id))
    .map(([id, { status }]) => ({ id, from: before.verdicts.get(id)?.status, to: status }));
  return [
    ...listRepeated(digests, 2),
    ...(scope === "run" ? [] : listRetold(digests)),
    ...listUntold(digests, changes),
  ];
}

/** Slack's text names the namespaces that failed and were repaired, and comes once and at most once again. */
function judgeSlack({ slack }: Witnessed): readonly string[] {
  const repeated = [...Map.groupBy(slack, (message) => message)]
    .filter(([, sent]) => sent.length > 2)
    .map(([, sent]) => `a Slack message came ${sent.length} times`);
  const unnamed = ["bare", "walled"].filter((name) => !slack.some((message) => message.includes(name)));
  return [...repeated, ...unnamed.map((name) => `Slack was not told of namespace ${name}`)];
}

/** No credential, token or webhook in anything that a person or a log would see. */
function judgeSecrets({ secrets, spoiled, healed }: Witnessed): readonly string[] {
  return [spoiled, healed].flatMap(({ text }) =>
    secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => `a secret was shown: ${secret.slice(0, 8)}…`),
  );
}
