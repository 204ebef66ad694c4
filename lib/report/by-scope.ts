// Findings of one account, Region and cluster at a time: of all others none is in memory.

import type { Finding } from "../model/finding.ts";
import { compareScopes, type Scope, toScopeKey } from "../model/scope-order.ts";

export interface ScopeFindings {
  readonly scope: Scope;
  /** At least one. */
  readonly findings: readonly [Finding, ...Finding[]];
}

/** They have to be in the report's order: what stands elsewhere would be overlooked. */
export function* groupByScope(findings: Iterable<Finding>): Generator<ScopeFindings, void> {
  let group: { readonly scope: Scope; readonly findings: [Finding, ...Finding[]] } | null = null;
  for (const finding of findings) {
    if (group !== null && isAbout(finding, group.scope)) {
      group.findings.push(finding);
      continue;
    }
    const { account, region, cluster } = finding;
    const scope = { account, region, cluster };
    if (group !== null) {
      insistOnOrder(group.scope, scope);
      yield group;
    }
    group = { scope, findings: [finding] };
  }
  if (group !== null) yield group;
}

function isAbout({ account, region, cluster }: Finding, scope: Scope): boolean {
  return cluster === scope.cluster && region === scope.region && account === scope.account;
}

function insistOnOrder(first: Scope, second: Scope): void {
  if (compareScopes(first, second) >= 0)
    throw new RangeError(`Findings of ${toScopeKey(second)} stand after those of ${toScopeKey(first)}`);
}
