// Puts findings beside the cluster that they are about. Says nothing that is not in the report.

import type { Finding } from "../model/finding.ts";
import type { ClusterReport, Report, ReportView } from "../model/report.ts";
import { compareScopes, type Scope, toScopeKey } from "../model/scope-order.ts";
import { groupByScope, type ScopeGroup } from "./by-scope.ts";

export interface ClusterPart {
  readonly account: string | null;
  readonly region: string | null;
  /** null: what is about no cluster (an account, a Region, the run). */
  readonly name: string | null;
  /** null: nothing of the cluster could be read, or its scan was not begun. */
  readonly cluster: ClusterReport | null;
  readonly findings: readonly Finding[];
}

type Lists = Pick<ReportView, "clusters" | "findings">;

/** In the report's order: the reported clusters, then clusters with nothing but findings, then the rest. */
export function groupByCluster({ clusters, findings }: Pick<Report, keyof Lists>): readonly ClusterPart[] {
  const aboutNone = findings.filter(({ cluster }) => cluster === null);
  const rest = { account: null, region: null, name: null, cluster: null, findings: aboutNone };
  return [
    ...toClusterParts({ clusters, findings: findings.toSorted(compareScopes) }),
    ...(aboutNone.length === 0 ? [] : [rest]),
  ];
}

/**
 * The same without the rest, one after the other: no more than one cluster's findings are in memory. Throws a RangeError
 * for findings that are not in the report's order (by-scope.ts).
 */
export function* toClusterParts({ clusters, findings }: Lists): Generator<ClusterPart, void> {
  const reported = new Set<string>();
  let hasOthers = false;
  const groups = groupByScope(findings, asScope);
  let next = groups.next();
  for (const cluster of clusters) {
    const { account, region, name } = cluster;
    const scope = { account, region, cluster: name };
    reported.add(toScopeKey(scope));
    for (; next.done !== true && compareScopes(next.value.scope, scope) < 0; next = groups.next())
      hasOthers ||= isOther(next.value, reported);
    const own = next.done !== true && compareScopes(next.value.scope, scope) === 0 ? next.value : null;
    yield { account, region, name, cluster, findings: own?.values ?? [] };
    if (own !== null) next = groups.next();
  }
  for (; next.done !== true; next = groups.next()) hasOthers ||= isOther(next.value, reported);
  if (!hasOthers) return;
  for (const group of groupByScope(findings, asScope)) {
    const { account, region, cluster: name } = group.scope;
    if (isOther(group, reported)) yield { account, region, name, cluster: null, findings: group.values };
  }
}

/** About a cluster of which there is no report. */
function isOther({ scope }: ScopeGroup<Finding>, reported: ReadonlySet<string>): boolean {
  return scope.cluster !== null && !reported.has(toScopeKey(scope));
}

function asScope(finding: Finding): Scope {
  return finding;
}
