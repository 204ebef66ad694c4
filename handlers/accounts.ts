// Lists the accounts of a run.

import { composeHandler } from "../lib/compose-handler.ts";
import { parseRun } from "../lib/events.ts";
import { listRunAccounts, type RunAccounts } from "../lib/scan/list-run-accounts.ts";

const composition = await composeHandler(new AbortController().signal);

export async function handler(event: unknown): Promise<RunAccounts> {
  const { cloud, accounts, context } = composition;
  const store = await composition.openRunStore();
  return listRunAccounts(cloud, parseRun(event), accounts, store, context);
}
