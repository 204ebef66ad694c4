// Nodes of an EKS cluster by compute type, with the labels and taints that each type really carries.

import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";
import { toHex, toIPv4 } from "./identity.ts";

export type NodeComputeType = "ec2" | "auto" | "fargate" | "hybrid" | "windows";

export interface NodeOptions {
  readonly computeType: NodeComputeType;
  /** False: its kubelet has not been heard of for a while. */
  readonly ready?: boolean;
  readonly arch?: "amd64" | "arm64";
  readonly instanceType?: string;
  readonly nodeGroup?: string;
  readonly kernelVersion?: string;
  readonly osImage?: string;
  readonly labels?: Labels;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
}

/** Where the node stands: addresses follow from the VPC's second octet and the node's place in the list. */
export interface NodePlace {
  readonly clusterName: string;
  readonly region: string;
  readonly kubernetesVersion: string;
  readonly vpcOctet: number;
  readonly index: number;
}

export function nodes(
  count: number,
  computeType: NodeComputeType,
  options: Omit<NodeOptions, "computeType"> = {},
): readonly NodeOptions[] {
  const each = { ...options, computeType };
  return Array.from({ length: count }, () => each);
}

export function node(options: NodeOptions, place: NodePlace): RawObject {
  const address = toIPv4(((10 << 24) | (place.vpcOctet << 16) | (10 + place.index)) >>> 0);
  const name = nodeName(options.computeType, address, place);
  const zone = `${place.region}${"abc".charAt(place.index % 3)}`;
  const taints = [...computeTaints(options.computeType), ...(options.taints ?? [])];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        ...commonLabels(options, place, name, zone),
        ...computeLabels(options),
        ...options.labels,
      },
    },
    spec: { providerID: providerId(options, place, zone), ...(taints.length > 0 && { taints }) },
    status: nodeStatus(options, place, name, address),
  };
}

function nodeName(computeType: NodeComputeType, address: string, place: NodePlace): string {
  // us-east-1 is the one Region whose private DNS names leave the Region out.
  const domain = place.region === "us-east-1" ? "ec2" : `${place.region}.compute`;
  const host = `ip-${address.replaceAll(".", "-")}.${domain}.internal`;
  const id = toHex(17, place.clusterName, "node", String(place.index));
  if (computeType === "auto") return `i-${id}`;
  if (computeType === "hybrid") return `mi-${id}`;
  return computeType === "fargate" ? `fargate-${host}` : host;
}

function commonLabels(options: NodeOptions, place: NodePlace, name: string, zone: string): Labels {
  const os = options.computeType === "windows" ? "windows" : "linux";
  const arch = options.arch ?? "amd64";
  const cloud = {
    "node.kubernetes.io/instance-type": options.instanceType ?? "m6i.large",
    "topology.kubernetes.io/region": place.region,
    "topology.kubernetes.io/zone": zone,
  };
  return {
    "beta.kubernetes.io/arch": arch,
    "beta.kubernetes.io/os": os,
    "kubernetes.io/arch": arch,
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": os,
    ...(options.computeType !== "hybrid" && cloud),
  };
}

// eks.md 3: Auto Mode, Fargate and hybrid nodes say so in eks.amazonaws.com/compute-type; EC2 nodes of a managed
// group carry the group's labels instead, Windows ones the operating system.
function computeLabels({ computeType, nodeGroup }: NodeOptions): Labels {
  const managed = {
    "eks.amazonaws.com/capacityType": "ON_DEMAND",
    "eks.amazonaws.com/nodegroup": nodeGroup ?? "general",
  };
  const byType: Readonly<Record<NodeComputeType, Labels>> = {
    ec2: managed,
    windows: { ...managed, "node.kubernetes.io/windows-build": "10.0.20348" },
    auto: {
      "app.kubernetes.io/managed-by": "eks",
      "eks.amazonaws.com/compute-type": "auto",
      "eks.amazonaws.com/nodeclass": "default",
      "karpenter.sh/capacity-type": "on-demand",
      "karpenter.sh/initialized": "true",
      "karpenter.sh/nodepool": nodeGroup ?? "general-purpose",
      "karpenter.sh/registered": "true",
    },
    fargate: { "eks.amazonaws.com/compute-type": "fargate" },
    hybrid: {
      "eks.amazonaws.com/compute-type": "hybrid",
      "eks.amazonaws.com/hybrid-credential-provider": "ssm",
    },
  };
  return byType[computeType];
}

function computeTaints(computeType: NodeComputeType): readonly Fields[] {
  if (computeType === "fargate") {
    return [{ key: "eks.amazonaws.com/compute-type", value: "fargate", effect: "NoSchedule" }];
  }
  // The usual way to keep Linux pods off Windows nodes is a taint by operating system.
  if (computeType === "windows") return [{ key: "os", value: "windows", effect: "NoSchedule" }];
  return [];
}

function providerId(options: NodeOptions, place: NodePlace, zone: string): string {
  const id = toHex(17, place.clusterName, "node", String(place.index));
  if (options.computeType === "hybrid") return `eks-hybrid:///${place.region}/${place.clusterName}/mi-${id}`;
  if (options.computeType === "fargate") return `aws:///${zone}/${id}/fargate-${id}`;
  return `aws:///${zone}/i-${id}`;
}

const OS_IMAGES: Readonly<Record<NodeComputeType, readonly [osImage: string, kernelVersion: string]>> = {
  ec2: ["Amazon Linux 2023.9.20260811", "6.12.40-63.114.amzn2023.x86_64"],
  auto: ["Bottlerocket (EKS Auto, Standard) 2026.8.14 (aws-k8s-1.34-standard)", "6.12.37"],
  fargate: ["Amazon Linux 2", "5.10.240-238.959.amzn2.x86_64"],
  hybrid: ["Ubuntu 24.04.2 LTS", "6.8.0-64-generic"],
  windows: ["Windows Server 2022 Datacenter", "10.0.20348.3932"],
};

function nodeStatus(options: NodeOptions, place: NodePlace, name: string, address: string): Fields {
  const [osImage, kernelVersion] = OS_IMAGES[options.computeType];
  const status = options.ready === false ? "Unknown" : "True";
  const reason = options.ready === false ? "NodeStatusUnknown" : "KubeletReady";
  return {
    addresses: [
      { type: "InternalIP", address },
      { type: "Hostname", address: name },
    ],
    allocatable: { cpu: "1930m", memory: "7244720Ki", pods: "29" },
    capacity: { cpu: "2", memory: "7934896Ki", pods: "29" },
    conditions: [{ type: "Ready", status, reason, message: "" }],
    nodeInfo: {
      architecture: options.arch ?? "amd64",
      containerRuntimeVersion: "containerd://2.1.4",
      kernelVersion: options.kernelVersion ?? kernelVersion,
      kubeletVersion: `v${place.kubernetesVersion}.4-eks-${toHex(7, place.kubernetesVersion)}`,
      operatingSystem: options.computeType === "windows" ? "windows" : "linux",
      osImage: options.osImage ?? osImage,
    },
  };
}
