// A cluster of two nodes with one engine, for rows about engines beside the VPC CNI.

import type { DaemonSet } from "../../lib/model/kubernetes.ts";
import { configMap, node } from "./facts.ts";
import { kubeProxySet } from "./engine-sets.ts";
import { collect } from "./row.ts";
import type { ClusterInTruth } from "./row.ts";

export const NODES = [node("a"), node("b")];
export const OFF = ["--enable-network-policy=false"];

export function engine(set: DaemonSet, more: ClusterInTruth["more"] = {}, on = ["a", "b"]) {
  return collect({ nodes: NODES, agents: [{ set: kubeProxySet() }, { set, on }], more });
}

export function crashed(set: DaemonSet, name: string, more: ClusterInTruth["more"] = {}) {
  return collect({ nodes: NODES, agents: [{ set, pods: { notReady: [name] } }], more });
}

export const cilium = (data: Readonly<Record<string, string>> = {}) => ({
  ciliumConfigMap: configMap("cilium-config", { "enable-policy": "default", ...data }),
});
