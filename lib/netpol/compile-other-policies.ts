// Policies of the APIs beside networking.k8s.io. What the engine does not implement counts for nothing and
// is said so; what counts and could not be seen or modelled makes every verdict unknown.

import type { PolicyProblem } from "../model/isolation-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { POLICY_APIS, type EngineBehaviour, type OtherPolicies, type PolicyApi } from "./isolation-input.ts";
import type { Policy } from "./policy.ts";

export interface OtherCompiled {
  readonly policies: readonly Policy[];
  readonly ignored: readonly IgnoredPolicy[];
  readonly blind: string | null;
}

export interface IgnoredPolicy {
  /** Null: cluster-wide. */
  readonly namespace: string | null;
  readonly problem: PolicyProblem;
}

export function compileOtherPolicies(
  other: OtherPolicies,
  implemented: EngineBehaviour["implements"],
): OtherCompiled {
  const ignored = POLICY_APIS.filter((api) => implemented[api] === false).flatMap((api) =>
    ignoredOf(other[api]),
  );
  const blind = POLICY_APIS.filter((api) => implemented[api] !== false).map((api) =>
    blindnessOf(api, other[api]),
  );
  return { policies: [], ignored, blind: blind.find((clause) => clause !== null) ?? null };
}

/** `Kind.group/name`. */
export function otherPolicyName({ kind, apiVersion, metadata }: RawObject): string {
  return `${kind}.${apiVersion.split("/")[0]}/${metadata.name}`;
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
  if (!objects.seen) return `${api} could not be read: ${objects.why}, ${objects.detail}`;
  return objects.value.length === 0 ? null : `${api} are not modelled`;
}
