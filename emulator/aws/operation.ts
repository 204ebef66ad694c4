// What one API operation is: its name, the permissions that a call needs, and what it does. Everything that a
// call may know comes in the context; the wire form of the answer is its protocol's business.

import type { Policy } from "../iam.ts";
import type { World, WorldAccount } from "../world.ts";
import type { Role } from "./role.ts";
import type { Session, SessionStore } from "./session.ts";
import type { Stores } from "./stores.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

export interface Permission {
  /** `service:Operation`. */
  readonly action: string;
  /** ARN, or `*` for an action without resource-level permissions. */
  readonly resource: string;
  /** Condition keys of this call, beyond the global ones; lower case. */
  readonly context?: ReadonlyMap<string, string>;
}

export interface CallContext {
  readonly world: World;
  readonly stores: Stores;
  readonly sessions: SessionStore;
  /** By ARN: every role of every account. */
  readonly roles: ReadonlyMap<string, Role>;
  /** By the name of the bucket; a bucket without one is its account's own. */
  readonly bucketPolicies: ReadonlyMap<string, Policy>;
  /** By `clusterKey`: the clusters whose Kubernetes API is served. */
  readonly endpoints: ReadonlyMap<string, ClusterEndpoint>;
  readonly now: Date;
  readonly session: Session;
  /** The caller's account and the Region of the credential scope: the only source of both. */
  readonly account: WorldAccount;
  readonly region: string;
  readonly request: WireRequest;
  readonly requestId: string;
  readonly isAllowed: (permission: Permission) => boolean;
}

export interface ClusterEndpoint {
  readonly endpoint: string;
  /** Where its name leads inside the cluster's VPC. */
  readonly endpointInVpc: string;
  /** PEM in base64, as DescribeCluster gives it. */
  readonly certificateAuthorityData: string;
}

export function clusterKey(accountId: string, region: string, name: string): string {
  return `${accountId}/${region}/${name}`;
}

/** Which account and cluster a call is about, where that is not the caller's account: for the world's faults. */
export interface CallTarget {
  readonly accountId?: string;
  readonly cluster?: string;
}

export interface Operation<Input, Output> {
  /** As the API names it. */
  readonly name: string;
  readonly target?: (input: Input) => CallTarget;
  /** Empty: everyone with valid credentials may call it. */
  readonly permissions: (input: Input, context: CallContext) => readonly Permission[];
  readonly run: (input: Input, context: CallContext) => Output;
}

/** A call whose operation and input are known and whose caller is not yet. */
export interface RoutedCall {
  readonly operation: string;
  readonly target: CallTarget;
  readonly permissions: (context: CallContext) => readonly Permission[];
  readonly run: (context: CallContext) => WireAnswer;
}

/** Binds an operation to its input; `toAnswer` gives the output the form of the protocol. */
export function bindOperation<Input, Output>(
  operation: Operation<Input, Output>,
  input: Input,
  toAnswer: (output: Output, context: CallContext) => WireAnswer,
): RoutedCall {
  return {
    operation: operation.name,
    target: operation.target?.(input) ?? {},
    permissions: (context) => operation.permissions(input, context),
    run: (context) => toAnswer(operation.run(input, context), context),
  };
}
