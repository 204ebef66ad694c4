// Small builders of facts: a cluster is a literal in a test, with only what the row is about spelled out.
// No verdict and no expectation lives here.

import type {
  ConfigMap,
  Container,
  DaemonSet,
  Labels,
  Node,
  Pod,
  RawObject,
} from "../../lib/model/kubernetes.ts";
import { readMember } from "../../lib/enforcement/select-pods.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import type { Observed, Why } from "../../lib/model/observed.ts";
import { unseenFacts } from "../../lib/model/snapshot.ts";
import type { Addon, ClusterDescription, FactName, Facts, FactTypes } from "../../lib/model/snapshot.ts";

/** Start of every observation in these tests. */
export const NOW = "2026-11-21T12:00:00Z";
const LONG_AGO = "2026-11-01T00:00:00Z";

export function secondsAgo(seconds: number): string {
  return new Date(Date.parse(NOW) - seconds * 1000).toISOString();
}

export function container(name: string, image: string, more: Partial<Container> = {}): Container {
  return {
    name,
    image,
    command: [],
    args: [],
    env: {},
    ports: [],
    privileged: false,
    addedCapabilities: [],
    ...more,
  };
}

export function daemonSet(
  name: string,
  containers: readonly Container[],
  more: Partial<DaemonSet> = {},
): DaemonSet {
  return {
    namespace: "kube-system",
    name,
    labels: { "k8s-app": name },
    annotations: {},
    generation: 3,
    hostNetwork: true,
    matchLabels: { "k8s-app": name },
    nodeSelector: {},
    initContainers: [],
    containers,
    status: {
      observedGeneration: 3,
      desiredNumberScheduled: 2,
      updatedNumberScheduled: 2,
      numberReady: 2,
    },
    ...more,
  };
}

/** Some pods still run the template before. */
export function rollingOut(set: DaemonSet): DaemonSet {
  return {
    ...set,
    generation: 4,
    status: { ...set.status, observedGeneration: 4, updatedNumberScheduled: 1 },
  };
}

const ECR = "602401143452.dkr.ecr.eu-west-1.amazonaws.com";

export interface AwsNodeOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly cni?: string;
  readonly agent?: string | null;
  readonly agentName?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | null>>;
}

/** aws-node as the chart makes it; `args` are the agent's, `agent: null` leaves its container out. */
export function awsNode(options: AwsNodeOptions = {}): DaemonSet {
  const { name = "aws-node", namespace = "kube-system", args = ["--enable-network-policy=true"] } = options;
  const cni = container("aws-node", options.cni ?? `${ECR}/amazon-k8s-cni:v1.23.1-eksbuild.1`, {
    env: { ENABLE_IPv6: "false", NETWORK_POLICY_ENFORCING_MODE: "standard", ...options.env },
    addedCapabilities: ["NET_ADMIN", "NET_RAW"],
  });
  const image = options.agent ?? `${ECR}/amazon/aws-network-policy-agent:v1.4.2-eksbuild.1`;
  const agent = container(options.agentName ?? "aws-eks-nodeagent", image, { args, privileged: true });
  const containers = options.agent === null ? [cni] : [cni, agent];
  return daemonSet(name, containers, {
    namespace,
    initContainers: [
      container("aws-vpc-cni-init", `${ECR}/amazon-k8s-cni-init:v1.23.1`, { privileged: true }),
    ],
  });
}

export interface AgentPodOptions {
  readonly containers?: readonly Container[];
  /** Names of containers that are not ready. */
  readonly notReady?: readonly string[];
  readonly createdAt?: string;
  /** Its node does not report. */
  readonly silent?: true;
}

export function agentPod(set: DaemonSet, nodeName: string, options: AgentPodOptions = {}): Pod {
  const { containers = set.containers, notReady = [], createdAt = LONG_AGO, silent } = options;
  return {
    namespace: set.namespace,
    name: `${set.name}-${nodeName}`,
    labels: set.matchLabels,
    annotations: {},
    owner: owner("DaemonSet", set.name),
    createdAt,
    terminating: false,
    hostNetwork: set.hostNetwork,
    finished: false,
    detail: {
      nodeName,
      phase: "Running",
      podIPs: ["10.0.0.9"],
      containers,
      containerStatuses: containers.map(({ name }) => {
        const ready = !notReady.includes(name);
        return { name, ready, running: ready, restartCount: ready ? 0 : 7 };
      }),
      ...(silent === undefined ? {} : { silent }),
    },
  };
}

export function owner(kind: string, name: string) {
  return { apiVersion: "apps/v1", kind, name, uid: `uid-${name}`, controller: true };
}

export function pod(namespace: string, name: string, more: Partial<Pod> = {}): Pod {
  return {
    namespace,
    name,
    labels: { app: name },
    annotations: {},
    owner: owner("ReplicaSet", `${name}-5d9c`),
    createdAt: LONG_AGO,
    terminating: false,
    hostNetwork: false,
    finished: false,
    detail: null,
    ...more,
  };
}

export function node(name: string, labels: Labels = EC2): Node {
  return {
    name,
    labels: { "kubernetes.io/os": "linux", ...labels },
    taints: [],
    internalIPs: ["10.0.0.1"],
    kernelVersion: "6.1.112-122.189.amzn2023.x86_64",
    osImage: "Amazon Linux 2023",
    ready: true,
  };
}

