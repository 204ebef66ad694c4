// What a run missed, as the scope of the next one. Never narrower than what was missed: a Region or an account
// that could not be listed is looked at whole. Pure.

import type { Scope } from "../events.ts";
import type { Coverage } from "../model/target.ts";

/** By account. "everything": the accounts themselves could not be listed. */
export function toMissedScopes(missed: readonly Coverage[]): ReadonlyMap<string, Scope> | "everything" {
  const byAccount = new Map<string, Coverage[]>();
  for (const entry of missed) {
    if (entry.account === null) return "everything";
    byAccount.set(entry.account, [...(byAccount.get(entry.account) ?? []), entry]);
  }
  return new Map([...byAccount].map(([account, entries]) => [account, toScope(entries)]));
}

/** Regions × clusters: a cluster of the same name in another of the Regions comes along. */
function toScope(entries: readonly Coverage[]): Scope {
  const regions = toNames(entries.map(({ region }) => region));
  const clusters = toNames(entries.map(({ cluster }) => cluster));
  return { ...(regions !== null && { regions }), ...(clusters !== null && { clusters }) };
}

/** null: one entry is about all of them. */
function toNames(names: readonly (string | null)[]): string[] | null {
  const known = names.filter((name) => name !== null);
  return known.length < names.length ? null : [...new Set(known)].toSorted();
}
