// What the evaluator of policies must know of the engine that applies them: its default, how it reads
// ipBlocks, which pods it leaves alone and which policy APIs it implements. Null is not known.

import type { Engine, Enforcement } from "../model/posture.ts";
import type { FactName } from "../model/snapshot.ts";

type PolicyApi = Extract<
  FactName,
  | "awsClusterNetworkPolicies"
  | "awsApplicationNetworkPolicies"
  | "adminNetworkPolicies"
  | "baselineAdminNetworkPolicies"
  | "clusterNetworkPolicies"
  | "ciliumNetworkPolicies"
  | "ciliumClusterwideNetworkPolicies"
  | "calicoNetworkPolicies"
  | "calicoGlobalNetworkPolicies"
>;

export interface EngineBehaviour {
  readonly unselectedPods: "allowed" | "denied" | null;
  /** In strict mode "an egress-only policy leaves ingress open once applied" (vpc-cni#3068). */
  readonly selectionOpensOtherDirection: boolean;
  readonly ipBlocksMatchPods: boolean | null;
  readonly appliesToBarePods: boolean | null;
  readonly implements: Readonly<Record<PolicyApi, boolean | null>>;
}

const AWS: ReadonlySet<Engine> = new Set(["vpc-cni", "eks-auto-mode"]);

/** An API that is not in the map is implemented by no version of that engine that we know. */
const IMPLEMENTED: Readonly<Partial<Record<Engine, Readonly<Partial<Record<PolicyApi, boolean | null>>>>>> = {
  "vpc-cni": { awsClusterNetworkPolicies: true, awsApplicationNetworkPolicies: true },
  "eks-auto-mode": { awsClusterNetworkPolicies: true, awsApplicationNetworkPolicies: true },
  // policy.networking.k8s.io depends on the release (calico: 3.29 to 3.31, then 3.32) or on a feature gate.
  calico: {
    calicoNetworkPolicies: true,
    calicoGlobalNetworkPolicies: true,
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
    clusterNetworkPolicies: null,
  },
  cilium: {
    ciliumNetworkPolicies: true,
    ciliumClusterwideNetworkPolicies: true,
    clusterNetworkPolicies: null,
  },
  antrea: { adminNetworkPolicies: null, baselineAdminNetworkPolicies: null, clusterNetworkPolicies: null },
  "kube-network-policies": {
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
    clusterNetworkPolicies: null,
  },
  "gke-dataplane-v2": {
    ciliumNetworkPolicies: null,
    ciliumClusterwideNetworkPolicies: null,
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
  },
  "kube-router": {},
  weave: {},
  "azure-npm": {},
};

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

export function engineBehaviour(enforcement: Enforcement): EngineBehaviour {
  if (enforcement.notAttempted) return WHAT_POLICIES_SAY;
  const { engines, unselectedPods, ipBlocksMatchPods } = enforcement;
  return {
    unselectedPods,
    ipBlocksMatchPods,
    selectionOpensOtherDirection: unselectedPods === "denied" && engines.some(isAws),
    appliesToBarePods: agreed(engines, (engine) => !isAws(engine)),
    implements: {
      awsClusterNetworkPolicies: implementedBy(engines, "awsClusterNetworkPolicies"),
      awsApplicationNetworkPolicies: implementedBy(engines, "awsApplicationNetworkPolicies"),
      adminNetworkPolicies: implementedBy(engines, "adminNetworkPolicies"),
      baselineAdminNetworkPolicies: implementedBy(engines, "baselineAdminNetworkPolicies"),
      clusterNetworkPolicies: implementedBy(engines, "clusterNetworkPolicies"),
      ciliumNetworkPolicies: implementedBy(engines, "ciliumNetworkPolicies"),
      ciliumClusterwideNetworkPolicies: implementedBy(engines, "ciliumClusterwideNetworkPolicies"),
      calicoNetworkPolicies: implementedBy(engines, "calicoNetworkPolicies"),
      calicoGlobalNetworkPolicies: implementedBy(engines, "calicoGlobalNetworkPolicies"),
    },
  };
}

function isAws(engine: Engine): boolean {
  return AWS.has(engine);
}

function implementedBy(engines: readonly Engine[], api: PolicyApi): boolean | null {
  return agreed(engines, (engine) => {
    const known = IMPLEMENTED[engine];
    if (known === undefined) return null;
    return Object.hasOwn(known, api) ? (known[api] ?? null) : false;
  });
}

/** What every engine of the cluster has in common; without an engine nothing is known. */
function agreed(engines: readonly Engine[], of: (engine: Engine) => boolean | null): boolean | null {
  const [first, ...others] = engines.map(of);
  return first !== undefined && others.every((other) => other === first) ? first : null;
}
