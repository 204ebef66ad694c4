// Everything that one scan saw of one cluster, as plain data: collected in one place, evaluated in another.
// Each fact is what one API call can give or fail to give. Nothing here is derived.

import type { Observed, Unseen } from "./observed.ts";
import type { Target } from "./target.ts";
import type {
  AdmissionWebhook,
  ApiGroup,
  ConfigMap,
  DaemonSet,
  Ingress,
  Job,
  Namespace,
  Node,
  Pod,
  RawObject,
  Service,
} from "./kubernetes.ts";

/** `eks:DescribeCluster`, reduced. Null where the API sent no such member. */
export interface ClusterDescription {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** RFC 3339. */
  readonly createdAt: string | null;
  readonly version: string | null;
  readonly platformVersion: string | null;
  readonly endpoint: string | null;
  /** PEM of the cluster's certificate authority, base64 as the API sends it. */
  readonly certificateAuthorityData: string | null;
  readonly authenticationMode: string | null;
  readonly endpointPublicAccess: boolean | null;
  readonly endpointPrivateAccess: boolean | null;
  readonly publicAccessCidrs: readonly string[] | null;
  /** `computeConfig.enabled`: EKS Auto Mode. */
  readonly autoMode: boolean | null;
  /** `remoteNetworkConfig` present: hybrid nodes may exist. */
  readonly hybridNodes: boolean;
  /** `outpostConfig` present: a local cluster on AWS Outposts, with self-managed add-ons only. */
  readonly outpost: boolean;
  /** The local cluster's id on Outposts, which the token names instead of the cluster's name. */
  readonly id: string | null;
  readonly ipFamily: "ipv4" | "ipv6" | null;
  readonly serviceCidr: string | null;
  /** `connectorConfig` present: a connected cluster, which EKS does not run. */
  readonly connected: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly resourcesVpcConfig: {
    readonly securityGroupIds: readonly string[];
    readonly subnetIds: readonly string[];
    readonly clusterSecurityGroupId: string | null;
  } | null;
  readonly roleArn: string | null;
}

/** `eks:DescribeAddon` of vpc-cni, reduced. */
export interface Addon {
  readonly name: string;
  readonly arn: string | null;
  readonly version: string | null;
  readonly status: string | null;
  readonly healthIssues: readonly { readonly code: string; readonly message: string }[];
  /** Of the add-on's service account; null where it has none of its own. */
  readonly serviceAccountRoleArn: string | null;
  /** The string that the user gave, JSON or YAML; null when never set (absent in the answer). */
  readonly configurationValues: string | null;
}

export interface Capability {
  readonly name: string;
  /** ACK | KRO | ARGOCD */
  readonly type: string;
  readonly status: string;
}

export interface FactTypes {
  // Amazon EKS API
  readonly cluster: ClusterDescription;
  /** null: the API said that the add-on is not installed. */
  readonly vpcCniAddon: Addon | null;
  readonly capabilities: readonly Capability[];
  // Kubernetes API, core and apps
  readonly apiGroups: readonly ApiGroup[];
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly daemonSets: readonly DaemonSet[];
  readonly jobs: readonly Job[];
  readonly services: readonly Service[];
  readonly ingresses: readonly Ingress[];
  readonly admissionWebhooks: readonly AdmissionWebhook[];
  /** Pods of every known engine's DaemonSet, read in full (lib/enforcement names the selectors). */
  readonly agentPods: readonly Pod[];
  /** Pods of the nodes on which no ready agent was seen, by node name, metadata-only. */
  readonly podsOnUncoveredNodes: Readonly<Record<string, readonly Pod[]>>;
  /** ConfigMaps by name; null: the server said that it does not exist. */
  readonly vpcCniConfigMap: ConfigMap | null;
  readonly ciliumConfigMap: ConfigMap | null;
  readonly antreaConfigMap: ConfigMap | null;
  // Policies, raw
  readonly networkPolicies: readonly RawObject[];
  readonly awsClusterNetworkPolicies: readonly RawObject[];
  readonly awsApplicationNetworkPolicies: readonly RawObject[];
  readonly policyEndpoints: readonly RawObject[];
  readonly adminNetworkPolicies: readonly RawObject[];
  readonly baselineAdminNetworkPolicies: readonly RawObject[];
  readonly clusterNetworkPolicies: readonly RawObject[];
  readonly ciliumNetworkPolicies: readonly RawObject[];
  readonly ciliumClusterwideNetworkPolicies: readonly RawObject[];
  readonly ciliumEndpoints: readonly NamespacedName[];
  /** What goes before `ciliumConfigMap` on some nodes. */
  readonly ciliumNodeConfigs: readonly RawObject[];
  readonly calicoNetworkPolicies: readonly RawObject[];
  readonly calicoGlobalNetworkPolicies: readonly RawObject[];
  readonly calicoTiers: readonly RawObject[];
  /** Addresses with labels, which the selectors of Calico's rules match like pods. */
  readonly calicoNetworkSets: readonly RawObject[];
  readonly calicoGlobalNetworkSets: readonly RawObject[];
  readonly antreaNetworkPolicies: readonly RawObject[];
  readonly antreaClusterNetworkPolicies: readonly RawObject[];
  readonly tigeraStatuses: readonly RawObject[];
  readonly nodeClasses: readonly RawObject[];
  // Where GitOps controllers run, whatever they are called: names only
  /** AppProjects: Argo CD keeps its own, `default` at least, in the namespace that it runs in. */
  readonly argoCdProjects: readonly NamespacedName[];
  /** Leases by which Flux's controllers elect a leader, in the namespace that they run in. */
  readonly fluxLeases: readonly NamespacedName[];
}

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

