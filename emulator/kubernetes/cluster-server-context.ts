// What an emulated cluster's API server is told from outside, and what it tells of each request.

import type { WorldFault } from "../world.ts";
import type { AuthenticatorContext } from "./authenticator.ts";
import type { LastUsed } from "./last-used.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { BodyCache } from "./send-answer.ts";

/** What a server makes of its cluster's objects. */
export interface ClusterMemory {
  readonly index: ObjectIndex;
  readonly bodies: BodyCache;
}

export interface ClusterServerContext {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly now: () => Date;
  /** Milliseconds that every answer waits first. */
  readonly latencyMs: number;
  readonly faults: readonly WorldFault[];
  /** Of all clusters of the cloud, by the log of their requests. */
  readonly memories: LastUsed<readonly ClusterRequest[], ClusterMemory>;
  /** IAM role ARNs that have the access entry. */
  readonly mappedPrincipals: readonly string[];
  /** The emulated STS: whose presigned GetCallerIdentity URL this is, or null where STS refuses it. */
  readonly verifyPresignedIdentity: AuthenticatorContext["verifyPresignedIdentity"];
}

export interface ClusterRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** As sent; empty where the client sent none. */
  readonly accept: string;
  /** Canonical role ARN; null before authentication and where it was refused. */
  readonly principal: string | null;
  /** HTTP status; 0 while there is no answer (and for ever where the request hangs or is reset). */
  readonly status: number;
}
