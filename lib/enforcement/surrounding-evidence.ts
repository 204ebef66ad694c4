// Evidence around the engines: what was declared, processed, left over or is taken for enforcement. None of it
// decides the verdict; it says why somebody may have believed another one.

import type { Evidence } from "../model/finding.ts";
import type { Engine } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import type { Detection } from "./detect-engines.ts";
import { daemonSetEvidence, kubernetesEvidence } from "./evidence.ts";
import { FINALIZER } from "./policy-endpoints.ts";
import { describeAddon } from "./settings-agreement.ts";
import type { Ternary } from "./ternary.ts";

export function surroundingEvidence(
  facts: Facts,
  clusterName: string,
  detection: Detection,
  appliesAnywhere: Ternary,
): readonly Evidence[] {
  const addon = facts.vpcCniAddon;
  return [
    ...(addon.seen && addon.value !== null ? describeAddon(clusterName, addon.value) : []),
    ...(appliesAnywhere === false ? processedEvidence(facts) : []),
    ...detection.unrecognised.map((set) =>
      daemonSetEvidence(
        set,
        "uses the host's network with NET_ADMIN or privileged containers",
        "it could be a policy engine that this scanner does not know",
      ),
    ),
    ...detection.istioAmbient.map((set) =>
      daemonSetEvidence(
        set,
        "belongs to Istio's ambient mode",
        "it applies AuthorizationPolicies by identity, which is another control, and no NetworkPolicies",
      ),
    ),
    ...(facts.daemonSets.seen ? leftovers(facts, detection) : []),
  ];
}

/** The trap's bait: objects that appear as soon as the controller is on, and stay when it is switched off. */
function processedEvidence(facts: Facts): readonly Evidence[] {
  const endpoints = facts.policyEndpoints.seen ? facts.policyEndpoints.value.length : 0;
  const policies = facts.networkPolicies.seen ? facts.networkPolicies.value : [];
  const marked = policies.filter(({ metadata }) => metadata.finalizers?.includes(FINALIZER) ?? false).length;
  if (endpoints === 0 && marked === 0) return [];
  const counted = facts.policyEndpoints.seen ? `${endpoints} PolicyEndpoints exist, ` : "";
  return [
    kubernetesEvidence(
      "PolicyEndpoints",
      `${counted}${marked} of ${policies.length} policies have the finalizer ${FINALIZER}`,
      "the controller processed policies; they look alive, and nothing applies them",
      "kubectl get policyendpoints.networking.k8s.aws -A",
    ),
  ];
}

const API_GROUPS: ReadonlyMap<string, Engine> = new Map<string, Engine>([
  ["crd.projectcalico.org", "calico"],
  ["projectcalico.org", "calico"],
  ["cilium.io", "cilium"],
  ["crd.antrea.io", "antrea"],
]);

/** Definitions outlive the engine that served them, and many tools take them for it. */
function leftovers(facts: Facts, { installed }: Detection): readonly Evidence[] {
  const groups = facts.apiGroups.seen ? facts.apiGroups.value : [];
  return groups.flatMap(({ name }) => {
    const engine = API_GROUPS.get(name);
    if (engine === undefined || installed.has(engine)) return [];
    const means = `left over: no DaemonSet of ${engine} runs here, and definitions enforce nothing`;
    return [kubernetesEvidence(`API group ${name}`, "is served", means, `kubectl get --raw /apis/${name}`)];
  });
}
