// The answer on the controller's work, of those on single policies: where it is asked for at all, and what it adds up to.

import type { PolicyProcessing, ProcessedPolicy } from "../model/enforcement-detail.ts";
import type { Facts } from "../model/snapshot.ts";
import { isUnprocessed } from "../model/unprocessed-policies.ts";
import type { EngineContext } from "./engine-assessment.ts";
import { clip, kubernetesEvidence } from "./evidence.ts";
import { judgePolicies } from "./policy-endpoints.ts";

interface Asked {
  /** False where policies are not meant to be processed at all. */
  readonly controllerOn: boolean | null;
  /** Whether anybody applies what the controller writes: no other engine does. */
  readonly awsEnforces: boolean | null;
}

export function judgeProcessing(
  context: EngineContext,
  { controllerOn, awsEnforces }: Asked,
): PolicyProcessing {
  const { facts } = context;
  if (awsEnforces === false) return none("not-applicable", NO_AWS_ENGINE);
  if (controllerOn === false)
    return none("not-applicable", "The VPC CNI's network policy controller is off.");
  if (awsEnforces === null) return none("unknown", AWS_UNSEEN);
  if (controllerOn === null) return none("unknown", CONTROLLER_UNSEEN);
  if (!facts.networkPolicies.seen) return none("unknown", "The NetworkPolicies were not seen.");
  return toAnswer(judgePolicies(facts.networkPolicies.value, context), facts);
}

function none(state: "not-applicable" | "unknown", because: string): PolicyProcessing {
  return { state, because, evidence: [], policies: [] };
}

function toAnswer(policies: readonly ProcessedPolicy[], facts: Facts): PolicyProcessing {
  const count = facts.policyEndpoints.seen ? `${facts.policyEndpoints.value.length}` : "not seen";
  const evidence = [
    kubernetesEvidence(
      "PolicyEndpoints",
      count,
      "what the controller made of the policies; not whether anything applies them",
      "kubectl get policyendpoints.networking.k8s.aws -A",
    ),
  ];
  const bad = policies.filter(isUnprocessed);
  const [first] = bad;
  if (first !== undefined) {
    const because = `${bad.length} of ${policies.length} policies are not processed: ${describe(first)}.`;
    return { state: "unprocessed", because, evidence, policies };
  }
  const open = policies.find(({ state }) => state === "unknown");
  if (open !== undefined) {
    const because = `Whether every policy is processed is not known: ${describe(open)}.`;
    return { state: "unknown", because, evidence, policies };
  }
  if (policies.length === 0) return none("not-applicable", "No NetworkPolicy that is due selects a pod.");
  return {
    state: "processed",
    because: `All ${policies.length} policies are processed.`,
    evidence,
    policies,
  };
}

function describe({ namespace, name, because }: ProcessedPolicy): string {
  return `${clip(`${namespace}/${name}`)}: ${because}`;
}

const NO_AWS_ENGINE =
  "No engine of AWS enforces here; others read the policies themselves, and no PolicyEndpoints.";
const AWS_UNSEEN =
  "Whether an engine of AWS enforces here could not be seen; others read the policies themselves.";
const CONTROLLER_UNSEEN = "Whether the network policy controller is on could not be seen.";
