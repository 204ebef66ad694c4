// What the evaluator of policies must know of the engine that applies them: its default, how it reads
// ipBlocks, which pods it leaves alone and which policy APIs it implements. Null is not known.

import { AWS_ENGINES } from "../model/aws-engines.ts";
import type { Engine, Enforcement } from "../model/posture.ts";
import type { EngineAssessment } from "./engine-assessment.ts";
import { agreedApi, type PolicyApi } from "./policy-apis.ts";

export interface EngineBehaviour {
  readonly unselectedPods: "allowed" | "denied" | null;
  /** In strict mode "an egress-only policy leaves ingress open once applied" (vpc-cni#3068). */
  readonly selectionOpensOtherDirection: boolean;
  readonly ipBlocksMatchPods: boolean | null;
  readonly appliesToBarePods: boolean | null;
  readonly appliesDomainNames: boolean;
  readonly implements: Readonly<Record<PolicyApi, boolean | null>>;
}

/**
 * Offline, when nobody looked for an engine, the verdict is what the policies say (CONTRACTS, `posture`): the
 * API reference alone decides, and whatever API a policy is of, somebody wrote it for a cluster that has it.
 */
const WHAT_POLICIES_SAY: EngineBehaviour = {
  unselectedPods: "allowed",
  ipBlocksMatchPods: null,
  selectionOpensOtherDirection: false,
  appliesToBarePods: null,
  appliesDomainNames: true,
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
    antreaNetworkPolicies: true,
    antreaClusterNetworkPolicies: true,
  },
};

/** `deciding`: the engines that apply policies, or may. Empty: nothing is known of them. */
export function engineBehaviour(
  enforcement: Enforcement,
  deciding: readonly Pick<EngineAssessment, "engine" | "policyApis">[],
): EngineBehaviour {
  if (enforcement.notAttempted) return WHAT_POLICIES_SAY;
  const { unselectedPods, ipBlocksMatchPods } = enforcement;
  const engines = deciding.map(({ engine }) => engine);
  const apis = deciding.map(({ policyApis }) => policyApis);
  return {
    unselectedPods,
    ipBlocksMatchPods,
    selectionOpensOtherDirection: unselectedPods === "denied" && engines.some(isAws),
    appliesToBarePods: toBarePods(engines),
    // EKS user guide, Use Network Policies with EKS Auto Mode: policies by domain name are a feature of its nodes.
    appliesDomainNames: !engines.includes("vpc-cni"),
    implements: {
      awsClusterNetworkPolicies: agreedApi(apis, "awsClusterNetworkPolicies"),
      awsApplicationNetworkPolicies: agreedApi(apis, "awsApplicationNetworkPolicies"),
      adminNetworkPolicies: agreedApi(apis, "adminNetworkPolicies"),
      baselineAdminNetworkPolicies: agreedApi(apis, "baselineAdminNetworkPolicies"),
      clusterNetworkPolicies: agreedApi(apis, "clusterNetworkPolicies"),
      ciliumNetworkPolicies: agreedApi(apis, "ciliumNetworkPolicies"),
      ciliumClusterwideNetworkPolicies: agreedApi(apis, "ciliumClusterwideNetworkPolicies"),
      calicoNetworkPolicies: agreedApi(apis, "calicoNetworkPolicies"),
      calicoGlobalNetworkPolicies: agreedApi(apis, "calicoGlobalNetworkPolicies"),
      antreaNetworkPolicies: agreedApi(apis, "antreaNetworkPolicies"),
      antreaClusterNetworkPolicies: agreedApi(apis, "antreaClusterNetworkPolicies"),
    },
  };
}

function isAws(engine: Engine): boolean {
  return AWS_ENGINES.has(engine);
}

/** Known where every engine agrees. */
function toBarePods(engines: readonly Engine[]): boolean | null {
  if (engines.length === 0) return null;
  if (engines.every(isAws)) return false;
  return engines.some(isAws) ? null : true;
}
