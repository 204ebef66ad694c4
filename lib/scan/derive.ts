// Turns observed facts into the pictures that controls share, once per cluster: enforcement, isolation,
// GitOps controllers. A picture whose own needs were not seen is itself unseen, with the same reason.

import { assessGitOps } from "../controls/assess-gitops.ts";
import { assessWhole, type WholeAssessment } from "../enforcement/assess-whole.ts";
import type { DerivedTypes } from "../model/control.ts";
import { seen, type Observed } from "../model/observed.ts";
import type { Pieces } from "../model/pieces.ts";
import type { Facts, Snapshot } from "../model/snapshot.ts";
import { isUnprocessed } from "../model/unprocessed-policies.ts";
import { assessInPieces } from "../netpol/assess-isolation.ts";
import type { IsolationInput } from "../netpol/isolation-input.ts";

export type Derived = { readonly [K in keyof DerivedTypes]: Observed<DerivedTypes[K]> };

export function* derive(snapshot: Snapshot): Pieces<Derived> {
  const { facts, target, observedFrom } = snapshot;
  const whole = assessWhole(facts, target.cluster, observedFrom);
  const judged = {
    enforcement: seen(whole.enforcement),
    enforcementDetail: seen(whole.enforcementDetail),
  };
  const input = toIsolationInput(facts, whole);
  if (!input.seen) return { ...judged, isolation: input, gitOps: input };
  const isolation = yield* assessInPieces(input.value);
  return {
    ...judged,
    isolation: seen(isolation),
    gitOps: seen(assessGitOps(input.value, isolation.namespaces, facts)),
  };
}

/** What the evaluator looked at, for questions beyond the verdicts. */
export function isolationInputOf({ facts, target, observedFrom }: Snapshot): Observed<IsolationInput> {
  return toIsolationInput(facts, assessWhole(facts, target.cluster, observedFrom));
}

function toIsolationInput(
  facts: Facts,
  { enforcement, enforcementDetail, behaviour }: WholeAssessment,
): Observed<IsolationInput> {
  const { namespaces, pods, networkPolicies, jobs, podsOnUncoveredNodes, cluster } = facts;
  if (!namespaces.seen) return namespaces;
  if (!pods.seen) return pods;
  if (!networkPolicies.seen) return networkPolicies;
  return seen({
    namespaces: namespaces.value,
    pods: pods.value,
    policies: networkPolicies.value,
    jobs: jobs.seen ? jobs.value : null,
    other: facts,
    engine: behaviour,
    enforcement: enforcement.notAttempted ? null : enforcement,
    podExceptions: enforcementDetail.exceptions,
    unprocessedPolicies: enforcementDetail.processing.policies.filter(isUnprocessed),
    podsOnUncoveredNodes: podsOnUncoveredNodes.seen ? podsOnUncoveredNodes.value : null,
    ipFamily: cluster.seen ? cluster.value.ipFamily : null,
  });
}
