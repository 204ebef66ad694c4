// Which part of a report a route gets: by account, organizational unit, cluster tag and severity. Pure. Where a unit or
// a tag is not known, the route does not get it: the wrong people are not told, and the whole digest has it anyway.

import { compileGlobs } from "./glob.ts";
import type { Configuration } from "./config.ts";
import type { Report } from "./model/report.ts";

export type Route = Configuration["publish"]["routes"][number];

interface Scope {
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
}

/** What is about all accounts is everybody's. */
export function toRoutedReport(report: Report, route: Route, unitPaths: ReadonlyMap<string, string>): Report {
  const selectsAccount = compileAccounts(route, unitPaths);
  const selectsCluster = compileClusters(route, report);
  const isIn = (scope: Scope): boolean =>
    scope.account === null || (selectsAccount(scope.account) && selectsCluster(scope));
  const coverage = report.coverage.filter(isIn);
  return {
    ...report,
    coverage,
    complete: coverage.every(({ outcome }) => outcome === "scanned" || outcome === "skipped"),
    clusters: report.clusters.filter(({ name, ...place }) => isIn({ ...place, cluster: name })),
    findings: report.findings.filter(
      (finding) => isIn(finding) && route.severities.includes(finding.severity),
    ),
  };
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

/** A whole account or Region has no tags: of it a route by tag is not told. */
function compileClusters({ clusterTags }: Route, { clusters }: Report): (scope: Scope) => boolean {
  if (clusterTags.length === 0) return () => true;
  const wanted = new Set(clusterTags);
  const tagged = clusters.filter(({ routeTags = [] }) => routeTags.some((tag) => wanted.has(tag)));
  const keys = new Set(tagged.map(({ name, ...place }) => toKey({ ...place, cluster: name })));
  return (scope) => scope.cluster !== null && keys.has(toKey(scope));
}

function toKey({ account, region, cluster }: Scope): string {
  return JSON.stringify([account, region, cluster]);
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
