// Lists the accounts of a run.

import { composeAccounts } from "../lib/compose/compose-accounts.ts";
import { parseRun } from "../lib/events.ts";
import { listRunAccounts, type RunAccounts } from "../lib/scan/list-run-accounts.ts";

const composition = composeAccounts();

export async function handler(event: unknown): Promise<RunAccounts> {
  const { organization, accounts } = composition;
  const store = await composition.openRunStore();
  return listRunAccounts(organization, parseRun(event), accounts, store, composition);
}
