// Publishes one cluster's findings in two steps: intended changes into the state, import, confirmed changes into
// the state. A run that ends in between leaves what the next one sends again; nothing is told twice or forgotten.

import { seen, unseen, type Observed, type Unseen } from "../model/observed.ts";
import type { Finding } from "../model/finding.ts";
import { toAged } from "./age.ts";
import { toUnconfirmedRemark } from "./confirmations.ts";
import { buryFailed, deliverOutgoing, toUndelivered } from "./deliver-outgoing.ts";
import { NOTHING_TO_DELIVER, type Delivery, type Publication, type PublishContext } from "./publish.ts";
import type { HubSink } from "./publish.ts";
import { archiveCopies, isShownInUse, toLeftBehind, type Cleared } from "./left-behind.ts";
import { recall, toIdPrefix, type Memory } from "./recall.ts";
import { reconcile, type Observation, type Reconciliation } from "./reconcile.ts";
import type { Written } from "./state-slot.ts";
import { confirm } from "./sending.ts";
import { type ClusterState, type FindingRecord, type LeftBehind, type StatePlace } from "./state.ts";

/** Each conflict is another run that got on; five in a row is not a race any more. */
const MAX_ATTEMPTS = 5;
/** Security Hub keeps archived findings for 30 days (facts/publishing §1.8); after 90 nothing there remembers. */
const FORGET_MS = 90 * 24 * 3600 * 1000;

export async function publishFindings(
  place: StatePlace,
  observation: Observation,
  sink: HubSink | null,
  context: PublishContext,
): Promise<Publication> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const recalled = await recall(place, sink, context);
    if (!recalled.seen) return kept(toBlocked(observation.findings, recalled), context);
    if (recalled.value === "superseded") return kept(toSuperseded(observation.findings), context);
    if (recalled.value === "conflict") continue;
    const published = await publishOnce(place, observation, recalled.value, sink !== null, context);
    if (published !== "conflict") return published;
  }
  const reason = unseen("incomplete", `other runs wrote its state ${MAX_ATTEMPTS} times in a row`);
  return kept(toBlocked(observation.findings, reason), context);
}

/** Where there is nothing to confirm, keeping is the last step. */
export async function kept(publication: Publication, { keep }: PublishContext): Promise<Publication> {
  await keep?.(publication);
  return publication;
}

async function publishOnce(
  place: StatePlace,
  observation: Observation,
  memory: Memory,
  isHubWanted: boolean,
  context: PublishContext,
): Promise<Publication | "conflict"> {
  const { slot, sink, earlier } = memory;
  if (slot?.state && slot.state.observedFrom > observation.observedFrom)
    return kept(toSuperseded(observation.findings), context);
  const now = context.now();
  const findings = exempted(aged(observation.findings, memory.records, now), memory.records, context);
  const options = { now, include: context.include };
  const reconciled = reconcile(memory.records, { ...observation, findings }, options);
  const destination = sink?.productArn ?? null;
  const leftBehind = toLeftBehind(earlier, destination, now);
  const head = { observedFrom: observation.observedFrom, destination };
  const state = toState(head, withoutForgotten(reconciled.records, now), leftBehind);
  const intended = await writeIntended(place, memory, reconciled, state, context);
  if (!intended.seen) return kept(toBlocked(findings, intended), context);
  if (intended.value === "conflict") return "conflict";
  const { delivery, postponedIds } = await deliverOutgoing(reconciled, memory, isHubWanted, context);
  const failedIds = new Set(sink === null ? [] : delivery.failed.map(({ id }) => id));
  const confirmed = confirm(state.findings, reconciled.outgoing, failedIds, postponedIds);
  const cleared = await clear(place, memory, { leftBehind, confirmed, delivery }, context);
  const buried = await buryFailed(place, reconciled, delivery, context);
  const remarks = [...toRemarks(memory, isHubWanted, buried), ...cleared.remarks];
  const publication = toPublication(reconciled, delivery, remarks);
  await kept(publication, context);
  if (slot === null) return publication;
  const told = toState(head, confirmed, cleared.leftBehind);
  if (context.confirmLater !== undefined && reconciled.outgoing.length > 0) {
    context.confirmLater(slot.prepare(told, context.shelve));
    return publication;
  }
  const written = await slot.write(told);
  // On a conflict another run has our intentions from the state, and confirms or replaces them; without them, again.
  if (written.seen && written.value === "conflict" && intended.value !== "written") return "conflict";
  if (written.seen) return publication;
  return { ...publication, remarks: [...remarks, toUnconfirmedRemark(written.detail)] };
}