export const EC2: Labels = { "eks.amazonaws.com/nodegroup": "workers" };
export const AUTO: Labels = { "eks.amazonaws.com/compute-type": "auto" };
export const FARGATE: Labels = { "eks.amazonaws.com/compute-type": "fargate" };
export const HYBRID: Labels = { "eks.amazonaws.com/compute-type": "hybrid" };
export const WINDOWS: Labels = { "kubernetes.io/os": "windows", "eks.amazonaws.com/nodegroup": "windows" };
export const AZURE: Labels = { "kubernetes.azure.com/cluster": "prod" };
export const GOOGLE: Labels = { "cloud.google.com/gke-nodepool": "pool-1" };

export function configMap(name: string, data: Readonly<Record<string, string>>): ConfigMap {
  return { namespace: "kube-system", name, data };
}

/** The controller's switch; null leaves the key out. */
export function vpcCniConfigMap(value: string | null): ConfigMap {
  const others = { "enable-windows-ipam": "false" };
  return configMap(
    "amazon-vpc-cni",
    value === null ? others : { ...others, "enable-network-policy-controller": value },
  );
}

export function addon(configurationValues: string | null, more: Partial<Addon> = {}): Addon {
  return {
    name: "vpc-cni",
    arn: "arn:aws:eks:eu-west-1:111122223333:addon/prod/vpc-cni/1",
    version: "v1.23.1-eksbuild.1",
    status: "ACTIVE",
    healthIssues: [],
    serviceAccountRoleArn: null,
    configurationValues,
    ...more,
  };
}

export function cluster(more: Partial<ClusterDescription> = {}): ClusterDescription {
  return {
    name: "prod",
    arn: "arn:aws:eks:eu-west-1:111122223333:cluster/prod",
    status: "ACTIVE",
    createdAt: LONG_AGO,
    version: "1.34",
    platformVersion: "eks.9",
    endpoint: "https://example.eu-west-1.eks.amazonaws.com",
    certificateAuthorityData: null,
    authenticationMode: "API",
    endpointPublicAccess: true,
    endpointPrivateAccess: true,
    publicAccessCidrs: ["0.0.0.0/0"],
    autoMode: false,
    hybridNodes: false,
    outpost: false,
    id: null,
    ipFamily: "ipv4",
    serviceCidr: "172.20.0.0/16",
    connected: false,
    tags: {},
    resourcesVpcConfig: null,
    roleArn: null,
    ...more,
  };
}

export function networkPolicy(namespace: string, name: string, podSelector: unknown = {}): RawObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      namespace,
      name,
      uid: `uid-${namespace}-${name}`,
      creationTimestamp: LONG_AGO,
      finalizers: ["networking.k8s.aws/resources"],
    },
    spec: { podSelector, policyTypes: ["Ingress"] },
  };
}

export function policyEndpoint(policy: RawObject, pods: readonly Pod[]): RawObject {
  const podSelector = readMember(policy["spec"], "podSelector");
  const policyTypes = readMember(policy["spec"], "policyTypes");
  const { name, namespace = "", uid = "" } = policy.metadata;
  return {
    apiVersion: "networking.k8s.aws/v1alpha1",
    kind: "PolicyEndpoint",
    metadata: {
      namespace,
      name: `${name}-x7k2p`,
      ownerReferences: [
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name, uid, controller: true },
      ],
    },
    spec: {
      podSelector,
      policyRef: { name, namespace },
      podIsolation: policyTypes,
      podSelectorEndpoints: pods.map((pod) => ({
        name: pod.name,
        namespace: pod.namespace,
        podIP: "10.0.1.2",
        hostIP: "10.0.0.1",
      })),
    },
  };
}

/** What the collector puts where discovery proves that nothing of the kind is served. */
const NOTHING_SERVED = [
  "awsClusterNetworkPolicies",
  "awsApplicationNetworkPolicies",
  "policyEndpoints",
  "adminNetworkPolicies",
  "baselineAdminNetworkPolicies",
  "clusterNetworkPolicies",
  "ciliumNetworkPolicies",
  "ciliumClusterwideNetworkPolicies",
  "ciliumEndpoints",
  "ciliumNodeConfigs",
  "calicoNetworkPolicies",
  "calicoGlobalNetworkPolicies",
  "calicoTiers",
  "calicoNetworkSets",
  "calicoGlobalNetworkSets",
  "antreaNetworkPolicies",
  "antreaClusterNetworkPolicies",
  "tigeraStatuses",
  "nodeClasses",
] as const satisfies readonly FactName[];

/** An empty EKS cluster, everything seen, with `given` laid over it. */
export function facts(given: Partial<FactTypes>): Facts {
  const nothing = Object.fromEntries(NOTHING_SERVED.map((name) => [name, []]));
  const values: Partial<FactTypes> = {
    cluster: cluster(),
    vpcCniAddon: null,
    capabilities: [],
    apiGroups: [],
    namespaces: [],
    pods: [],
    nodes: [],
    daemonSets: [],
    jobs: [],
    services: [],
    ingresses: [],
    admissionWebhooks: [],
    agentPods: [],
    podsOnUncoveredNodes: {},
    vpcCniConfigMap: null,
    ciliumConfigMap: null,
    antreaConfigMap: null,
    networkPolicies: [],
    ...nothing,
    ...given,
  };
  const start = unseenFacts(unseen("not-attempted", "not in this test"));
  return {
    ...start,
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, seen(value)])),
  };
}

export function blind(all: Facts, names: readonly FactName[], why: Why = "access-denied"): Facts {
  const reason: Observed<never> = unseen(why, "the test looked away");
  return { ...all, ...Object.fromEntries(names.map((name) => [name, reason])) };
}
