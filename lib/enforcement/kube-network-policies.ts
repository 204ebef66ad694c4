// kube-network-policies (SIG Network): enforces over nfqueue wherever it runs, whatever the CNI plug-in.

import type { Container } from "../model/kubernetes.ts";
import { hasImagePath } from "./container-image.ts";
import { UNRECOGNISABLE } from "./agent-pods.ts";
import type { DaemonSetEngine } from "./daemon-set-engine.ts";
import { POLICY_APIS_OF } from "./policy-apis.ts";

export const kubeNetworkPolicies: DaemonSetEngine = {
  engine: "kube-network-policies",
  title: "kube-network-policies",
  ipBlocksMatchPods: null,
  toPolicyApis: () => POLICY_APIS_OF["kube-network-policies"],
  recognises: (set) =>
    [set.labels, set.matchLabels].some((map) => map["app"] === "kube-network-policies") ||
    findAgent(set.containers) !== undefined,
  findAgent,
  toReader: () => (input) =>
    input.agent === undefined
      ? UNRECOGNISABLE
      : {
          applies: true,
          declared: true,
          because: "its agent is set to apply policies",
          unselected: "allowed",
        },
};

function findAgent(containers: readonly Container[]): Container | undefined {
  return containers.find(
    ({ name, image }) => name === "kube-network-policies" || hasImagePath(image, "kube-network-policies"),
  );
}
