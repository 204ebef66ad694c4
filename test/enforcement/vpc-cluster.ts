// An EKS cluster with the VPC CNI in which everything is right but what a row spells out, and what is expected
// where nothing else is said.

import type { DaemonSet } from "../../lib/model/kubernetes.ts";
import { addon, awsNode, node, vpcCniConfigMap } from "./facts.ts";
import { collect } from "./row.ts";
import type { ClusterInTruth } from "./row.ts";

const NODES = [node("a"), node("b")];
export const OFF = ["--enable-network-policy=false"];

export interface VpcOptions extends Omit<ClusterInTruth, "nodes"> {
  readonly nodes?: ClusterInTruth["nodes"];
  readonly controller?: string | null;
  readonly set?: DaemonSet;
}

/** An EKS cluster in which everything is right but what the row spells out. */
export function vpcCluster(options: VpcOptions = {}): ClusterInTruth {
  const { nodes = NODES, controller = "true", set = awsNode(), agents = [{ set }], more = {} } = options;
  return {
    nodes,
    agents,
    ...(options.placed === undefined ? {} : { placed: options.placed }),
    more: {
      vpcCniConfigMap: vpcCniConfigMap(controller),
      vpcCniAddon: addon('{"enableNetworkPolicy":"true"}'),
      ...more,
    },
  };
}

export function vpc(options: VpcOptions = {}) {
  return collect(vpcCluster(options));
}

export const ENFORCED = { verdict: "enforced", engine: "vpc-cni", mode: "standard" } as const;
export const TRAP = { verdict: "configured-not-enforced", engine: "vpc-cni", mode: null } as const;
export const NOTHING = { verdict: "not-enforced", engine: null, mode: null } as const;
export const UNKNOWN = { verdict: "unknown", engine: null, mode: null } as const;
