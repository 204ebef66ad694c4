// Kubernetes objects reduced to the fields that decide something. Policies stay raw (`RawObject`), because a
// field that we do not know must be seen to make the verdict unknown. Plain data, JSON-safe.

export type Labels = Readonly<Record<string, string>>;

/** An object exactly as the API server sent it. Everything below `metadata` is foreign and unchecked. */
export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: RawMetadata;
  readonly [field: string]: unknown;
}

export interface RawMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string | null;
  readonly deletionTimestamp?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** One entry of the discovery document `/apis`. */
export interface ApiGroup {
  readonly name: string;
  /** Served versions, as in `v1alpha1`, without the group. */
  readonly versions: readonly string[];
}

export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly terminating: boolean;
  readonly createdAt: string | null;
}

export interface ContainerPort {
  readonly name: string | null;
  readonly containerPort: number;
  readonly protocol: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Literal values; null where the value comes from a reference that we do not read. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly ports: readonly ContainerPort[];
  readonly privileged: boolean;
  readonly addedCapabilities: readonly string[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly running: boolean;
  readonly restartCount: number;
}

/** What only a full (not metadata-only) read of a pod tells. */
export interface PodDetail {
  readonly nodeName: string | null;
  readonly phase: string;
  readonly podIPs: readonly string[];
  readonly containers: readonly Container[];
  /** As the kubelet said last. */
  readonly containerStatuses: readonly ContainerStatus[];
  /** The control plane has not heard of the node's kubelet since: all of the above is old. */
  readonly silent?: true;
}

/**
 * A pod as listed. `hostNetwork` and `finished` are known even of metadata-only pods, because the server
 * filtered by them (scan/collect.ts); everything else of the spec is in `detail`, null when not read.
 */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The controlling owner, or null for a bare pod. */
  readonly owner: OwnerReference | null;
  readonly createdAt: string | null;
  readonly terminating: boolean;
  readonly hostNetwork: boolean;
  readonly finished: boolean;
  readonly detail: PodDetail | null;
}

/** A workload template from a manifest: counts as one pod where its own pods are absent (offline only). */
export interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface DaemonSet {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly generation: number | null;
  readonly hostNetwork: boolean;
  /** `spec.selector.matchLabels`; matchExpressions are not used by any engine that we know. */
  readonly matchLabels: Labels;
  readonly nodeSelector: Labels;
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly status: {
    readonly observedGeneration: number | null;
    readonly desiredNumberScheduled: number | null;
    readonly updatedNumberScheduled: number | null;
    readonly numberReady: number | null;
  };
}

export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
  readonly internalIPs: readonly string[];
  readonly kernelVersion: string | null;
  readonly osImage: string | null;
  readonly ready: boolean | null;
}

export interface ConfigMap {
  readonly namespace: string;
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A Job's controlling CronJob; jobs are listed metadata-only to group pods under the CronJob. */
export interface Job {
  readonly namespace: string;
  readonly name: string;
  readonly owner: OwnerReference | null;
}

/** A Service, as far as reachability and remediation need it. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly selector: Labels | null;
  readonly type: string;
  readonly clusterIPs: readonly string[];
  /** `spec.loadBalancerSourceRanges`; empty: the load balancer admits every address. */
  readonly sourceRanges: readonly string[];
  /** An annotation says that AWS gives its load balancer private addresses only. */
  readonly isInternal: boolean;
  readonly ports: readonly {
    readonly name: string | null;
    readonly protocol: string;
    readonly port: number;
    readonly targetPort: number | string | null;
  }[];
}

/** An Ingress, reduced to the Services of its namespace that it sends traffic to. */
export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  /** `port`: the Service's port by number or name; null where the backend names none. */
  readonly backends: readonly { readonly service: string; readonly port: number | string | null }[];
}

/** A Service that the API server calls before it admits objects. */
export interface AdmissionWebhook {
  /** Of the configuration object that has it. */
  readonly configuration: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}
