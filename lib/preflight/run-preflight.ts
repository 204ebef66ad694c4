// Doctor's run: every check in the order of a scan, with bounded concurrency over accounts and clusters, so that an
// organization of a thousand accounts can be asked about. What cannot be entered ends there and not the run.

import pLimit, { type LimitFunction } from "p-limit";
import { fail, NOWHERE, type CheckRow } from "../model/preflight.ts";
import type { AccountScope, ClusterScope } from "../scan/discover.ts";
import type { AccountCloud, Cloud } from "../scan/sources.ts";
import {
  checkClusterList,
  checkCredentials,
  checkOrganization,
  checkRegions,
  checkRole,
} from "./check-accounts.ts";
import { checkCluster } from "./check-cluster.ts";
import type { PreflightContext } from "./preflight-context.ts";

export interface PreflightScope {
  readonly accounts: AccountScope;
  readonly clusters: ClusterScope;
  readonly excludedTags: readonly string[];
  /** Globs that the user gave for this run alone; where they match nothing, that is told. */
  readonly wanted: readonly string[];
}

export interface PreflightProgress {
  readonly accounts: { readonly done: number; readonly total: number };
  readonly clusters: { readonly done: number; readonly total: number };
}

export interface AccountsChecked {
  readonly rows: readonly CheckRow[];
  /** Accounts that could be entered, with the Regions that have clusters in scope. */
  readonly places: readonly { readonly account: AccountCloud; readonly region: string }[];
}

export async function checkAccounts(
  cloud: Cloud,
  scope: PreflightScope,
  options: {
    readonly context: PreflightContext;
    readonly concurrency: number;
    readonly onProgress: (progress: PreflightProgress) => void;
  },
): Promise<AccountsChecked> {
  const credentials = await checkCredentials(cloud, options.context);
  if (credentials.value === null) return { rows: credentials.rows, places: [] };
  const caller = credentials.value;
  const context = { ...options.context, caller: caller.arn };
  const accounts = await checkOrganization(cloud, scope.accounts, caller, context);
  const before = [...credentials.rows, ...accounts.rows];
  if (accounts.value === null) return { rows: before, places: [] };
  const limits = { accounts: pLimit(options.concurrency), clusters: pLimit(options.concurrency) };
  const count = countProgress(accounts.value.length, options.onProgress);
  const perAccount = await Promise.all(
    accounts.value.map((id) =>
      limits.accounts(() => checkAccount(cloud, id, scope, context, limits.clusters, count)),
    ),
  );
  const places = perAccount.flatMap(({ places: found }) => found);
  const rows = [...before, ...perAccount.flatMap((account) => account.rows)];
  const isEmpty = scope.wanted.length > 0 && places.length === 0;
  return { rows: isEmpty ? [...rows, toNothingFound(scope.wanted)] : rows, places };
}

function toNothingFound(wanted: readonly string[]): CheckRow {
  return fail("eks-clusters", NOWHERE, `no cluster was found that matches ${wanted.join(", ")}`, {
    fix: "Correct the name, or look at the rows above: what could not be listed may hold it.",
  });
}

interface Count {
  accountDone(): void;
  clustersFound(amount: number): void;
  clusterDone(): void;
}

async function checkAccount(
  cloud: Cloud,
  accountId: string,
  scope: PreflightScope,
  context: PreflightContext,
  limit: LimitFunction,
  count: Count,
): Promise<AccountsChecked> {
  const entered = await checkRole(cloud, accountId, context);
  const account = entered.value;
  if (account === null) {
    count.accountDone();
    return { rows: entered.rows, places: [] };
  }
  const regions = await checkRegions(account, scope.clusters, context);
  const perRegion = await Promise.all(
    (regions.value ?? []).map((region) => checkRegion(account, region, scope, context, limit, count)),
  );
  count.accountDone();
  return {
    rows: [...entered.rows, ...regions.rows, ...perRegion.flatMap(({ rows }) => rows)],
    places: perRegion.flatMap(({ places }) => places),
  };
}

async function checkRegion(
  account: AccountCloud,
  region: string,
  { clusters: { selectsCluster }, excludedTags }: PreflightScope,
  context: PreflightContext,
  limit: LimitFunction,
  count: Count,
): Promise<AccountsChecked> {
  const list = await checkClusterList(account, region, context);
  const names = (list.value ?? []).filter(selectsCluster).toSorted();
  count.clustersFound(names.length);
  const perCluster = await Promise.all(
    names.map((name) =>
      limit(async () => {
        const rows = await checkCluster(account, region, name, excludedTags, context);
        count.clusterDone();
        return rows;
      }),
    ),
  );
  return {
    rows: [...list.rows, ...perCluster.flat()],
    places: names.length === 0 ? [] : [{ account, region }],
  };
}

function countProgress(total: number, tell: (progress: PreflightProgress) => void): Count {
  const accounts = { done: 0, total };
  const clusters = { done: 0, total: 0 };
  const show = (): void => tell({ accounts: { ...accounts }, clusters: { ...clusters } });
  return {
    accountDone() {
      accounts.done += 1;
      show();
    },
    clustersFound(amount) {
      clusters.total += amount;
      show();
    },
    clusterDone() {
      clusters.done += 1;
      show();
    },
  };
}
