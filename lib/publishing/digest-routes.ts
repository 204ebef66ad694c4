// Which part of a report a route gets: by account, organizational unit, cluster tag and severity. Pure. Where a unit or
// a tag is not known, the route does not get it: the wrong people are not told, and the whole digest has it anyway.

import { compileGlobs } from "../glob.ts";
import type { Configuration } from "../config/config.ts";
import type { Finding } from "../model/finding.ts";
import type { ClusterReport, Report } from "../model/report.ts";
import { toScopeKey, type Scope } from "../model/scope-order.ts";
import type { Coverage } from "../model/target.ts";
import { isComplete } from "../scan/coverage.ts";

export type Route = Configuration["publish"]["routes"][number];

/** What a route takes of a run whose clusters come one after the other, each before its findings. */
export interface RouteFilter {
  takesCluster(cluster: ClusterReport): boolean;
  takesFinding(finding: Finding): boolean;
  takesCoverage(entry: Coverage): boolean;
}

/** What is about all accounts is everybody's. */
export function openRouteFilter(route: Route, unitPaths: ReadonlyMap<string, string>): RouteFilter {
  const selectsAccount = compileAccounts(route, unitPaths);
  const wantedTags = new Set(route.clusterTags);
  const tagged = new Set<string>();
  /** A whole account or Region has no tags: of it a route by tag is not told. */
  const isTagged = (scope: Scope): boolean =>
    wantedTags.size === 0 || (scope.cluster !== null && tagged.has(toScopeKey(scope)));
  const isIn = (scope: Scope): boolean =>
    scope.account === null || (selectsAccount(scope.account) && isTagged(scope));
  return {
    takesCluster({ account, region, name, routeTags = [] }) {
      const scope = { account, region, cluster: name };
      if (routeTags.some((tag) => wantedTags.has(tag))) tagged.add(toScopeKey(scope));
      return isIn(scope);
    },
    takesFinding: (finding) => isIn(finding) && route.severities.includes(finding.severity),
    takesCoverage: isIn,
  };
}

/** The run as a route is told of it: complete where its own part is. */
export function toRoutedRun<Run extends Pick<Report, "complete" | "coverage">>(
  run: Run,
  filter: RouteFilter,
): Run {
  const coverage = run.coverage.filter((entry) => filter.takesCoverage(entry));
  return { ...run, coverage, complete: isComplete(coverage) };
}

function compileAccounts(
  { accounts, organizationalUnits }: Route,
  unitPaths: ReadonlyMap<string, string>,
): (account: string) => boolean {
  const wanted = new Set(accounts);
  const isWanted = (account: string): boolean => wanted.has("*") || wanted.has(account);
  if (isEveryUnit(organizationalUnits)) return isWanted;
  const selectsUnit = compileGlobs(organizationalUnits);
  return (account) => {
    const path = unitPaths.get(account);
    return path !== undefined && selectsUnit(path) && isWanted(account);
  };
}

function isEveryUnit(units: readonly string[]): boolean {
  return units.includes("*");
}

/** The same in every run, and for every route that selects the same. */
export function toRouteFilter({
  accounts,
  severities,
  organizationalUnits,
  clusterTags,
}: Route): readonly unknown[] {
  const isNarrow = !isEveryUnit(organizationalUnits) || clusterTags.length > 0;
  return [
    accounts.toSorted(),
    severities.toSorted(),
    // Left out where it says nothing, as the outboxes of such routes are known without it.
    ...(isNarrow ? [organizationalUnits.toSorted(), clusterTags.toSorted()] : []),
  ];
}
