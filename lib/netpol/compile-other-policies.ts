// Policies of the APIs beside networking.k8s.io. What the engine does not implement counts for nothing and
// is said so; what counts and could not be seen makes every verdict unknown.

import type { PolicyProblem } from "../model/isolation-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { parseAdminNetworkPolicy, parseBaselineAdminNetworkPolicy } from "./admin-network-policy.ts";
import { doubtDomainNames, parseAwsApplicationNetworkPolicy } from "./aws-application-network-policy.ts";
import { parseAwsClusterNetworkPolicy } from "./aws-cluster-network-policy.ts";
import { parseAntreaPolicy } from "./antrea-policy.ts";
import { indexCalicoNetworkSets } from "./calico-network-sets.ts";
import { parseCalicoPolicy, type CalicoSurroundings } from "./calico-policy.ts";
import { indexCalicoTiers } from "./calico-tiers.ts";
import { parseCiliumPolicy } from "./cilium-policy.ts";
import { parseClusterNetworkPolicy } from "./cluster-network-policy.ts";
import { POLICY_APIS, type EngineBehaviour, type OtherPolicies, type PolicyApi } from "./isolation-input.ts";
import { otherPolicyName } from "./other-policy-name.ts";
import { namespaceOf } from "./parse-policy.ts";
import type { Policy } from "./policy.ts";

export interface OtherCompiled {
  readonly policies: readonly PlacedPolicy[];
  readonly ignored: readonly IgnoredPolicy[];
  /** One clause, or null. */
  readonly blind: string | null;
}

export interface PlacedPolicy {
  /** Null: cluster-wide. */
  readonly namespace: string | null;
  readonly policy: Policy;
}

export interface IgnoredPolicy {
  /** Null: cluster-wide. */
  readonly namespace: string | null;
  readonly problem: PolicyProblem;
}

/** One object may hold several policies. */
type Parse = (raw: RawObject, calico: CalicoSurroundings) => readonly Policy[];

const one =
  (parse: (raw: RawObject) => Policy): Parse =>
  (raw) => [parse(raw)];

const PARSERS: Readonly<Record<PolicyApi, Parse>> = {
  awsClusterNetworkPolicies: one(parseAwsClusterNetworkPolicy),
  awsApplicationNetworkPolicies: one(parseAwsApplicationNetworkPolicy),
  adminNetworkPolicies: one(parseAdminNetworkPolicy),
  baselineAdminNetworkPolicies: one(parseBaselineAdminNetworkPolicy),
  clusterNetworkPolicies: one(parseClusterNetworkPolicy),
  ciliumNetworkPolicies: (raw) => parseCiliumPolicy(raw, "ciliumNetworkPolicies"),
  ciliumClusterwideNetworkPolicies: (raw) => parseCiliumPolicy(raw, "ciliumClusterwideNetworkPolicies"),
  calicoNetworkPolicies: (raw, calico) => parseCalicoPolicy(raw, "calicoNetworkPolicies", calico),
  calicoGlobalNetworkPolicies: (raw, calico) => parseCalicoPolicy(raw, "calicoGlobalNetworkPolicies", calico),
  antreaNetworkPolicies: one((raw) => parseAntreaPolicy(raw, "antreaNetworkPolicies")),
  antreaClusterNetworkPolicies: one((raw) => parseAntreaPolicy(raw, "antreaClusterNetworkPolicies")),
};

export function compileOtherPolicies(
  other: OtherPolicies,
  { implements: implemented, appliesDomainNames }: EngineBehaviour,
): OtherCompiled {
  const counting = POLICY_APIS.filter((api) => implemented[api] !== false);
  const ignoring = POLICY_APIS.filter((api) => implemented[api] === false);
  return {
    policies: counting.flatMap((api) => {
      const placed = policiesOf(api, other, implemented[api] === true);
      return api !== "awsApplicationNetworkPolicies" || appliesDomainNames
        ? placed
        : placed.map(({ namespace, policy }) => ({ namespace, policy: doubtDomainNames(policy) }));
    }),
    ignored: ignoring.flatMap((api) => ignoredOf(other[api])),
    blind: counting.map((api) => blindnessOf(api, other[api])).find((clause) => clause !== null) ?? null,
  };
}

function policiesOf(api: PolicyApi, other: OtherPolicies, isImplemented: boolean): readonly PlacedPolicy[] {
  const objects = other[api];
  if (!objects.seen) return [];
  const calico = {
    tiers: indexCalicoTiers(other.calicoTiers),
    sets: indexCalicoNetworkSets(other.calicoNetworkSets, other.calicoGlobalNetworkSets),
  };
  const doubt = isImplemented ? null : "whether the engine of this cluster implements this API is not known";
  return objects.value.flatMap((raw) =>
    PARSERS[api](raw, calico).map((policy) => ({
      namespace: policy.isClusterWide ? null : namespaceOf(raw),
      policy: doubt === null ? policy : { ...policy, doubt: policy.doubt ?? doubt },
    })),
  );
}

function ignoredOf(objects: Observed<readonly RawObject[]>): readonly IgnoredPolicy[] {
  if (!objects.seen) return [];
  return objects.value.map((raw) => ({
    namespace: raw.metadata.namespace ?? null,
    problem: {
      policy: otherPolicyName(raw),
      because: "the engine of this cluster does not implement this API, so the policy counts for nothing",
    },
  }));
}

function blindnessOf(api: PolicyApi, objects: Observed<readonly RawObject[]>): string | null {
  return objects.seen ? null : `${api} could not be read: ${objects.why}, ${objects.detail}`;
}
