// The life of findings: what was remembered of them, what this scan sees, and so what became of each and what
// is to be sent. Pure, and idempotent. Absence is evidence only where the observation says why.

import type { Change, Finding, Subject } from "../model/finding.ts";
import { isOpen, toChange } from "./change.ts";
import { toRemembered, toVanished } from "./remembered-finding.ts";
import {
  isFading,
  isOld,
  isPending,
  isSameContent,
  toContent,
  toSending,
  type Content,
  type Outgoing,
} from "./sending.ts";
import type { FindingRecord, Told } from "./state.ts";

export interface Observation {
  /** RFC 3339: start of the scan. */
  readonly observedFrom: string;
  readonly findings: readonly Finding[];
  /** Why a remembered finding without a verdict is gone for good, as a sentence; null: this scan cannot tell. */
  whyGone(record: FindingRecord): string | null;
  /** The subject was seen, and runs nothing now (posture `empty`). */
  isEmpty(subject: Subject): boolean;
  /** Of what is sent of the cluster itself; absent or null: it was not described, or there is none. */
  readonly resourceHash?: string | null;
  /** A verdict on a remembered finding of which the scan itself says nothing; null: none. */
  judgeAgain?(record: FindingRecord): Finding | null;
}

export interface ReconcileOptions {
  readonly now: Date;
  /** changes: what is open, and what changed; all: passed checks too. */
  readonly include: "changes" | "all";
}

export interface Reconciliation {
  /** To be remembered, in code-unit order of their ids; what is to be sent stands in `intended`. */
  readonly records: readonly FindingRecord[];
  readonly outgoing: readonly Outgoing[];
  /** The observation's, in its order, with `change`, and `firstSeenAt` where they have a history; then those judged again. */
  readonly findings: readonly Finding[];
  /** What is gone, as `not-applicable`. */
  readonly vanished: readonly Finding[];
}

/** A namespace may be scaled to zero for a weekend without being repaired. */
const EMPTY_MS = 7 * 24 * 3600 * 1000;

export function reconcile(
  remembered: readonly FindingRecord[],
  observation: Observation,
  options: ReconcileOptions,
): Reconciliation {
  const known = new Map(remembered.map((record) => [record.id, record]));
  const findings = withJudgedAgain(observation, remembered);
  const ids = new Set(findings.map(({ id }) => id));
  const judged = findings.map((finding) =>
    reconcileFinding(known.get(finding.id) ?? null, finding, observation, options),
  );
  const absent = remembered
    .filter(({ id }) => !ids.has(id))
    .map((record) => reconcileAbsent(record, observation, options));
  const steps = [...judged, ...absent];
  return {
    records: steps.flatMap(({ record }) => record ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    outgoing: steps.flatMap(({ outgoing }) => outgoing ?? []),
    findings: judged.map(({ finding }) => finding),
    vanished: absent.flatMap(({ finding }) => finding ?? []),
  };
}

function withJudgedAgain(observation: Observation, remembered: readonly FindingRecord[]): readonly Finding[] {
  if (observation.judgeAgain === undefined) return observation.findings;
  const ids = new Set(observation.findings.map(({ id }) => id));
  const rest = remembered.filter(({ id }) => !ids.has(id));
  return [...observation.findings, ...rest.flatMap((record) => observation.judgeAgain?.(record) ?? [])];
}

interface Step {
  readonly finding: Finding | null;
  /** null: there is nothing to remember. */
  readonly record: FindingRecord | null;
  readonly outgoing: Outgoing | null;
}

function reconcileFinding(
  record: FindingRecord | null,
  finding: Finding,
  observation: Observation,
  options: ReconcileOptions,
): Step & { readonly finding: Finding } {
  if (record !== null && !isOpen(finding.status) && isHeld(record, observation, options.now))
    return {
      finding: annotate(finding, record, "unchanged"),
      record: hold(record, options.now),
      outgoing: null,
    };
  const told = record?.confirmed ?? null;
  const content = toContent(finding, told, observation.resourceHash ?? null);
  const change = toChange(told, finding.status);
  const due = isPending(record) ? change : toDueChange(change, told, content, options);
  if (due !== null) return toSending(record, finding, content, due, options.now);
  return {
    finding: annotate(finding, record, change),
    record: record === null ? null : withoutEmptySince(record),
    outgoing: null,
  };
}

/** null: there is nothing to send. */
function toDueChange(
  change: Change,
  told: Told | null,
  content: Content,
  { now, include }: ReconcileOptions,
): Change | null {
  if (change !== "unchanged") return change;
  const isShown = isOpen(content.status) || (content.status === "pass" && include === "all");
  if (!isShown) return null;
  if (told === null || !isSameContent(told, content)) return "unchanged";
  return isOld(told, now) ? "heartbeat" : null;
}

/** A finding that is remembered and has no verdict now. */
function reconcileAbsent(record: FindingRecord, observation: Observation, { now }: ReconcileOptions): Step {
  const why = observation.whyGone(record);
  // "Empty in every run" is not what a run says that did not look.
  if (why === null) return keepUnseen(withoutEmptySince(record), now);
  if (isHeld(record, observation, now)) return { finding: null, record: hold(record, now), outgoing: null };
  const wasTold = record.confirmed?.recordState === "ARCHIVED";
  if (wasTold && !isPending(record)) return { finding: null, record, outgoing: null };
  const finding = toVanished(record, why);
  const sending = toSending(record, finding, toContent(finding, record.confirmed, null), "vanished", now);
  return wasTold ? { ...sending, finding: null } : sending;
}

/** Kept as it is; before Security Hub forgets it, it is said once more, as what it is by then: unknown. No news. */
function keepUnseen(record: FindingRecord, now: Date): Step {
  if (!isFading(record, now)) return { finding: null, record, outgoing: null };
  const finding = toRemembered(record, "unknown", toUnseenSentence(record), UNSEEN_REMEDY);
  const sending = toSending(record, finding, toContent(finding, record.confirmed, null), "heartbeat", now);
  return { ...sending, finding: null };
}

const UNSEEN_REMEDY = "Let Ringfence look again: NETPOL.9 says what stands in its way.";

function toUnseenSentence({ confirmed }: FindingRecord): string {
  const sentence = "Ringfence has not seen this for 30 days or more, so whether it still holds is not known.";
  return confirmed?.wasFailing === true ? `${sentence} When it last could be seen, it failed.` : sentence;
}

/** Open, and its namespace is empty, but not yet for 7 days. */
function isHeld(record: FindingRecord, observation: Observation, now: Date): boolean {
  const told = record.confirmed ?? record.intended;
  if (told === undefined || told.recordState === "ARCHIVED" || !isOpen(told.status)) return false;
  if (!observation.isEmpty(record.subject)) return false;
  return record.emptySince === undefined || now.getTime() - Date.parse(record.emptySince) < EMPTY_MS;
}

function hold(record: FindingRecord, now: Date): FindingRecord {
  return { ...record, emptySince: record.emptySince ?? now.toISOString() };
}

function withoutEmptySince(record: FindingRecord): FindingRecord {
  const { emptySince: _, ...rest } = record;
  return rest;
}

function annotate(finding: Finding, record: FindingRecord | null, change: Change): Finding {
  return { ...finding, change, ...(record === null ? {} : { firstSeenAt: record.firstSeenAt }) };
}
