// Copies of findings in hubs that are not theirs any more: the scanner's own, used while the account's was off, or an
// earlier home Region's. Each is archived as soon as the hub in use has taken the finding, and never before.

import { isOpen } from "./change.ts";
import { observeHubOff } from "./hub-off.ts";
import type { HubSink, PublishContext } from "./publish.ts";
import { toRebuiltRecords } from "./rebuild-records.ts";
import { toVanished } from "./remembered-finding.ts";
import type { Outgoing } from "./sending.ts";
import type { ClusterState, FindingRecord, LeftBehind } from "./state.ts";

/** What Security Hub has not been told of for 90 days it has deleted by itself (facts/publishing §1.8). */
const FORGOTTEN_MS = 90 * 24 * 3600 * 1000;

/** The hubs that may show copies once `destination` is told. Pure. */
export function toLeftBehind(
  earlier: Pick<ClusterState, "destination" | "leftBehind"> | null,
  destination: string | null,
  now: Date,
): readonly LeftBehind[] {
  const known = (earlier?.leftBehind ?? []).filter(
    ({ productArn, since }) => productArn !== destination && now.getTime() - Date.parse(since) < FORGOTTEN_MS,
  );
  const last = earlier?.destination ?? null;
  if (last === null || last === destination || known.some(({ productArn }) => productArn === last))
    return known;
  return [...known, { productArn: last, since: now.toISOString() }];
}

/** Whether the copy of a finding may go: nothing is open, or the hub in use is known to show it. */
export function isShownInUse({ confirmed, intended, undelivered }: FindingRecord): boolean {
  if (intended !== undefined || undelivered === true || confirmed === null) return false;
  if (confirmed.recordState === "ARCHIVED" || !isOpen(confirmed.status)) return true;
  return confirmed.contentHash !== "";
}

export interface Cleared {
  /** The hubs that still show something. */
  readonly leftBehind: readonly LeftBehind[];
  readonly remarks: readonly string[];
}

export async function archiveCopies(
  leftBehind: readonly LeftBehind[],
  idPrefix: string,
  inUse: { readonly productArn: string; readonly records: readonly FindingRecord[] },
  context: PublishContext,
): Promise<Cleared> {
  const waiting = new Set(inUse.records.filter((record) => !isShownInUse(record)).map(({ id }) => id));
  const because = `It is reported in ${toPlace(inUse.productArn)} now.`;
  const hubs = await Promise.all(
    leftBehind.map(async (left) => ({
      left,
      outcome: await archiveIn(left.productArn, idPrefix, waiting, because, context),
    })),
  );
  return {
    leftBehind: hubs.filter(({ outcome }) => outcome !== "clear").map(({ left }) => left),
    remarks: hubs.flatMap(({ left: { productArn }, outcome }) =>
      outcome === "refused"
        ? [
            `Copies of findings in ${toPlace(productArn)} could not be archived yet; the next run tries again.`,
          ]
        : [],
    ),
  };
}

/** `waiting`: some are still shown there alone, or the hub is off and shows nothing. */
async function archiveIn(
  productArn: string,
  idPrefix: string,
  waiting: ReadonlySet<string>,
  because: string,
  { openHub, observe, now }: PublishContext,
): Promise<"clear" | "waiting" | "refused"> {
  const opened = await observe(() => Promise.resolve(openHub?.(productArn) ?? null));
  if (!opened.seen) return "refused";
  const hub = opened.value;
  if (hub === null) return "waiting";
  const found = await observe(() => observeHubOff(() => hub.listFindings(idPrefix)));
  if (!found.seen) return "refused";
  if (!found.value.seen) return "waiting";
  const copies = toRebuiltRecords(found.value.value).filter(
    ({ confirmed }) => confirmed?.recordState === "ACTIVE",
  );
  const ready = copies.filter(({ id }) => !waiting.has(id));
  const isTaken = ready.length === 0 || (await deliverAll(hub, ready, because, now(), observe));
  if (!isTaken) return "refused";
  return ready.length === copies.length ? "clear" : "waiting";
}

async function deliverAll(
  hub: HubSink,
  copies: readonly FindingRecord[],
  because: string,
  now: Date,
  observe: PublishContext["observe"],
): Promise<boolean> {
  const delivered = await observe(() => hub.deliver(copies.map((copy) => toArchived(copy, because, now))));
  return delivered.seen && delivered.value.failed.length === 0;
}

function toArchived(copy: FindingRecord, because: string, now: Date): Outgoing {
  const floor = Date.parse(copy.confirmed?.sentAt ?? copy.firstSeenAt) + 1;
  return {
    finding: { ...toVanished(copy, because), firstSeenAt: copy.firstSeenAt, change: "vanished" },
    createdAt: copy.firstSeenAt,
    updatedAt: new Date(Math.max(now.getTime(), floor)).toISOString(),
    openSince: null,
  };
}

/** `arn:<partition>:securityhub:<region>:<account>:product/<account>/default` in words. */
function toPlace(productArn: string): string {
  const [, , , region = "", account = ""] = productArn.split(":");
  return `the Security Hub of account ${account} in ${region}`;
}
