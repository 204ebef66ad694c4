// The VPC CNI as it lies in a cluster: ConfigMap, DaemonSet aws-node with its two containers, and the traces of
// the control plane's network policy controller. Shapes: the chart's own, eks.md 0, 1 and 2.

import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import type { WorldAddon } from "../world.ts";
import { crashContainer, everyPod, podsAt } from "./adjustments.ts";
import type { ClusterPart } from "./cluster-part.ts";
import { part } from "./cluster-part.ts";
import type { ContainerOptions } from "./objects.ts";
import { configMap, daemonSet } from "./objects.ts";
import { processPolicies } from "./policy-endpoints.ts";

const VPC_CNI_VERSION = "v1.23.1";
const POLICY_AGENT_VERSION = "v1.4.2";
const EKS_REGISTRY = "602401143452.dkr.ecr.us-west-2.amazonaws.com";

export interface PolicyControllerOptions {
  /** `enable-network-policy-controller`; a string is taken literally, null leaves the key out. */
  readonly controller: boolean | string | null;
  /** Namespace of the ConfigMap; the controller itself reads only kube-system. */
  readonly namespace?: string;
  /** PolicyEndpoints and finalizers from a time when the controller was on. */
  readonly staleEndpoints?: boolean;
}

export interface VpcCniOptions extends PolicyControllerOptions {
  /** False: there is no ConfigMap amazon-vpc-cni at all. */
  readonly configMap?: boolean;
  /** `--enable-network-policy` of the agent; null leaves the flag out. */
  readonly agent: boolean | null;
  /** Further arguments of the agent, after the chart's own. */
  readonly agentArgs?: readonly string[];
  /** False: aws-node has no agent container (Helm value nodeAgent.enabled=false). */
  readonly agentContainer?: boolean;
  readonly agentContainerName?: string;
  readonly agentImage?: string;
  readonly agentVersion?: string;
  /** False: the agent container crashes on every node. */
  readonly agentReady?: boolean;
  /** Nodes on which it crashes, by their place among the nodes that run aws-node. */
  readonly agentDownOn?: readonly number[];
  readonly mode?: "standard" | "strict";
  readonly version?: string;
  readonly registry?: string;
  /** Environment of the aws-node container, over the chart's own. */
  readonly env?: Labels;
  readonly helmRelease?: { readonly release: string; readonly namespace: string; readonly fullName?: string };
}

/** The controller alone, as on an Auto Mode cluster, whose nodes bring the agent in their image. */
export function policyController(options: PolicyControllerOptions): ClusterPart {
  const namespace = options.namespace ?? "kube-system";
  const on = String(options.controller) === "true" && namespace === "kube-system";
  const processes = on || options.staleEndpoints === true;
  return part([vpcCniConfigMap(options, namespace)], ...(processes ? [processPolicies] : []));
}

export function vpcCni(options: VpcCniOptions): ClusterPart {
  const namespace = options.helmRelease?.namespace ?? "kube-system";
  const name = options.helmRelease?.fullName ?? "aws-node";
  const controller = policyController({ namespace, ...options });
  const owner = { namespace, name };
  const agentName = options.agentContainerName ?? "aws-eks-nodeagent";
  const down = options.agentReady === false ? everyPod : podsAt(...(options.agentDownOn ?? []));
  const crashes = options.agentReady === false || options.agentDownOn !== undefined;
  return part(
    [
      ...(options.configMap === false ? [] : controller.manifests),
      awsNode(namespace, name, options, agentName),
    ],
    ...(crashes ? [crashContainer(owner, agentName, down)] : []),
    ...(options.configMap === false && options.staleEndpoints !== true ? [] : controller.adjustments),
  );
}

/** The managed add-on as DescribeAddon shows it. `configurationValues` null: never set. */
export function vpcCniAddon(
  configurationValues: string | null,
  options: Partial<Omit<WorldAddon, "name" | "configurationValues">> = {},
): WorldAddon {
  return {
    name: "vpc-cni",
    version: `${VPC_CNI_VERSION}-eksbuild.1`,
    status: "ACTIVE",
    healthIssues: [],
    ...options,
    configurationValues,
  };
}

