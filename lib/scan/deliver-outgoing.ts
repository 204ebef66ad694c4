// Hands the outgoing changes of one cluster to its Security Hub. Each one that was not taken is named, and kept as a dead
// letter.

import type { Finding } from "../model/finding.ts";
import { seen, type Observed } from "../model/observed.ts";
import { isOpen } from "./change.ts";
import { boundFirstImports } from "./first-imports.ts";
import { NOTHING_TO_DELIVER, type Delivery, type HubSink, type PublishContext } from "./publish.ts";
import type { Memory } from "./recall.ts";
import type { Reconciliation } from "./reconcile.ts";
import { putJson } from "./run-store.ts";
import { toDeadLetterKey, type StatePlace } from "./state.ts";

/** What is over the bound of first imports waits for the next runs. */
export async function deliverOutgoing(
  reconciled: Reconciliation,
  { sink, records }: Memory,
  isHubWanted: boolean,
  context: PublishContext,
): Promise<{ readonly delivery: Delivery; readonly postponedIds: ReadonlySet<string> }> {
  const bound = sink === null ? null : (context.firstRunLimit ?? null);
  const bounded = boundFirstImports(reconciled.outgoing, records, bound);
  const sent = await deliver({ ...reconciled, outgoing: bounded.now }, sink, isHubWanted, context);
  const postponed = bounded.later.length;
  return {
    delivery: postponed === 0 ? sent : { ...sent, postponed },
    postponedIds: new Set(bounded.later.map(({ finding }) => finding.id)),
  };
}

async function deliver(
  { outgoing, findings }: Reconciliation,
  sink: HubSink | null,
  isHubWanted: boolean,
  { observe }: PublishContext,
): Promise<Delivery> {
  if (sink === null)
    return isHubWanted ? toUndelivered(findings, "HubOff", "Security Hub is off") : NOTHING_TO_DELIVER;
  if (outgoing.length === 0) return NOTHING_TO_DELIVER;
  const delivered = await observe(() => sink.deliver(outgoing));
  if (delivered.seen) return delivered.value;
  const failed = outgoing.map(({ finding: { id } }) => ({
    id,
    code: delivered.why,
    message: delivered.detail,
  }));
  return { sent: 0, failed };
}

/** Puts what could not be delivered, whole, where an operator finds it. */
export async function buryFailed(
  place: StatePlace,
  { outgoing }: Reconciliation,
  { failed }: Delivery,
  { store, runId, observe }: PublishContext,
): Promise<Observed<unknown>> {
  if (store === null || failed.length === 0) return seen(null);
  const findings = new Map(outgoing.map(({ finding }) => [finding.id, finding]));
  const letters = failed.map((failure) => ({ ...failure, finding: findings.get(failure.id) ?? null }));
  const { account, region, cluster } = place;
  const body = { runId, account, region, cluster, failed: letters };
  return observe(() => putJson(store, toDeadLetterKey(runId, place), body));
}

export function toUndelivered(findings: readonly Finding[], code: string, message: string): Delivery {
  const failed = findings.filter(({ status }) => isOpen(status)).map(({ id }) => ({ id, code, message }));
  return { sent: 0, failed };
}
