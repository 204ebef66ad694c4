// Stage 1 of a distributed run: which accounts. Writes one line per account for the Distributed Map to read.

import type { DiscoverInput, Run } from "../events.ts";
import { ConfigurationError } from "../model/configuration-error.ts";
import { parseCoverageLines } from "../run-objects.ts";
import { discoverAccounts, type AccountScope } from "./discover.ts";
import { findObject } from "./find-object.ts";
import type { Observe } from "./observe.ts";
import { putJson, putJsonLines, runKeys } from "./run-store.ts";
import { announceRun } from "./running.ts";
import { toMissedScopes } from "./missed-scopes.ts";
import type { ObjectStore, Organization } from "./sources.ts";

export interface RunAccounts {
  readonly runId: string;
  readonly accounts: number;
  /** Key of the JSON Lines object with one `{runId, account, scope}` per account. */
  readonly key: string;
}

export async function listRunAccounts(
  organization: Organization,
  run: Run,
  scope: AccountScope,
  store: ObjectStore,
  { observe, now }: { readonly observe: Observe; readonly now: () => Date },
): Promise<RunAccounts> {
  const startedAt = now().toISOString();
  await announceRun(store, run.runId, { startedAt, scope: run.scope });
  const scopeOf = await readScopes(run, store);
  const { accountIds, coverage, unitPaths } = await discoverAccounts(
    organization,
    narrow(scope, scopeOf),
    observe,
  );
  const keys = runKeys(run.runId);
  // Coverage first: a run that dies between the two writes is missing accounts, not the reason why.
  const inScope = coverage.filter(({ account }) => account === null || scopeOf(account) !== null);
  const whole = run.rescanMissed === undefined && Object.keys(run.scope).length === 0;
  await putJson(store, keys.accountCoverage, {
    startedAt,
    whole,
    coverage: inScope,
    // Routes by organizational unit ask for it at the end of the run.
    unitPaths: Object.fromEntries(unitPaths),
  });
  const items = accountIds.flatMap((account): DiscoverInput[] => {
    const wanted = scopeOf(account);
    return wanted === null ? [] : [{ runId: run.runId, account, scope: wanted }];
  });
  await putJsonLines(store, keys.accounts, items);
  return { runId: run.runId, accounts: items.length, key: keys.accounts };
}

/** What the run looks at in an account; null: not at that account. */
type ScopeOf = (account: string) => Run["scope"] | null;

async function readScopes({ scope, rescanMissed }: Run, store: ObjectStore): Promise<ScopeOf> {
  if (rescanMissed !== undefined) {
    const scopes = toMissedScopes(await readMissed(rescanMissed, store));
    return scopes === "everything" ? () => ({}) : (account) => scopes.get(account) ?? null;
  }
  if (scope.accounts === undefined) return () => scope;
  const wanted = new Set(scope.accounts);
  return (account) => (wanted.has(account) ? scope : null);
}

async function readMissed(runId: string, store: ObjectStore) {
  const object = await findObject(store, runKeys(runId).missed);
  const missed = object === null ? null : parseCoverageLines(object.body);
  if (missed !== null) return missed;
  const expected = "the id of a run that left its missed.jsonl in the bucket";
  throw new ConfigurationError("the start event", [
    { path: "rescanMissed", line: null, seen: runId, expected, hint: null },
  ]);
}

/** A run for some accounts only looks at those of them that the configuration allows. */
function narrow(scope: AccountScope, scopeOf: ScopeOf): AccountScope {
  return {
    ...scope,
    accountIds: scope.accountIds.filter((id) => scopeOf(id) !== null),
    selectsAccount: (id) => scopeOf(id) !== null && scope.selectsAccount(id),
  };
}
