// A world: accounts, Regions, clusters and Kubernetes objects as plain data. One world drives the demo, the
// tests, the sample events and the docs. The servers of emulator/ speak for it; nothing here does I/O.

import type { RawObject } from "../lib/model/kubernetes.ts";
import type { Delivery } from "./deliver.ts";

export interface World {
  readonly name: string;
  /** One or two sentences for `ringfence demo` and the docs. */
  readonly description: string;
  readonly partition: "aws" | "aws-us-gov" | "aws-cn";
  /** null: the account is not in an organization. */
  readonly organization: WorldOrganization | null;
  readonly scanner: {
    readonly accountId: string;
    readonly region: string;
    /** Secret that the deployed member roles ask for; null: the trust has no ExternalId condition. */
    readonly externalId: string | null;
  };
  readonly accounts: readonly WorldAccount[];
  /** Lambda functions that the scanner's account may run at once; absent: 1,000, as by default. */
  readonly lambdaConcurrency?: number;
  /** By the name of a topic; absent: one that is confirmed. */
  readonly topicSubscriptions?: ReadonlyMap<string, { readonly confirmed: number; readonly pending: number }>;
  readonly faults: readonly WorldFault[];
}

export interface WorldOrganization {
  readonly id: string;
  readonly managementAccountId: string;
  readonly rootId: string;
  readonly units: readonly { readonly id: string; readonly name: string; readonly parentId: string }[];
  /** Answer some pages empty but with a NextToken, as the real service may. */
  readonly emptyPages: boolean;
}

export interface WorldAccount {
  readonly id: string;
  readonly name: string;
  readonly state: "ACTIVE" | "SUSPENDED" | "PENDING_ACTIVATION" | "PENDING_CLOSURE" | "CLOSED";
  /** Root id or unit id. */
  readonly parentId: string;
  readonly memberRole: WorldMemberRole;
  /** Regions in which deploy/spoke.yaml is deployed. */
  readonly spokeRegions: readonly string[];
  /** Action globs that a service control policy denies in this account. */
  readonly deniedByServiceControlPolicy: readonly string[];
  readonly enabledRegions: readonly string[];
  /** Regions in which Security Hub CSPM is on. */
  readonly securityHubRegions: readonly string[];
  readonly clusters: readonly WorldCluster[];
}

export interface WorldMemberRole {
  /** False: nobody deployed deploy/member-role.yaml here, so AssumeRole is AccessDenied. */
  readonly deployed: boolean;
  /** Actions struck out of the role's policy, to show that each one is needed. */
  readonly withoutActions: readonly string[];
}

export interface WorldCluster {
  readonly name: string;
  readonly region: string;
  readonly status: "CREATING" | "ACTIVE" | "DELETING" | "FAILED" | "UPDATING" | "PENDING";
  /** RFC 3339. */
  readonly createdAt: string;
  readonly version: string;
  readonly platformVersion: string;
  readonly authenticationMode: "API" | "API_AND_CONFIG_MAP" | "CONFIG_MAP";
  /** Further members of DescribeCluster's `cluster`, merged over the defaults (computeConfig, tags, ...). */
  readonly describe: Readonly<Record<string, unknown>>;
  readonly addons: readonly WorldAddon[];
  readonly capabilities: readonly { readonly name: string; readonly type: string; readonly status: string }[];
  /**
   * What the endpoint does: serve, drop packets, present a foreign CA, redirect, answer garbage; private: serve whoever
   * is in the cluster's VPC, which the account's spoke is, and drop the packets of everyone else.
   */
  readonly endpoint: "serves" | "private" | "unreachable" | "wrong-ca" | "redirects" | "garbage";
  readonly access: WorldClusterAccess;
  /** Every object of the cluster, as `kubectl get -o json` would show it. */
  readonly objects: readonly RawObject[];
  /** API groups served beyond the built-in ones and those that `objects` use: `group/version`. */
  readonly extraApiVersions: readonly string[];
}

export interface WorldClusterAccess {
  /** none: no access entry; view: AmazonEKSViewPolicy (level 1); reader: view and our ClusterRole (level 2). */
  readonly level: "none" | "view" | "reader";
  /** Rules struck out, as `resource.group` (core: `pods`), to show that each one is needed. */
  readonly withoutResources: readonly string[];
}

export interface WorldAddon {
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly configurationValues: string | null;
  readonly serviceAccountRoleArn?: string;
  readonly healthIssues: readonly { readonly code: string; readonly message: string }[];
}

/** An answer that the emulated service gives instead of its own, or what becomes of its own on the way. */
export interface WorldFault {
  /** SDK service id in lower case: sts, eks, securityhub, sns, s3, organizations, account, kubernetes. */
  readonly service: string;
  /** Operation name as the API names it, or for kubernetes a path prefix. */
  readonly operation: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly cluster?: string;
  /** Only the n-th matching calls, from 1; absent: every call. */
  readonly calls?: readonly number[];
  readonly answer:
    | {
        readonly kind: "error";
        readonly status: number;
        readonly code: string;
        readonly message: string;
        readonly retryAfterSeconds?: number;
      }
    | { readonly kind: "hang" }
    | { readonly kind: "reset" }
    | { readonly kind: "garbage"; readonly body: string; readonly contentType: string }
    /** The service's clock for this call: so many seconds ahead, or behind where negative. */
    | { readonly kind: "clock"; readonly offsetSeconds: number }
    /** The credentials of this call have expired, and stay so; for kubernetes its bearer token. */
    | { readonly kind: "expired" }
    /** The connection ends, and whoever connects meets a certificate of another authority; `calls`: one connection. */
    | { readonly kind: "foreign-certificate" }
    | Delivery;
}
