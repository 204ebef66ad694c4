// The verdict on enforcement and the answers beside it, from one look at the cluster: engines and exceptions are
// found once for both. Pure.

import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import type { Enforcement } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import { assessCluster } from "./assess-cluster.ts";
import { describeDetail } from "./assess-enforcement-detail.ts";
import { describeEnforcement } from "./assess-enforcement.ts";
import { toContext } from "./engine-assessment.ts";

/** `observedFrom` is the snapshot's, RFC 3339. */
export function assessWhole(
  facts: Facts,
  clusterName: string,
  observedFrom: string | null,
): { readonly enforcement: Enforcement; readonly enforcementDetail: EnforcementDetail } {
  const context = toContext(facts, clusterName, observedFrom);
  const cluster = assessCluster(context);
  return {
    enforcement: describeEnforcement(facts, clusterName, cluster),
    enforcementDetail: describeDetail(context, clusterName, cluster),
  };
}
