// Finds what there is to scan: accounts, their Regions, their clusters. What cannot be listed becomes a
// coverage entry for exactly that scope; one closed door never ends the run.

import { seen, type Observed, type Unseen } from "../model/observed.ts";
import type { Coverage } from "../model/target.ts";
import type { Observe } from "./observe.ts";
import type {
  AccountInventory,
  AccountRegions,
  Entrance,
  Organization,
  OrganizationAccount,
} from "./sources.ts";

/** Matches a name against include and exclude globs (lib/glob.ts); no include means everything. */
export type Selects = (name: string) => boolean;

export interface AccountScope {
  /** organization: list them; listed: these ids; caller: just the account of the credentials. */
  readonly source: "organization" | "listed" | "caller";
  /** Named one by one: each is scanned or has a coverage entry, also where the organization does not know it. */
  readonly accountIds: readonly string[];
  readonly selectsAccount: Selects;
  readonly selectsUnitPath: Selects;
}

export interface ClusterScope {
  readonly regions: "enabled" | readonly string[];
  readonly selectsCluster: Selects;
  /** Of one account: where clusters were known before, and which is asked as well as what is enabled there now. */
  readonly findKnownRegions?: (accountId: string) => Promise<readonly string[]>;
}

export interface DiscoveredAccounts {
  readonly accountIds: readonly string[];
  readonly coverage: readonly Coverage[];
  /** Of every account of the organization, by id; empty where nobody asked the organization, or it did not tell. */
  readonly unitPaths: ReadonlyMap<string, string>;
}

const NO_UNITS: ReadonlyMap<string, string> = new Map();

export interface DiscoveredClusters {
  readonly clusters: readonly { readonly region: string; readonly name: string }[];
  readonly coverage: readonly Coverage[];
  /** Regions whose cluster list was read to its end: only there is absence evidence. */
  readonly listedRegions: readonly string[];
}

export async function discoverAccounts(
  organization: Organization,
  scope: AccountScope,
  observe: Observe,
): Promise<DiscoveredAccounts> {
  if (scope.source === "listed") return { accountIds: scope.accountIds, coverage: [], unitPaths: NO_UNITS };
  if (scope.source === "caller") {
    const caller = await observe(() => organization.getCallerAccount());
    if (!caller.seen)
      return { accountIds: [], coverage: [toMissed(caller, null, null)], unitPaths: NO_UNITS };
    return { accountIds: [caller.value.accountId], coverage: [], unitPaths: NO_UNITS };
  }
  const accounts = await observe(() => organization.listOrganizationAccounts());
  if (!accounts.seen)
    return { accountIds: [], coverage: [toMissed(accounts, null, null)], unitPaths: NO_UNITS };
  const judged = accounts.value
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((account) => ({ id: account.id, skip: reasonToSkip(account, scope) }));
  return {
    accountIds: judged.filter(({ skip }) => skip === null).map(({ id }) => id),
    coverage: [
      ...judged.flatMap(({ id, skip }) =>
        skip === null
          ? []
          : [{ account: id, region: null, cluster: null, outcome: "skipped" as const, detail: skip }],
      ),
      ...toNotInOrganization(accounts.value, scope),
    ],
    unitPaths: new Map(accounts.value.map(({ id, unitPath }) => [id, unitPath])),
  };
}

/** A mistyped id, or an account that has left: the run looked at less than it was told to. */
function toNotInOrganization(accounts: readonly OrganizationAccount[], scope: AccountScope): Coverage[] {
  const known = new Set(accounts.map(({ id }) => id));
  const detail = "named in organization.accounts.include, but the organization has no such account";
  return scope.accountIds
    .filter((id) => !known.has(id))
    .map((id) => toMissed({ seen: false, why: "not-supported", detail }, id, null));
}

/** By the configuration, and not because the organization or AWS says so. */
export function isLeftOut({ outcome, detail }: Coverage): boolean {
  return outcome === "skipped" && detail?.startsWith("excluded by ") === true;
}

function reasonToSkip(account: OrganizationAccount, scope: AccountScope): string | null {
  if (account.state !== "ACTIVE") return `the account is ${account.state}`;
  if (!scope.selectsAccount(account.id)) return "excluded by organization.accounts";
  if (!scope.selectsUnitPath(account.unitPath)) return "excluded by organization.organizationalUnits";
  return null;
}

/** Enters one account, and lists its clusters. */
export async function lookInto<Account extends AccountInventory & AccountRegions>(
  cloud: Pick<Entrance<Account>, "enterAccount">,
  accountId: string,
  scope: ClusterScope,
  observe: Observe,
): Promise<Observed<{ readonly account: Account; readonly discovered: DiscoveredClusters }>> {
  const account = await observe(() => cloud.enterAccount(accountId));
  if (!account.seen) return account;
  return seen({ account: account.value, discovered: await discoverClusters(account.value, scope, observe) });
}

/** All clusters of one account in the configured Regions. */
export async function discoverClusters(
  account: AccountInventory & AccountRegions,
  scope: ClusterScope,
  observe: Observe,
): Promise<DiscoveredClusters> {
  const regions = await listScannedRegions(account, scope, observe);
  if ("why" in regions)
    return { clusters: [], listedRegions: [], coverage: [toMissed(regions, account.accountId, null)] };
  const perRegion = await Promise.all(
    regions.map(async (region) => ({ region, names: await observe(() => account.listClusters(region)) })),
  );
  const clusters: { region: string; name: string }[] = [];
  const coverage: Coverage[] = [];
  for (const { region, names } of perRegion) {
    if (!names.seen) coverage.push(toMissed(names, account.accountId, region));
    else
      for (const name of names.value.toSorted()) {
        if (scope.selectsCluster(name)) clusters.push({ region, name });
        else coverage.push(toExcluded(account.accountId, region, name));
      }
  }
  const listedRegions = perRegion.filter(({ names }) => names.seen).map(({ region }) => region);
  return { clusters, coverage, listedRegions };
}

async function listScannedRegions(
  account: AccountInventory & AccountRegions,
  scope: ClusterScope,
  observe: Observe,
): Promise<readonly string[] | Unseen> {
  if (scope.regions !== "enabled") return scope.regions.toSorted();
  const regions = await observe(() => account.listRegions());
  if (!regions.seen) return regions;
  const known = (await scope.findKnownRegions?.(account.accountId)) ?? [];
  return [...new Set([...regions.value, ...known])].toSorted();
}

export function toMissed(reason: Unseen, account: string | null, region: string | null): Coverage {
  return { account, region, cluster: null, outcome: "missed", why: reason.why, detail: reason.detail };
}

function toExcluded(account: string, region: string, cluster: string): Coverage {
  return {
    account,
    region,
    cluster,
    outcome: "skipped",
    detail: "excluded by clusters.include or clusters.exclude",
  };
}