function vpcCniConfigMap(options: PolicyControllerOptions, namespace: string): RawObject {
  return configMap(
    namespace,
    "amazon-vpc-cni",
    {
      "branch-eni-cooldown": "60",
      ...(options.controller !== null && { "enable-network-policy-controller": String(options.controller) }),
      "enable-windows-ipam": "false",
      "enable-windows-prefix-delegation": "false",
      "minimum-ip-target": "3",
      "warm-ip-target": "1",
      "warm-prefix-target": "0",
    },
    { "app.kubernetes.io/name": "aws-node", "k8s-app": "aws-node" },
  );
}

function awsNode(namespace: string, name: string, options: VpcCniOptions, agentName: string): RawObject {
  const version = options.version ?? VPC_CNI_VERSION;
  const release = options.helmRelease;
  const labels = {
    "app.kubernetes.io/instance": release?.release ?? "aws-vpc-cni",
    "app.kubernetes.io/name": "aws-node",
    "k8s-app": "aws-node",
  };
  return daemonSet(namespace, name, {
    labels,
    matchLabels: { "k8s-app": "aws-node" },
    objectLabels: {
      ...labels,
      "app.kubernetes.io/version": version,
      ...(release && {
        "app.kubernetes.io/managed-by": "Helm",
        "helm.sh/chart": `aws-vpc-cni-${version.replace(/^v/u, "")}`,
      }),
    },
    ...(release && {
      objectAnnotations: {
        "meta.helm.sh/release-name": release.release,
        "meta.helm.sh/release-namespace": release.namespace,
      },
    }),
    hostNetwork: true,
    tolerations: [{ operator: "Exists" }],
    affinity: AWS_NODE_AFFINITY,
    initContainers: [initContainer(options, version)],
    containers: [
      cniContainer(options, version),
      ...(options.agentContainer === false ? [] : [agentContainer(options, agentName)]),
    ],
  });
}

// Chart 1.19+: never on Fargate, hybrid or Auto Mode nodes (eks.md 1.5).
const AWS_NODE_AFFINITY = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
            { key: "kubernetes.io/arch", operator: "In", values: ["amd64", "arm64"] },
            {
              key: "eks.amazonaws.com/compute-type",
              operator: "NotIn",
              values: ["fargate", "hybrid", "auto"],
            },
          ],
        },
      ],
    },
  },
};

function initContainer(options: VpcCniOptions, version: string): ContainerOptions {
  return {
    name: "aws-vpc-cni-init",
    image: `${options.registry ?? EKS_REGISTRY}/amazon-k8s-cni-init:${version}`,
    securityContext: { privileged: true },
  };
}

function cniContainer(options: VpcCniOptions, version: string): ContainerOptions {
  return {
    name: "aws-node",
    image: `${options.registry ?? EKS_REGISTRY}/amazon-k8s-cni:${version}`,
    ports: [{ containerPort: 61678, name: "metrics" }],
    env: {
      AWS_VPC_K8S_CNI_LOGLEVEL: "DEBUG",
      ENABLE_IPv4: "true",
      ENABLE_IPv6: "false",
      ENABLE_MULTI_NIC: "false",
      ENABLE_POD_ENI: "false",
      ENABLE_PREFIX_DELEGATION: "false",
      NETWORK_POLICY_ENFORCING_MODE: options.mode ?? "standard",
      VPC_CNI_VERSION: version,
      WARM_ENI_TARGET: "1",
      ...options.env,
    },
    securityContext: { capabilities: { add: ["NET_ADMIN", "NET_RAW"] } },
  };
}

function agentContainer(options: VpcCniOptions, name: string): ContainerOptions {
  const registry = options.registry ?? EKS_REGISTRY;
  const version = options.agentVersion ?? POLICY_AGENT_VERSION;
  return {
    name,
    image: options.agentImage ?? `${registry}/amazon/aws-network-policy-agent:${version}`,
    args: [
      "--enable-ipv6=false",
      ...(options.agent === null ? [] : [`--enable-network-policy=${options.agent}`]),
      "--enable-cloudwatch-logs=false",
      "--enable-policy-event-logs=false",
      "--log-file=/var/log/aws-routed-eni/network-policy-agent.log",
      "--metrics-bind-addr=:8162",
      "--health-probe-bind-addr=:8163",
      "--conntrack-cache-cleanup-period=300",
      "--conntrack-cache-table-size=524288",
      "--log-level=debug",
      ...(options.agentArgs ?? []),
    ],
    ports: [{ containerPort: 8162, name: "agentmetrics" }],
    securityContext: { privileged: true, capabilities: { add: ["NET_ADMIN"] } },
  };
}
