// What is remembered of one cluster's findings between runs: its schema, its text and its keys in the store.
// Decides nothing. A text that does not fit is null, so that the caller rebuilds it; nothing is guessed into it.

import * as v from "valibot";
import { SEVERITIES, STATUSES, SUBJECT_KINDS } from "../model/finding.ts";
import type { Target } from "../model/target.ts";

const Time = v.pipe(v.string(), v.isoTimestamp());

/** What was said of a finding, to people and to Security Hub. */
const ToldSchema = v.strictObject({
  status: v.picklist(STATUSES),
  severity: v.picklist(SEVERITIES),
  /** "" where nobody knows what the hub shows: a rebuilt state, or another hub than the one it was sent to. */
  contentHash: v.string(),
  /** Of what was sent of the cluster itself; absent: nothing, because it was not described. */
  resourceHash: v.exactOptional(v.string()),
  recordState: v.picklist(["ACTIVE", "ARCHIVED"]),
  /** `UpdatedAt`. Strictly increasing: Security Hub ignores what is equal or older. */
  sentAt: Time,
  /** Whether the last verdict that decided was a failure; null before the first one. */
  wasFailing: v.nullable(v.boolean()),
});
export type Told = Readonly<v.InferOutput<typeof ToldSchema>>;

const RecordSchema = v.strictObject({
  id: v.string(),
  controlId: v.string(),
  title: v.string(),
  subject: v.strictObject({ kind: v.picklist(SUBJECT_KINDS), name: v.string() }),
  /** `CreatedAt`, for as long as the finding lives. */
  firstSeenAt: Time,
  /** null: its first sending has not been confirmed yet. */
  confirmed: v.nullable(ToldSchema),
  /** About to be sent: a run that ended before it could confirm leaves it to the next one. */
  intended: v.exactOptional(ToldSchema),
  /** People were told, but Security Hub has not taken it. */
  undelivered: v.exactOptional(v.literal(true)),
  /** Undelivered because it was over the bound of first imports: nobody has refused it. */
  postponed: v.exactOptional(v.literal(true)),
  exemptionFirstSeenAt: v.exactOptional(Time),
  /** Since when every run that could tell found it failed, undecided or exempt. */
  openSince: v.exactOptional(Time),
  /** Since when every run saw the finding's namespace without pods. */
  emptySince: v.exactOptional(Time),
});
export type FindingRecord = Readonly<v.InferOutput<typeof RecordSchema>>;

const LeftBehindSchema = v.strictObject({
  productArn: v.string(),
  /** When another hub took its place. */
  since: Time,
});
export type LeftBehind = Readonly<v.InferOutput<typeof LeftBehindSchema>>;

const StateSchema = v.strictObject({
  schemaVersion: v.literal(1),
  /** Start of the scan whose view this is. An observer that started earlier has nothing to add. */
  observedFrom: Time,
  /** Product ARN of the hub that was told; null: none was. */
  destination: v.nullable(v.string()),
  /** Hubs that were told before and may still show copies. */
  leftBehind: v.exactOptional(v.array(LeftBehindSchema)),
  /** `createdAt` of the cluster that has the name now: nobody writes here any more. */
  succeededBy: v.exactOptional(v.string()),
  findings: v.array(RecordSchema),
});
export type ClusterState = Readonly<Omit<v.InferOutput<typeof StateSchema>, "findings" | "leftBehind">> & {
  readonly findings: readonly FindingRecord[];
  readonly leftBehind?: readonly LeftBehind[];
};

const StateText = v.pipe(v.string(), v.parseJson(), StateSchema);

/** null: not a state, or not one of this version. */
export function parseState(text: string): ClusterState | null {
  const result = v.safeParse(StateText, text, { abortEarly: true });
  return result.success ? result.output : null;
}

export function serializeState(state: ClusterState): string {
  return `${JSON.stringify(state)}\n`;
}

export interface CloudTarget extends Target {
  readonly account: string;
  readonly region: string;
}

export interface StatePlace extends CloudTarget {
  /** RFC 3339; null where DescribeCluster was never answered. */
  readonly createdAt: string | null;
}

const UNKNOWN_CREATION = "unknown";

export function toStateKey({ account, region, cluster, createdAt }: StatePlace): string {
  return `${toRegionPrefix(account, region)}${cluster}-${createdAt ?? UNKNOWN_CREATION}.json`;
}

/** Stands beside the state of a cluster that is proven gone, when all its findings are archived. */
export function toGoneKey(place: StatePlace): string {
  return toStateKey(place).replace(/\.json$/, ".gone.json");
}

export const STATE_PREFIX = "state/";

export function toAccountPrefix(account: string): string {
  return `${STATE_PREFIX}${account}/`;
}

export function toRegionPrefix(account: string, region: string): string {
  return `${toAccountPrefix(account)}${region}/`;
}

/** Of what is about no single cluster: a Region that cannot exist. */
export const WIDE_REGION = "-";

/** What could not be delivered in one run. */
export function toDeadLetterKey(runId: string, { account, region, cluster }: CloudTarget): string {
  return `dead-letters/${runId}/${account}-${region}-${cluster}.json`;
}

// Cluster names may hold `-` and look like a time themselves; the last part of a key never does.
const STATE_KEY =
  /^state\/([^/]+)\/([^/]+)\/(.+)-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|unknown)(\.gone)?\.json$/;

export function parseStateKey(key: string): { readonly place: StatePlace; readonly gone: boolean } | null {
  const [, account, region, cluster, createdAt, gone] = STATE_KEY.exec(key) ?? [];
  if (account === undefined || region === undefined || cluster === undefined) return null;
  if (createdAt === undefined) return null;
  const place = { account, region, cluster, createdAt: createdAt === UNKNOWN_CREATION ? null : createdAt };
  return { place, gone: gone !== undefined };
}

/** The youngest cluster that ever had each name, with whether it is known to be gone. */
export function findLatestPlaces(
  keys: readonly string[],
): ReadonlyMap<string, { readonly place: StatePlace; readonly gone: boolean }> {
  const parsed = keys.flatMap((key) => parseStateKey(key) ?? []);
  const goneKeys = new Set(parsed.filter(({ gone }) => gone).map(({ place }) => toStateKey(place)));
  const latest = new Map<string, { place: StatePlace; gone: boolean }>();
  for (const { place } of parsed) {
    const known = latest.get(place.cluster);
    // Canonical times sort as text; what was never described sorts before all.
    if (known !== undefined && (known.place.createdAt ?? "") > (place.createdAt ?? "")) continue;
    latest.set(place.cluster, { place, gone: goneKeys.has(toStateKey(place)) });
  }
  return latest;
}
