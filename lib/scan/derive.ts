// Turns observed facts into the two pictures that controls share, once per cluster: enforcement and
// isolation. A picture whose own needs were not seen is itself unseen, with the same reason.

import { engineBehaviour } from "../enforcement/engine-behaviour.ts";
import { assessEnforcement } from "../enforcement/assess-enforcement.ts";
import type { DerivedTypes } from "../model/control.ts";
import { seen, type Observed } from "../model/observed.ts";
import type { Enforcement } from "../model/posture.ts";
import type { Facts, Snapshot } from "../model/snapshot.ts";
import { assessIsolation } from "../netpol/assess-isolation.ts";

export type Derived = { readonly [K in keyof DerivedTypes]: Observed<DerivedTypes[K]> };

export function derive(snapshot: Snapshot): Derived {
  const enforcement = assessEnforcement(snapshot.facts, snapshot.target.cluster, snapshot.observedFrom);
  return { enforcement: seen(enforcement), isolation: deriveIsolation(snapshot.facts, enforcement) };
}

function deriveIsolation(facts: Facts, enforcement: Enforcement): Derived["isolation"] {
  const { namespaces, pods, networkPolicies, jobs, podsOnUncoveredNodes, cluster } = facts;
  if (!namespaces.seen) return namespaces;
  if (!pods.seen) return pods;
  if (!networkPolicies.seen) return networkPolicies;
  return seen(
    assessIsolation({
      namespaces: namespaces.value,
      pods: pods.value,
      policies: networkPolicies.value,
      jobs: jobs.seen ? jobs.value : null,
      other: facts,
      engine: engineBehaviour(enforcement),
      enforcement: enforcement.notAttempted ? null : enforcement,
      podsOnUncoveredNodes: podsOnUncoveredNodes.seen ? podsOnUncoveredNodes.value : null,
      ipFamily: cluster.seen ? cluster.value.ipFamily : null,
    }),
  );
}
