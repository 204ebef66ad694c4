// Doctor's rows about accounts: who the scanner is, whether it may list the organization, enter each account, and
// list Regions and clusters there. Reads only what a scan reads.

import {
  fail,
  NOWHERE,
  pass,
  toRightsFix,
  unanswered,
  type CheckRow,
  type CheckScope,
} from "../model/preflight.ts";
import type { AccountScope, ClusterScope } from "../scan/discover.ts";
import type { AccountCloud, Cloud, WholeAccount } from "../scan/sources.ts";
import { count, enumerate } from "../model/counts.ts";
import { toRoleArn } from "./principal.ts";
import { toCheckNextStep, type Found, type PreflightContext } from "./preflight-context.ts";

export interface Caller {
  readonly accountId: string;
  /** As IAM knows the role or user, where it can be told from the session. */
  readonly arn: string;
}

export async function checkCredentials(cloud: Cloud, context: PreflightContext): Promise<Found<Caller>> {
  const caller = await context.observe(() => cloud.getCallerAccount());
  if (caller.seen)
    return { value: caller.value, rows: [pass("credentials", NOWHERE, `you are ${caller.value.arn}`)] };
  const valid =
    "Give this shell AWS credentials: a profile (AWS_PROFILE, after `aws sso login`), or a role's environment variables.";
  return { value: null, rows: [unanswered("credentials", NOWHERE, caller, toRightsFix(caller, valid))] };
}

/** The accounts of the run, as a scan would find them. */
export async function checkOrganization(
  cloud: Cloud,
  scope: AccountScope,
  caller: Caller,
  context: PreflightContext,
): Promise<Found<readonly string[]>> {
  if (scope.source === "caller") return { value: [caller.accountId], rows: [] };
  if (scope.source === "listed") return { value: scope.accountIds, rows: [] };
  const accounts = await context.observe(() => cloud.listOrganizationAccounts());
  if (!accounts.seen) {
    const fix =
      "Run it from the management account or as a delegated administrator, with organizations:ListRoots, ListOrganizationalUnitsForParent and ListAccountsForParent; or list `accounts` in the configuration.";
    return { value: null, rows: [unanswered("organization", NOWHERE, accounts, { fix })] };
  }
  const active = accounts.value.filter(({ state }) => state === "ACTIVE");
  const chosen = active.filter(
    ({ id, unitPath }) => scope.selectsAccount(id) && scope.selectsUnitPath(unitPath),
  );
  const known = new Set(accounts.value.map(({ id }) => id));
  const strangers = scope.accountIds.filter((id) => !known.has(id));
  const detail = `${count(accounts.value.length, "account")}, ${active.length} active, ${chosen.length} in scope`;
  return {
    value: chosen.map(({ id }) => id).toSorted(),
    rows: [
      chosen.length > 0
        ? pass("organization", NOWHERE, detail)
        : fail("organization", NOWHERE, detail, EMPTY),
      ...strangers.map((id) => fail("organization", { ...NOWHERE, account: id }, STRANGER, CORRECT)),
    ],
  };
}

const EMPTY = {
  fix: "The include and exclude lists of `organization` leave no account: correct them, or leave them out.",
};
const STRANGER = "organization.accounts.include names it, but the organization has no such account";
const CORRECT = { fix: "Correct the id in the configuration, or take it out." };

export async function checkRole(
  cloud: Cloud,
  accountId: string,
  context: PreflightContext,
): Promise<Found<WholeAccount>> {
  const scope = { ...NOWHERE, account: accountId };
  const entered = await context.observe(() => cloud.enterAccount(accountId));
  const { roleName, caller, assumes } = context;
  if (entered.seen) {
    const detail = assumes(accountId)
      ? `the role ${roleName} can be assumed`
      : "entered with your own credentials; no role is needed";
    return { value: entered.value, rows: [pass("role", scope, detail)] };
  }
  // STS answers a missing role and a trust policy that refuses in the same words, so both have to be named.
  const fix =
    entered.why === "access-denied"
      ? `Deploy deploy/member-role.yaml in the account. Where ${roleName} is there already, compare what its trust policy asks for: the ExternalId with role.externalId, the organization, and you as OperatorRoleArn (${toRoleArn(caller)}). AWS does not say which of these it is.`
      : toCheckNextStep(entered, scope);
  return { value: null, rows: [unanswered("role", scope, entered, { fix })] };
}

/** The Regions that are scanned in this account. */
export async function checkRegions(
  account: WholeAccount,
  { regions }: ClusterScope,
  context: PreflightContext,
): Promise<Found<readonly string[]>> {
  const scope = { ...NOWHERE, account: account.accountId };
  const enabled = await context.observe(() => account.listRegions());
  if (!enabled.seen) {
    const fix =
      "Allow account:ListRegions, as deploy/member-role.yaml does; or name `regions` in the configuration.";
    const row = unanswered("regions", scope, enabled, { fix });
    // A scan of named Regions does not ask which are enabled.
    return { value: regions === "enabled" ? null : regions, rows: [row] };
  }
  if (regions === "enabled")
    return { value: enabled.value, rows: [pass("regions", scope, toRegionText(enabled.value))] };
  const disabled = regions.filter((region) => !enabled.value.includes(region));
  const usable = regions.filter((region) => enabled.value.includes(region));
  return {
    value: usable,
    rows: [
      ...(usable.length === 0 ? [] : [pass("regions", scope, toRegionText(usable))]),
      ...disabled.map((region) => toDisabled({ ...scope, region })),
    ],
  };
}

function toRegionText(regions: readonly string[]): string {
  return regions.length <= 4
    ? `${enumerate(regions)} ${regions.length === 1 ? "is" : "are"} enabled`
    : `${regions.length} Regions are enabled`;
}

function toDisabled(scope: CheckScope & { readonly region: string }): CheckRow {
  const enable = `aws account enable-region --region-name ${scope.region}`;
  const fix = "Take the Region out of `regions`, or enable it in the account (which takes hours).";
  return fail("regions", scope, "this Region is not enabled in the account", { fix, commands: [enable] });
}

export async function checkClusterList(
  account: AccountCloud,
  region: string,
  context: PreflightContext,
): Promise<Found<readonly string[]>> {
  const scope = { account: account.accountId, region, cluster: null };
  const names = await context.observe(() => account.listClusters(region));
  if (!names.seen)
    return {
      value: null,
      rows: [unanswered("eks-clusters", scope, names, { fix: toCheckNextStep(names, scope) })],
    };
  return { value: names.value, rows: [pass("eks-clusters", scope, "clusters can be listed")] };
}
