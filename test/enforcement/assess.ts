// The verdict on enforcement and the answers beside it, each as a scan derives it.

import { assessWhole } from "../../lib/enforcement/assess-whole.ts";
import type { EnforcementDetail } from "../../lib/model/enforcement-detail.ts";
import type { Enforcement } from "../../lib/model/posture.ts";
import type { Facts } from "../../lib/model/snapshot.ts";

/** `observedFrom` is the snapshot's, RFC 3339. */
export function assessEnforcement(
  facts: Facts,
  clusterName: string,
  observedFrom: string | null = null,
): Enforcement {
  return assessWhole(facts, clusterName, observedFrom).enforcement;
}

export function assessEnforcementDetail(
  facts: Facts,
  clusterName: string,
  observedFrom: string | null = null,
): EnforcementDetail {
  return assessWhole(facts, clusterName, observedFrom).enforcementDetail;
}