function toState(
  { observedFrom, destination }: Pick<ClusterState, "observedFrom" | "destination">,
  findings: readonly FindingRecord[],
  leftBehind: readonly LeftBehind[],
): ClusterState {
  return {
    schemaVersion: 1,
    observedFrom,
    destination,
    ...(leftBehind.length === 0 ? {} : { leftBehind }),
    findings,
  };
}

/** "Nothing changed, nothing written" holds while no older run could still publish what this one knows better. */
async function writeIntended(
  place: StatePlace,
  { slot, sink }: Memory,
  { outgoing }: Reconciliation,
  state: ClusterState,
  { isOverlapped }: PublishContext,
): Promise<Observed<Written>> {
  if (slot === null) return seen("unchanged");
  const isToBeSent = sink !== null && outgoing.length > 0;
  if (!slot.holds(state)) return isToBeSent ? slot.write(state) : seen("unchanged");
  const isOvertaking = (await isOverlapped?.(place, state.observedFrom)) === true;
  return isOvertaking ? slot.touch(state) : seen("unchanged");
}

/** An earlier hub is asked where it was just left, where this one took something, and where nothing waits any more. */
async function clear(
  place: StatePlace,
  { sink, earlier }: Memory,
  { leftBehind, confirmed, delivery }: Sent,
  context: PublishContext,
): Promise<Cleared> {
  if (sink === null || leftBehind.length === 0) return { leftBehind, remarks: [] };
  const isJustLeft = earlier?.destination !== sink.productArn;
  if (!isJustLeft && delivery.sent === 0 && !confirmed.every(isShownInUse))
    return { leftBehind, remarks: [] };
  const inUse = { productArn: sink.productArn, records: confirmed };
  return archiveCopies(leftBehind, toIdPrefix(place), inUse, context);
}

interface Sent {
  readonly leftBehind: readonly LeftBehind[];
  readonly confirmed: readonly FindingRecord[];
  readonly delivery: Delivery;
}

function aged(
  findings: readonly Finding[],
  records: readonly FindingRecord[],
  now: Date,
): readonly Finding[] {
  const since = new Map(records.map(({ id, openSince }) => [id, openSince]));
  return findings.map((finding) => toAged(finding, since.get(finding.id) ?? null, now));
}

function exempted(
  findings: readonly Finding[],
  records: readonly FindingRecord[],
  { exempt }: PublishContext,
): readonly Finding[] {
  if (exempt === undefined) return findings;
  const since = new Map(records.map(({ id, exemptionFirstSeenAt }) => [id, exemptionFirstSeenAt]));
  return exempt(findings, (id) => since.get(id) ?? null);
}

function withoutForgotten(records: readonly FindingRecord[], now: Date): readonly FindingRecord[] {
  return records.filter(({ confirmed, intended, undelivered }) => {
    if (intended !== undefined || undelivered === true) return true;
    if (confirmed === null || confirmed.recordState === "ACTIVE") return true;
    return now.getTime() - Date.parse(confirmed.sentAt) < FORGET_MS;
  });
}

function toPublication(
  { findings, vanished }: Reconciliation,
  delivery: Delivery,
  remarks: readonly string[],
): Publication {
  return { outcome: "published", delivery, findings, vanished, remarks };
}

function toRemarks({ slot, sink }: Memory, isHubWanted: boolean, buried: Observed<unknown>): string[] {
  const remarks: string[] = [];
  if (slot === null)
    remarks.push(
      "No state is configured (state.bucket or state.folder), so what is open is sent in every run.",
    );
  if (sink === null && isHubWanted)
    remarks.push("Security Hub is off in this account and Region, so nothing was sent there.");
  if (!buried.seen) remarks.push(`The dead letters could not be written: ${buried.detail}.`);
  return remarks;
}

/** The state or the hub could not be asked: without them every time stamp would be a guess. */
export function toBlocked(findings: readonly Finding[], reason: Unseen): Publication {
  const remark =
    `Nothing was published, because what is known of the findings could not be read or written: ${reason.detail}. ` +
    "See that what `state` names is there and open to the scanner, and that Security Hub answers; then scan again.";
  const delivery = toUndelivered(findings, reason.why, reason.detail);
  return { outcome: "blocked", delivery, findings, vanished: [], remarks: [remark] };
}

function toSuperseded(findings: readonly Finding[]): Publication {
  const remark = "A scan that started later has already published this cluster, so this one adds nothing.";
  return {
    outcome: "superseded",
    delivery: NOTHING_TO_DELIVER,
    findings,
    vanished: [],
    remarks: [remark],
  };
}
