// Regions in which the state knows clusters of an account. A Region that was disabled there since is in no list of its
// Regions any more, but its clusters run on ("disabling a Region will remove all IAM access to any resources that reside
// in that Region", DisableRegion, API reference): it is asked as before, so that what cannot be seen is missed by name.

import type { Observe } from "./observe.ts";
import type { ObjectStore } from "./sources.ts";
import { findLatestPlaces, parseStateKey, toAccountPrefix, WIDE_REGION } from "./state.ts";

/** None where the state cannot be listed: then nothing is known. */
export async function findKnownRegions(
  store: ObjectStore,
  account: string,
  observe: Observe,
): Promise<readonly string[]> {
  const keys = await observe(() => store.listObjects(toAccountPrefix(account)));
  if (!keys.seen) return [];
  const byRegion = Map.groupBy(keys.value, (key) => parseStateKey(key)?.place.region ?? WIDE_REGION);
  byRegion.delete(WIDE_REGION);
  return [...byRegion].flatMap(([region, inRegion]) =>
    [...findLatestPlaces(inRegion).values()].some(({ gone }) => !gone) ? [region] : [],
  );
}
