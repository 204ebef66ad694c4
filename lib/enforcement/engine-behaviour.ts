// What the evaluator of policies must know of the engine that applies them: its default, how it reads
// ipBlocks, which pods it leaves alone and which policy APIs it implements. Null is not known.

import type { Engine, Enforcement } from "../model/posture.ts";
import { implementedBy, type PolicyApi } from "./policy-apis.ts";

export interface EngineBehaviour {
  readonly unselectedPods: "allowed" | "denied" | null;
  /** In strict mode "an egress-only policy leaves ingress open once applied" (vpc-cni#3068). */
  readonly selectionOpensOtherDirection: boolean;
  readonly ipBlocksMatchPods: boolean | null;
  readonly appliesToBarePods: boolean | null;
  readonly implements: Readonly<Record<PolicyApi, boolean | null>>;
}

const AWS: ReadonlySet<Engine> = new Set(["vpc-cni", "eks-auto-mode"]);

/**
 * Offline, when nobody looked for an engine, the verdict is what the policies say (CONTRACTS, `posture`): the
 * API reference alone decides, and whatever API a policy is of, somebody wrote it for a cluster that has it.
 */
const WHAT_POLICIES_SAY: EngineBehaviour = {
  unselectedPods: "allowed",
  ipBlocksMatchPods: null,
  selectionOpensOtherDirection: false,
  appliesToBarePods: null,
  implements: {
    awsClusterNetworkPolicies: true,
    awsApplicationNetworkPolicies: true,
    adminNetworkPolicies: true,
    baselineAdminNetworkPolicies: true,
    clusterNetworkPolicies: true,
    ciliumNetworkPolicies: true,
    ciliumClusterwideNetworkPolicies: true,
    calicoNetworkPolicies: true,
    calicoGlobalNetworkPolicies: true,
  },
};

/** `applying`: the engines that apply policies, or may; null where others may be there that were not seen. */
export function engineBehaviour(
  enforcement: Enforcement,
  applying: readonly Engine[] | null,
): EngineBehaviour {
  if (enforcement.notAttempted) return WHAT_POLICIES_SAY;
  const { unselectedPods, ipBlocksMatchPods } = enforcement;
  const deciding = toDeciding(enforcement, applying);
  return {
    unselectedPods,
    ipBlocksMatchPods,
    selectionOpensOtherDirection: unselectedPods === "denied" && deciding.some(isAws),
    appliesToBarePods: toBarePods(deciding),
    implements: {
      awsClusterNetworkPolicies: implementedBy(deciding, "awsClusterNetworkPolicies"),
      awsApplicationNetworkPolicies: implementedBy(deciding, "awsApplicationNetworkPolicies"),
      adminNetworkPolicies: implementedBy(deciding, "adminNetworkPolicies"),
      baselineAdminNetworkPolicies: implementedBy(deciding, "baselineAdminNetworkPolicies"),
      clusterNetworkPolicies: implementedBy(deciding, "clusterNetworkPolicies"),
      ciliumNetworkPolicies: implementedBy(deciding, "ciliumNetworkPolicies"),
      ciliumClusterwideNetworkPolicies: implementedBy(deciding, "ciliumClusterwideNetworkPolicies"),
      calicoNetworkPolicies: implementedBy(deciding, "calicoNetworkPolicies"),
      calicoGlobalNetworkPolicies: implementedBy(deciding, "calicoGlobalNetworkPolicies"),
    },
  };
}

/** One that is installed and off has no say; where all are off, they tell what the policies would do. */
function toDeciding({ engines }: Enforcement, applying: readonly Engine[] | null): readonly Engine[] {
  if (applying === null) return [];
  return applying.length === 0 ? engines : applying;
}

function isAws(engine: Engine): boolean {
  return AWS.has(engine);
}

/** Known where every engine agrees. */
function toBarePods(engines: readonly Engine[]): boolean | null {
  if (engines.length === 0) return null;
  if (engines.every(isAws)) return false;
  return engines.some(isAws) ? null : true;
}
