// Stage 1 of a distributed run: which accounts. Writes one line per account for the Distributed Map to read.

import type { Run } from "../events.ts";
import { discoverAccounts, type AccountScope } from "./discover.ts";
import type { Observe } from "./observe.ts";
import { putJson, putJsonLines, runKeys } from "./run-store.ts";
import type { Cloud, ObjectStore } from "./sources.ts";

export interface RunAccounts {
  readonly runId: string;
  readonly accounts: number;
  /** Key of the JSON Lines object with one `{runId, account, scope}` per account. */
  readonly key: string;
}

export async function listRunAccounts(
  cloud: Cloud,
  run: Run,
  scope: AccountScope,
  store: ObjectStore,
  observe: Observe,
): Promise<RunAccounts> {
  const { accountIds, coverage } = await discoverAccounts(cloud, narrow(scope, run), observe);
  const keys = runKeys(run.runId);
  // Coverage first: a run that dies between the two writes is missing accounts, not the reason why.
  await putJson(store, keys.accountCoverage, coverage);
  const items = accountIds.map((account) => ({ runId: run.runId, account, scope: run.scope }));
  await putJsonLines(store, keys.accounts, items);
  return { runId: run.runId, accounts: accountIds.length, key: keys.accounts };
}

/** A run for some accounts only looks at those of them that the configuration allows. */
function narrow(scope: AccountScope, run: Run): AccountScope {
  const { accounts } = run.scope;
  if (accounts === undefined) return scope;
  const wanted = new Set(accounts);
  return {
    ...scope,
    accountIds: scope.accountIds.filter((id) => wanted.has(id)),
    selectsAccount: (id) => wanted.has(id) && scope.selectsAccount(id),
  };
}
