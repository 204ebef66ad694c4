// What the scan asks of the outside world: the interfaces that lib/aws, lib/kubernetes and lib/sinks
// implement and lib/compose/compose.ts wires. One method is one API call; it throws what the wire threw.

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
} from "../model/kubernetes.ts";
import type { AsffFinding } from "../model/asff.ts";
import type { Observed } from "../model/observed.ts";
import type { Addon, Capability, ClusterDescription, Snapshot } from "../model/snapshot.ts";
import type { Target } from "../model/target.ts";

export interface OrganizationAccount {
  readonly id: string;
  readonly name: string;
  /** `State ?? Status` of the API: ACTIVE | SUSPENDED | PENDING_ACTIVATION | PENDING_CLOSURE | CLOSED. */
  readonly state: string;
  /** Organizational-unit path from the root, by name: `/` or `/Workloads/Production`. */
  readonly unitPath: string;
}

/** Who scans, and which accounts are around it. */
export interface Organization {
  /** `sts:GetCallerIdentity`. */
  getCallerAccount(): Promise<{ accountId: string; arn: string; partition: string }>;
  /** Every account of the organization with its unit path; throws where the caller may not list. */
  listOrganizationAccounts(): Promise<readonly OrganizationAccount[]>;
}

/** The way into accounts, as far as this process asks something of them. */
export interface Entrance<Account> {
  /** `sts:AssumeRole`, once per account and process; the caller's own account needs no role. */
  enterAccount(accountId: string): Promise<Account>;
  /** The scanner's own account with the caller's own credentials: for its own Security Hub, never for a cluster. */
  enterOwnAccount(): Promise<Account>;
}

/** The scanner's own side: its identity, the organization, and the way into member accounts. */
export interface Cloud extends Organization, Entrance<WholeAccount> {
  /** AWS API calls made so far, by `service:Operation`. */
  readonly callCounts: Readonly<Record<string, number>>;
}

/** How a cluster is reached. */
export interface ClusterAccess {
  readonly endpoint: string;
  /** PEM, base64, as `eks:DescribeCluster` gives it. The only authority that is trusted. */
  readonly certificateAuthorityData: string;
  /**
   * Asked before every request; keeps its own cache. What it throws reaches the caller unchanged. `useless`: this one
   * is not taken any more, and another is wanted.
   */
  readonly bearerToken: (useless?: string) => Promise<string>;
}

/** Where one account may have clusters. */
export interface AccountRegions {
  /** `account:ListRegions`, enabled ones only, in code-unit order. */
  listRegions(): Promise<readonly string[]>;
}

/** The clusters of one account, seen with that account's own credentials. */
export interface AccountInventory {
  readonly accountId: string;
  /** `eks:ListClusters` with `include: ["all"]`, every page. */
  listClusters(region: string): Promise<readonly string[]>;
  describeCluster(region: string, name: string): Promise<ClusterDescription>;
  /** null: ResourceNotFoundException, the add-on is not installed. */
  describeAddon(region: string, clusterName: string, addonName: string): Promise<Addon | null>;
  listCapabilities(region: string, clusterName: string): Promise<readonly Capability[]>;
}

/** The way into the clusters of one account. */
export interface AccountClusters {
  /** Opens the cluster's Kubernetes API with an EKS token (lib/aws/eks-token.ts). */
  openCluster(region: string, cluster: ClusterDescription, options: ReadOptions): Promise<ClusterReader>;
  /** What openCluster uses; throws as it does where no token may be sent to the endpoint. */
  clusterAccess(region: string, cluster: ClusterDescription): ClusterAccess;
}

/** Where the findings of one account go. */
export interface AccountHub {
  readonly accountId: string;
  securityHub(region: string): SecurityHub;
}

/** One account, seen with that account's own credentials. */
export interface AccountCloud extends AccountInventory, AccountClusters, AccountHub {}

/** The same where its clusters are still to be found. */
export interface WholeAccount extends AccountCloud, AccountRegions {}

export interface ReadOptions {
  /** Milliseconds for one request, from sending to the last byte. */
  readonly requestTimeoutMs: number;
  /** Ends every request of this reader. */
  readonly signal: AbortSignal;
}

export type WebhookKind = "validating" | "mutating";

