// What NETPOL.3, .5 and .8 share: they ask how an engine enforces. Where none does, that is NETPOL.2's failure and
// theirs is none.

import type { ControlInput, Verdict } from "../model/control.ts";
import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import type { Enforcement } from "../model/posture.ts";
import { notApplicable, unseenEnforcement, type Judgement } from "./judge-namespaces.ts";

export function judgeWhereEnforced(
  {
    reads,
    clusterName,
  }: Pick<ControlInput<never, "enforcement" | "enforcementDetail">, "reads" | "clusterName">,
  judge: (enforcement: Enforcement, detail: EnforcementDetail) => Judgement,
): readonly Verdict[] {
  const subject = { kind: "cluster", name: clusterName } as const;
  const { enforcement, enforcementDetail } = reads;
  if (!enforcement.seen) return [{ subject, ...unseenEnforcement(enforcement) }];
  if (!enforcementDetail.seen) return [{ subject, ...unseenEnforcement(enforcementDetail) }];
  const { verdict } = enforcement.value;
  if (
    verdict === "not-enforced" ||
    verdict === "configured-not-enforced" ||
    enforcementDetail.value.appliesAnywhere === false
  )
    return [
      { subject, ...notApplicable("Nothing enforces policies anywhere in the cluster; NETPOL.2 says so.") },
    ];
  return [{ subject, ...judge(enforcement.value, enforcementDetail.value) }];
}
