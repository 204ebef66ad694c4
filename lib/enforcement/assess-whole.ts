// The verdict on enforcement, the answers beside it and how the engines read policies, from one look at the
// cluster: engines and exceptions are found once for all of them. Pure.

import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import type { Enforcement } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import { assessCluster } from "./assess-cluster.ts";
import { describeDetail } from "./describe-detail.ts";
import { describeEnforcement } from "./describe-enforcement.ts";
import { toDeciding } from "./cluster-verdict.ts";
import { engineBehaviour, type EngineBehaviour } from "./engine-behaviour.ts";
import { toContext } from "./engine-assessment.ts";

export interface WholeAssessment {
  readonly enforcement: Enforcement;
  readonly enforcementDetail: EnforcementDetail;
  readonly behaviour: EngineBehaviour;
}

/** `observedFrom` is the snapshot's, RFC 3339. */
export function assessWhole(facts: Facts, clusterName: string, observedFrom: string | null): WholeAssessment {
  const context = toContext(facts, clusterName, observedFrom);
  const cluster = assessCluster(context);
  const enforcement = describeEnforcement(facts, clusterName, cluster);
  return {
    enforcement,
    enforcementDetail: describeDetail(context, clusterName, cluster),
    behaviour: engineBehaviour(enforcement, toDeciding(cluster.view)),
  };
}
