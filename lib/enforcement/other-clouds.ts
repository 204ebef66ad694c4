// What AKS and GKE bring themselves, for scans by kubeconfig: Azure Network Policy Manager and GKE Dataplane
// V2. Both clouds also use Calico and Cilium, which their own files judge.

import type { Container } from "../model/kubernetes.ts";
import { hasImagePath } from "./container-image.ts";
import { findCiliumAgent, isDataplaneV2, readCilium } from "./cilium.ts";
import { NO_OVERRIDES } from "./cilium-node-configs.ts";
import { readConfig } from "./cilium-settings.ts";
import { UNRECOGNISABLE } from "./agent-pods.ts";
import type { DaemonSetEngine } from "./daemon-set-engine.ts";
import { POLICY_APIS_OF } from "./policy-apis.ts";

/** Azure/azure-container-networking, npm/azure-npm.yaml. */
export const azureNpm: DaemonSetEngine = {
  engine: "azure-npm",
  title: "Azure Network Policy Manager",
  ipBlocksMatchPods: null,
  toPolicyApis: () => POLICY_APIS_OF["azure-npm"],
  recognises: (set) =>
    set.matchLabels["k8s-app"] === "azure-npm" || findAzureNpm(set.containers) !== undefined,
  findAgent: findAzureNpm,
  toReader: () => (input) =>
    input.agent === undefined
      ? UNRECOGNISABLE
      : {
          applies: true,
          declared: true,
          because: "azure-npm is set to apply policies",
          unselected: "allowed",
        },
};

function findAzureNpm(containers: readonly Container[]): Container | undefined {
  return containers.find(({ name, image }) => name === "azure-npm" || hasImagePath(image, "azure-npm"));
}

/** "Kubernetes network policy is always on in clusters with Dataplane V2" (GKE documentation). */
export const dataplaneV2: DaemonSetEngine = {
  engine: "gke-dataplane-v2",
  title: "GKE Dataplane V2",
  ipBlocksMatchPods: false,
  toPolicyApis: () => POLICY_APIS_OF["gke-dataplane-v2"],
  recognises: isDataplaneV2,
  findAgent: findCiliumAgent,
  toReader: (facts, daemonSets) => {
    const config = readConfig(facts, daemonSets);
    if (config !== "absent") return (input) => readCilium(input.agent, { config, overrides: NO_OVERRIDES });
    const because = "network policy is always on in Dataplane V2";
    return (input) =>
      input.agent === undefined
        ? UNRECOGNISABLE
        : { applies: true, declared: true, because, unselected: "allowed" };
  },
  configuredBy: () => ["ciliumConfigMap"],
};
