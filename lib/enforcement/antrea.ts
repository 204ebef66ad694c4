// Antrea: enforces NetworkPolicies wherever its agent runs; it has no switch for them. Whether pods that
// started before it are its own cannot be seen from outside.

import type { Evidence } from "../model/finding.ts";
import type { Container } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { UNRECOGNISABLE } from "./agent-pods.ts";
import type { DaemonSetEngine } from "./daemon-set-engine.ts";
import { clip, kubernetesEvidence } from "./evidence.ts";
import { POLICY_APIS_OF } from "./policy-apis.ts";

export const antrea: DaemonSetEngine = {
  engine: "antrea",
  title: "Antrea",
  ipBlocksMatchPods: null,
  toPolicyApis: () => POLICY_APIS_OF.antrea,
  recognises: (set) =>
    [set.labels, set.matchLabels].some((map) => map["component"] === "antrea-agent") ||
    findAntreaAgent(set.containers) !== undefined,
  findAgent: findAntreaAgent,
  toReader: () => (input) =>
    input.agent === undefined
      ? UNRECOGNISABLE
      : {
          applies: true,
          declared: true,
          because: "antrea-agent is set to apply policies",
          unselected: "allowed",
        },
  describeSwitches,
};

function findAntreaAgent(containers: readonly Container[]): Container | undefined {
  return containers.find(({ name }) => name === "antrea-agent");
}

function describeSwitches(facts: Facts): readonly Evidence[] {
  if (!facts.antreaConfigMap.seen || facts.antreaConfigMap.value === null) return [];
  const file = facts.antreaConfigMap.value.data["antrea-agent.conf"] ?? "";
  const mode = /^trafficEncapMode:\s*"?(\w+)"?\s*$/m.exec(file)?.[1];
  return [
    kubernetesEvidence(
      "ConfigMap kube-system/antrea-config",
      `trafficEncapMode is ${mode === undefined ? "not set" : clip(mode)}`,
      "networkPolicyOnly: another CNI sets up the pods, and pods from before Antrea must be restarted",
      "kubectl get configmap antrea-config -n kube-system -o yaml",
    ),
  ];
}
