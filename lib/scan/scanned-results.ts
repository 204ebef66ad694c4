// What `scan` left of each cluster, read in the report's order and never all at once. A result is checked once; where
// it is read again, it has to be the same object.

import { compareScopes } from "../model/scope-order.ts";
import type { RunCounts } from "../model/run-counts.ts";
import type { Target } from "../model/target.ts";
import { parseCheckedCluster, parseScannedCluster, type ScannedCluster } from "../run-objects.ts";
import { readAhead } from "./read-ahead.ts";
import type { ObjectStore, StoredKey } from "./sources.ts";

/** Texts take up to twice their bytes, and what is made of them some more: 200 MB at most in all. */
const BOUNDS = { objects: 32, bytes: 32_000_000 };

type CloudTarget = Target & { readonly account: string; readonly region: string };

export interface StoredResult extends StoredKey {
  readonly target: CloudTarget;
}

export interface ReadResult extends StoredResult {
  readonly etag: string;
  readonly scanned: ScannedCluster;
}

/** Of keys below `prefix`: `[account]/[region]/[cluster].json`. */
export function toStoredResults(stored: readonly StoredKey[], prefix: string): readonly StoredResult[] {
  return stored
    .filter(({ key }) => key.startsWith(prefix) && key.endsWith(SUFFIX))
    .flatMap(({ key, bytes }) => {
      const [account, region, cluster, ...rest] = key.slice(prefix.length, -SUFFIX.length).split("/");
      if (account === undefined || region === undefined || cluster === undefined || rest.length > 0)
        return [];
      return [{ key, bytes, target: { account, region, cluster } }];
    })
    .toSorted((a, b) => compareScopes(a.target, b.target));
}

const SUFFIX = ".json";

/** Without those that nobody can read: they count as not there. */
export async function* readResults(
  results: readonly StoredResult[],
  store: ObjectStore,
): AsyncGenerator<ReadResult, void> {
  const read = async (result: StoredResult) => ({ result, object: await store.getObject(result.key) });
  // What waits is a text, which takes less memory than what it says.
  for await (const { result, object } of readAhead(results, read, BOUNDS)) {
    const scanned = object === null ? null : parseScannedCluster(object.body);
    if (object !== null && scanned !== null && isAbout(scanned, result.target))
      yield { ...result, etag: object.etag, scanned };
  }
}

/** A result says itself whose it is; one in another's place is nobody's. */
function isAbout({ coverage }: ScannedCluster, target: CloudTarget): boolean {
  return compareScopes(coverage, target) === 0;
}

/** What is remembered of a result that was read: small, whatever it says. */
export interface KnownResult extends StoredResult {
  readonly etag: string;
  readonly counts: RunCounts;
}

/** Once more, of results that were checked: an object that is another one now ends the stage, which is then repeated. */
export async function* readAgain<T>(
  results: readonly KnownResult[],
  store: ObjectStore,
  project: (scanned: ScannedCluster) => T,
): AsyncGenerator<readonly [KnownResult, T], void> {
  const read = async (result: KnownResult) => {
    const object = await store.getObject(result.key);
    if (object === null || object.etag !== result.etag)
      throw new Error(`${result.key} changed while the report of its run was made; redrive the execution`);
    return [result, object.body] as const;
  };
  for await (const [result, text] of readAhead(results, read, BOUNDS))
    yield [result, project(parseCheckedCluster(text))];
}
