// DaemonSets of the other engines as their projects install them, each with what a row changes.

import type { Container, DaemonSet } from "../../lib/model/kubernetes.ts";
import { container, daemonSet } from "./facts.ts";

const privileged = { privileged: true };

export function calicoSet(
  image = "quay.io/calico/node:v3.32.1",
  env: Container["env"] = {},
  more: Partial<DaemonSet> = {},
): DaemonSet {
  return daemonSet("calico-node", [container("calico-node", image, { ...privileged, env })], more);
}

export function ciliumSet(args: readonly string[] = [], more: Partial<DaemonSet> = {}): DaemonSet {
  const agent = container("cilium-agent", "quay.io/cilium/cilium:v1.18.2", {
    ...privileged,
    command: ["cilium-agent"],
    args: ["--config-dir=/tmp/cilium/config-map", ...args],
  });
  return daemonSet("cilium", [agent], { initContainers: [buildConfig()], ...more });
}

/** The chart's init container, since Cilium 1.13, which makes the agent's configuration of several sources. */
export function buildConfig(...args: readonly string[]): Container {
  return container("config", "quay.io/cilium/cilium:v1.18.2", {
    command: ["cilium-dbg", "build-config", ...args],
    env: { K8S_NODE_NAME: null, CILIUM_K8S_NAMESPACE: null },
  });
}

export function antreaSet(): DaemonSet {
  const image = "antrea/antrea-agent-ubuntu:v2.4.0";
  const labels = { app: "antrea", component: "antrea-agent" };
  const containers = [
    container("antrea-agent", image, privileged),
    container("antrea-ovs", image, privileged),
  ];
  return daemonSet("antrea-agent", containers, { labels, matchLabels: labels });
}

export function kubeRouterSet(args: readonly string[] = ["--run-firewall=true"]): DaemonSet {
  return daemonSet("kube-router", [
    container("kube-router", "docker.io/cloudnativelabs/kube-router:v2.6.1", { ...privileged, args }),
  ]);
}

export function weaveSet(withController = true, env: Container["env"] = {}): DaemonSet {
  const router = container("weave", "rajchaudhuri/weave-kube:latest", { ...privileged, env });
  const controller = container("weave-npc", "rajchaudhuri/weave-npc:latest", privileged);
  const labels = { name: "weave-net" };
  return daemonSet("weave-net", withController ? [router, controller] : [router], {
    labels,
    matchLabels: labels,
  });
}

export function kubeNetworkPoliciesSet(): DaemonSet {
  const image = "registry.k8s.io/networking/kube-network-policies:v1.1.1";
  const labels = { app: "kube-network-policies" };
  return daemonSet("kube-network-policies", [container("kube-network-policies", image, privileged)], {
    labels,
    matchLabels: labels,
  });
}

export function azureNpmSet(): DaemonSet {
  return daemonSet("azure-npm", [
    container("azure-npm", "mcr.microsoft.com/containernetworking/azure-npm:v1.6.6", privileged),
  ]);
}

export function anetdSet(): DaemonSet {
  const labels = { "k8s-app": "cilium" };
  return daemonSet("anetd", [container("cilium-agent", "gke.gcr.io/cilium/cilium:v1.17", privileged)], {
    labels,
    matchLabels: labels,
  });
}

export function kubeProxySet(): DaemonSet {
  return daemonSet("kube-proxy", [
    container(
      "kube-proxy",
      "602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/kube-proxy:v1.34.1",
      privileged,
    ),
  ]);
}
