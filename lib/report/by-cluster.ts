// Puts findings beside the cluster that they are about. Says nothing that is not in the report.

import type { Finding } from "../model/finding.ts";
import type { ClusterReport, ReportView } from "../model/report.ts";
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

/**
 * In the report's order: the reported clusters, then clusters with nothing but findings, then the rest. One after the
 * other: of no more than one cluster the findings are in memory, where they are in the report's order. Those of a state
 * that somebody changed need not be.
 */
export class ClusterParts implements Iterable<ClusterPart> {
  readonly #report: Lists;
  #aboutNone: Finding[] = [];
  #isOrdered = true;
  #isSurveyed = false;

  constructor(report: Lists) {
    this.#report = report;
  }

  /** The report's. Who has to read them before the parts takes them here, and saves the parts a reading of their own. */
  *findings(): Generator<Finding, void> {
    const aboutNone: Finding[] = [];
    let isOrdered = true;
    let previous: Scope | null = null;
    for (const finding of this.#report.findings) {
      if (finding.cluster === null) aboutNone.push(finding);
      isOrdered &&= previous === null || compareScopes(previous, finding) <= 0;
      previous = finding;
      yield finding;
    }
    this.#aboutNone = aboutNone;
    this.#isOrdered = isOrdered;
    this.#isSurveyed = true;
  }

  *[Symbol.iterator](): Generator<ClusterPart, void> {
    if (!this.#isSurveyed) this.findings().forEach(() => {});
    const { clusters, findings } = this.#report;
    yield* toClusterParts({
      clusters,
      findings: this.#isOrdered ? findings : [...findings].toSorted(compareScopes),
    });
    if (this.#aboutNone.length === 0) return;
    yield { account: null, region: null, name: null, cluster: null, findings: this.#aboutNone };
  }
}

/** The same without the rest. Throws a RangeError for findings that are not in the report's order (by-scope.ts). */
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