export type FactName = keyof FactTypes;

export type Facts = { readonly [K in FactName]: Observed<FactTypes[K]> };

export interface Snapshot {
  readonly schemaVersion: 1;
  readonly target: Target;
  /** RFC 3339: start of the observation. Nothing in it is older. */
  readonly observedFrom: string;
  readonly facts: Facts;
}

/** Every fact, with whether the small ClusterRole (level 2) is needed beyond AmazonEKSViewPolicy (level 1). */
export const FACT_ACCESS = {
  cluster: "aws",
  vpcCniAddon: "aws",
  capabilities: "aws",
  apiGroups: "level-1",
  namespaces: "level-1",
  pods: "level-1",
  nodes: "level-2",
  daemonSets: "level-1",
  jobs: "level-1",
  services: "level-1",
  ingresses: "level-1",
  admissionWebhooks: "level-2",
  agentPods: "level-1",
  podsOnUncoveredNodes: "level-1",
  vpcCniConfigMap: "level-1",
  ciliumConfigMap: "level-1",
  antreaConfigMap: "level-1",
  networkPolicies: "level-1",
  awsClusterNetworkPolicies: "level-2",
  awsApplicationNetworkPolicies: "level-2",
  policyEndpoints: "level-2",
  adminNetworkPolicies: "level-2",
  baselineAdminNetworkPolicies: "level-2",
  clusterNetworkPolicies: "level-2",
  ciliumNetworkPolicies: "level-2",
  ciliumClusterwideNetworkPolicies: "level-2",
  ciliumEndpoints: "level-2",
  ciliumNodeConfigs: "level-2",
  calicoNetworkPolicies: "level-2",
  calicoGlobalNetworkPolicies: "level-2",
  calicoTiers: "level-2",
  calicoNetworkSets: "level-2",
  calicoGlobalNetworkSets: "level-2",
  antreaNetworkPolicies: "level-2",
  antreaClusterNetworkPolicies: "level-2",
  tigeraStatuses: "level-2",
  nodeClasses: "level-2",
  argoCdProjects: "level-2",
  fluxLeases: "level-2",
} as const satisfies Record<FactName, "aws" | "level-1" | "level-2">;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly the facts, see `satisfies`
export const FACT_NAMES = Object.keys(FACT_ACCESS) as readonly FactName[];

/** All facts unseen for one reason: where a collection starts, and where it ends when nothing could be read. */
export function unseenFacts(reason: Unseen): Facts {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each name
  return Object.fromEntries(FACT_NAMES.map((name) => [name, reason])) as unknown as Facts;
}

/** No verdict rests on them: a remedy that wants one of them says that it was not seen. */
const REMEDY_FACTS: ReadonlySet<FactName> = new Set(["services", "ingresses", "admissionWebhooks"]);

/** Facts whose absence blinds no verdict: denied at level 1 by design, or read only where they are called for. */
export function isExpectedGap(name: FactName, gap: Unseen): boolean {
  if (gap.why === "not-attempted" || REMEDY_FACTS.has(name)) return true;
  return FACT_ACCESS[name] === "level-2" && gap.why === "access-denied";
}
