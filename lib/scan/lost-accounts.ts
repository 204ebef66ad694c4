// Accounts that the state knows and the organization has closed, suspended or let go: nobody can enter them any more.
// What was open there was not repaired and cannot be updated; only copies in the scanner's own hub can be ended.

import type { LostAccount } from "../controls/visibility.ts";
import { isLeftOut } from "./discover.ts";
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

type Run = Pick<WideView, "coverage" | "accounts">;

interface Known {
  readonly place: StatePlace;
  readonly state: ClusterState;
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
  const publications =
    sink === null
      ? []
      : await Promise.all(
          before.flatMap(({ account, why, known }) =>
            known
              .filter(({ state }) => isShownIn(sink, state))
              .map(({ place }) => archive(place, `Account ${account} is lost: ${why}.`, sink, context)),
          ),
        );
  const after = publications.length === 0 ? before : await readLost(run, context);
  const now = context.now();
  const lost = after.map(toLostAccount).filter(({ forgottenAt }) => Date.parse(forgottenAt) > now.getTime());
  return { lost, publications };
}

function isShownIn({ productArn }: HubSink, { destination, findings }: ClusterState): boolean {
  return destination === productArn && findings.some(({ confirmed }) => confirmed?.recordState === "ACTIVE");
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
  const lost = await Promise.all(
    [...byAccount].map(async ([account, ofAccount]) => {
      const why = account === "" ? null : whyLost(account, run);
      if (why === null) return [];
      const read = await Promise.all(
        toPlaces(ofAccount).map(async (place) => {
          const object = await observe(() => store.getObject(toStateKey(place)));
          const state = object.seen && object.value !== null ? parseState(object.value.body) : null;
          return state === null ? [] : [{ place, state }];
        }),
      );
      const known = read.flat();
      return known.length === 0 ? [] : [{ account, why, known }];
    }),
  );
  return lost.flat();
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
  const told = known.flatMap(({ state: { observedFrom, findings } }) => [
    observedFrom,
    ...findings.flatMap(({ confirmed }) => (confirmed?.recordState === "ACTIVE" ? [confirmed.sentAt] : [])),
  ]);
  const last = told.reduce((latest, time) => Math.max(latest, Date.parse(time)), Number.NEGATIVE_INFINITY);
  return {
    account,
    why,
    clusters: known.map(({ place: { cluster, region } }) => `${cluster} (${region})`).toSorted(),
    forgottenAt: new Date(last + FORGOTTEN_MS).toISOString(),
  };
}