export interface PodSelection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** One cluster's Kubernetes API, read only. Lists are whole: every page, or an error. */
export interface ClusterReader {
  /** `GET /apis`. */
  listApiGroups(): Promise<readonly ApiGroup[]>;
  /** `GET /apis/GROUP/VERSION`: the plural names of what a served version holds. */
  listApiResources(group: string, version: string): Promise<readonly string[]>;
  listNamespaces(): Promise<readonly Namespace[]>;
  /** Running, non-hostNetwork and hostNetwork pods, as PartialObjectMetadataList; `detail` is null. */
  listPodMetadata(): Promise<readonly Pod[]>;
  /** Pods that run on one node and are neither hostNetwork nor finished, metadata-only. */
  listPodMetadataOfNode(nodeName: string): Promise<readonly Pod[]>;
  /** Full pods, with `detail`. */
  listPods(selection: PodSelection): Promise<readonly Pod[]>;
  listDaemonSets(): Promise<readonly DaemonSet[]>;
  listNodes(): Promise<readonly Node[]>;
  /** Metadata-only. */
  listJobs(): Promise<readonly Job[]>;
  listServices(): Promise<readonly Service[]>;
  /** `ingresses.networking.k8s.io`. */
  listIngresses(): Promise<readonly Ingress[]>;
  /** `validatingwebhookconfigurations` or `mutatingwebhookconfigurations`, those that call Services. */
  listAdmissionWebhooks(kind: WebhookKind): Promise<readonly AdmissionWebhook[]>;
  /** null: 404. */
  getConfigMap(namespace: string, name: string): Promise<ConfigMap | null>;
  /** `networkpolicies.networking.k8s.io`, raw. */
  listNetworkPolicies(): Promise<readonly RawObject[]>;
  /** A custom resource, raw; `metadataOnly` gives objects without spec. */
  listCustomObjects(resource: CustomResource): Promise<readonly RawObject[]>;
  /** Kubernetes requests sent so far, pages included. */
  readonly requestCount: number;
  close(): void;
}

export interface CustomResource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly metadataOnly?: boolean;
  readonly fieldSelector?: string;
  /** What to keep of each object; a reader of pages asks as they arrive, and one that holds all of them need not. */
  readonly reduce?: (object: RawObject) => RawObject;
}

/** One account's Security Hub CSPM in one Region, with that account's own credentials and within its quotas. */
export interface SecurityHub {
  /** The finding provider's product ARN for this account and Region. */
  readonly productArn: string;
  /** One `securityhub:BatchImportFindings` call, at most 100 findings. */
  importFindings(findings: readonly AsffFinding[]): Promise<ImportResult>;
  /** `securityhub:GetFindings`, every page, of this product, account and Region. */
  listFindings(filter: {
    readonly recordState?: "ACTIVE" | "ARCHIVED";
    readonly idPrefix?: string;
  }): Promise<readonly AsffFinding[]>;
}

export interface ImportResult {
  readonly successCount: number;
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}

/** Where a secret is kept: Secrets Manager, or a SecureString of Parameter Store in the scanner's Region. */
export type SecretPlace = { readonly secretArn: string } | { readonly parameterName: string };

/** An SNS topic. */
export interface Topic {
  publish(message: {
    readonly subject: string;
    readonly body: string;
    readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  }): Promise<{ readonly messageId: string }>;
}

export interface StoredObject {
  readonly body: string;
  readonly etag: string;
}

/** S3 or a local folder: whole objects, with compare-and-swap on the ETag. */
export interface ObjectStore {
  /** null: no such object. An object that is larger than `maxBytes` is refused unread. */
  getObject(key: string, bounds?: { readonly maxBytes: number }): Promise<StoredObject | null>;
  /** Throws an error named `PreconditionFailed` where the condition does not hold. Returns the new ETag. */
  putObject(key: string, body: string, condition?: PutCondition): Promise<string>;
  /** Keys below a prefix, in code-unit order. */
  listObjects(prefix: string): Promise<readonly string[]>;
}

export interface StoredKey {
  readonly key: string;
  readonly bytes: number;
}

/** A store that also takes what is longer than a text can be, and says how long its objects are. */
export interface BulkStore extends ObjectStore {
  /** As listObjects, with the objects' sizes. */
  listSizes(prefix: string): Promise<readonly StoredKey[]>;
  /** One object of all pieces, of which little is in memory. Nothing of it is to be seen before its end. */
  putPieces(key: string, pieces: AsyncIterable<string>): Promise<void>;
}

export type PutCondition = { readonly ifMatch: string } | { readonly ifNoneMatch: "*" };

/** Functions in the accounts of clusters that the scanner itself cannot reach (lib/spoke). */
export interface Spokes {
  /** Whether the configuration leaves this cluster to its account's spoke; the scanner then tries no way of its own. */
  covers(target: Target): boolean;
  /** What the spoke saw of the cluster that EKS described to the scanner; never throws for what the spoke did. */
  readSnapshot(target: Target, cluster: ClusterDescription): Promise<Observed<Snapshot>>;
}

/** The state machine of distributed runs. */
export interface StateMachine {
  /** `states:StartExecution`. False: the name is taken by an execution that differs or has ended. */
  startExecution(name: string, input: unknown): Promise<boolean>;
}

/** Puts bytes away that are wanted later. Where there is no room it keeps them itself, and never throws. */
export type Shelve = (bytes: Uint8Array) => Shelved;

export interface Shelved {
  /** As often as one likes; not to be changed. */
  take(): Uint8Array;
}
