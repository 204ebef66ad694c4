// What a distributed run was to look at, as its first stages left it in the bucket, and what is missing of it.
// Expected minus present is `missed`: a stage that died without a word is seen here.

import pLimit from "p-limit";
import type { Coverage } from "../model/target.ts";
import { parseAccountCoverage, parseAccountLines, parseDiscovered } from "../run-objects.ts";
import { runKeys } from "./run-store.ts";

/** S3 answers thousands of reads a second; the sockets and the memory of one Lambda are the limit. */
export const READS_AT_ONCE = 32;

/** null: no such object, or not one that a stage would write. */
export type ReadPart = <T>(key: string, parse: (text: string) => T | null) => Promise<T | null>;

export interface Expected {
  /** null: the run did not get as far as saying so. */
  readonly startedAt: Date | null;
  /** Nothing was left out that the configuration has in scope. */
  readonly isWhole: boolean;
  /** The accounts that were to be looked into; null: nobody could say. */
  readonly accounts: ReadonlySet<string> | null;
  /** Organizational units by account id, where the organization told them. */
  readonly unitPaths: ReadonlyMap<string, string>;
  readonly coverage: readonly Coverage[];
  readonly clusters: readonly { readonly key: string; readonly coverage: Coverage }[];
}

export async function readExpected(runId: string, read: ReadPart): Promise<Expected> {
  const keys = runKeys(runId);
  const accountCoverage = await read(keys.accountCoverage, parseAccountCoverage);
  const accounts = await read(keys.accounts, parseAccountLines);
  if (accountCoverage === null || accounts === null)
    return {
      startedAt: null,
      isWhole: false,
      accounts: null,
      unitPaths: new Map(),
      coverage: [noAccounts()],
      clusters: [],
    };
  const limit = pLimit(READS_AT_ONCE);
  const discovered = await Promise.all(
    accounts.map((account) =>
      limit(async () => ({ account, output: await read(keys.discovered(account), parseDiscovered) })),
    ),
  );
  const coverage = discovered.flatMap(({ account, output }) => output?.coverage ?? [notDiscovered(account)]);
  const chunks = discovered.flatMap(({ output }) => (output === null ? [] : output.chunks));
  return {
    startedAt: new Date(accountCoverage.startedAt),
    isWhole: accountCoverage.whole,
    unitPaths: new Map(Object.entries(accountCoverage.unitPaths ?? {})),
    accounts: new Set(accounts),
    coverage: [...accountCoverage.coverage, ...coverage],
    clusters: chunks.flatMap(({ account, region, clusters }) =>
      clusters.map((cluster) => ({
        key: keys.scanned(account, region, cluster),
        coverage: notScanned(account, region, cluster),
      })),
    ),
  };
}

function noAccounts(): Coverage {
  const detail = "the run did not list its accounts; see the execution of the state machine";
  return { account: null, region: null, cluster: null, outcome: "missed", why: "incomplete", detail };
}

function notDiscovered(account: string): Coverage {
  const detail = "discovery of this account left no readable result";
  return { account, region: null, cluster: null, outcome: "missed", why: "incomplete", detail };
}

function notScanned(account: string, region: string, cluster: string): Coverage {
  return {
    account,
    region,
    cluster,
    outcome: "missed",
    why: "incomplete",
    detail: "its scan left no readable result",
  };
}
