// Accounts that the state knows and the organization has closed, suspended or let go: nobody can enter them any more.
// What was open there was not repaired and cannot be updated; only copies in the scanner's own hub can be ended.

import pLimit from "p-limit";
import type { LostAccount } from "../controls/visibility.ts";
import { isLeftOut } from "./discover.ts";
import { READS_AT_ONCE } from "./expected-clusters.ts";
import type { HubSink, Publication, PublishContext } from "./publish.ts";
import { publishFindings } from "./publish-findings.ts";
import {
  findLatestPlaces,
  parseState,
  parseStateKey,
  STATE_PREFIX,
  toStateKey,
  WIDE_REGION,
  type ClusterState,
  type StatePlace,
} from "./state.ts";
import type { WideView } from "./wide-observation.ts";

/** Security Hub deletes active findings 90 days after their last update (facts/publishing §1.8). */
const FORGOTTEN_MS = 90 * 24 * 3600 * 1000;

/** Each takes a few calls to the scanner's own hub and to the state. */
const ARCHIVED_AT_ONCE = 10;

type Run = Pick<WideView, "coverage" | "accounts">;

/** What is kept of a cluster's state: thousands of states, whole, would not fit beside the report. */
interface Known {
  readonly place: StatePlace;
  /** The hub that shows findings of it as active; null: there is none. */
  readonly shownIn: string | null;
  /** When it was last looked at, or Security Hub last told. */
  readonly lastToldMs: number;
}

interface Lost {
  readonly account: string;
  readonly why: string;
  readonly known: readonly Known[];
}

export interface EndedAccounts {
  /** Of which somebody may still see findings. */
  readonly lost: readonly LostAccount[];
  /** Of the copies that were archived in the scanner's own hub. */
  readonly publications: readonly Publication[];
}

/** Only for a run that listed the whole organization. `sink` is the scanner's own hub. */
export async function endLostAccounts(
  run: Run,
  sink: HubSink | null,
  context: PublishContext,
): Promise<EndedAccounts> {
  const before = await readLost(run, context);
  const publications = sink === null ? [] : await archiveCopies(before, sink, context);
  const after = publications.length === 0 ? before : await readLost(run, context);
  const now = context.now();
  const lost = after.map(toLostAccount).filter(({ forgottenAt }) => Date.parse(forgottenAt) > now.getTime());
  return { lost, publications };
}

function archiveCopies(
  lost: readonly Lost[],
  sink: HubSink,
  context: PublishContext,
): Promise<readonly Publication[]> {
  const limit = pLimit(ARCHIVED_AT_ONCE);
  return Promise.all(
    lost.flatMap(({ account, why, known }) =>
      known
        .filter(({ shownIn }) => shownIn === sink.productArn)
        .map(({ place }) =>
          limit(() => archive(place, `Account ${account} is lost: ${why}.`, sink, context)),
        ),
    ),
  );
}

function archive(
  place: StatePlace,
  because: string,
  sink: HubSink,
  context: PublishContext,
): Promise<Publication> {
  const observedFrom = context.now().toISOString();
  const sentence = `${because} Nothing of it was repaired.`;
  const nothingLeft = { observedFrom, findings: [], isEmpty: () => false, whyGone: () => sentence };
  return publishFindings(place, nothingLeft, sink, context);
}

async function readLost(run: Run, { store, observe }: PublishContext): Promise<readonly Lost[]> {
  if (store === null) return [];
  const keys = await observe(() => store.listObjects(STATE_PREFIX));
  if (!keys.seen) return [];
  const byAccount = Map.groupBy(keys.value, (key) => parseStateKey(key)?.place.account ?? "");
  const limit = pLimit(READS_AT_ONCE);
  const readOne = async (place: StatePlace): Promise<readonly Known[]> => {
    const object = await observe(() => store.getObject(toStateKey(place)));
    const state = object.seen && object.value !== null ? parseState(object.value.body) : null;
    return state === null ? [] : [toKnown(place, state)];
  };
  const lost = await Promise.all(
    [...byAccount].map(async ([account, ofAccount]) => {
      const why = account === "" ? null : whyLost(account, run);
      if (why === null) return [];
      const read = await Promise.all(toPlaces(ofAccount).map((place) => limit(readOne, place)));
      const known = read.flat();
      return known.length === 0 ? [] : [{ account, why, known }];
    }),
  );
  return lost.flat();
}

function toKnown(place: StatePlace, { observedFrom, destination, findings }: ClusterState): Known {
  const active = findings.flatMap(({ confirmed }) =>
    confirmed?.recordState === "ACTIVE" ? [confirmed] : [],
  );
  return {
    place,
    shownIn: active.length === 0 ? null : destination,
    lastToldMs: active.reduce(
      (latest, { sentAt }) => Math.max(latest, Date.parse(sentAt)),
      Date.parse(observedFrom),
    ),
  };
}

/** null: it is there, or nobody can tell, or the configuration leaves it out. */
function whyLost(account: string, { coverage, accounts }: Run): string | null {
  if (accounts === null || accounts.has(account)) return null;
  const whole = coverage.find(
    (entry) => entry.account === account && entry.region === null && entry.cluster === null,
  );
  if (coverage.some((entry) => entry.account === null && entry.outcome === "missed")) return null;
  if (whole === undefined) return "the organization does not have it any more";
  return whole.outcome === "skipped" && !isLeftOut(whole) ? (whole.detail ?? null) : null;
}

function toPlaces(keys: readonly string[]): readonly StatePlace[] {
  const byRegion = Map.groupBy(keys, (key) => parseStateKey(key)?.place.region ?? WIDE_REGION);
  return [...byRegion].flatMap(([region, inRegion]) =>
    region === WIDE_REGION
      ? []
      : [...findLatestPlaces(inRegion).values()].flatMap(({ place, gone }) => (gone ? [] : [place])),
  );
}

function toLostAccount({ account, why, known }: Lost): LostAccount {
  const last = Math.max(...known.map(({ lastToldMs }) => lastToldMs));
  return {
    account,
    why,
    clusters: known.map(({ place: { cluster, region } }) => `${cluster} (${region})`).toSorted(),
    forgottenAt: new Date(last + FORGOTTEN_MS).toISOString(),
  };
}
