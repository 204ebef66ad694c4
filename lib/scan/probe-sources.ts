// What doctor asks of one cluster beyond what a scan does: the interface that lib/kubernetes implements. It throws what
// the wire threw.

import type { ApiGroup } from "../model/kubernetes.ts";

/** The way to one cluster, step by step, and what may be read there: for doctor, which explains what a scan meets. */
export interface AccessProbe {
  /** DNS: the addresses of the endpoint's name. */
  resolve(): Promise<readonly string[]>;
  /** TCP, to the endpoint's port. */
  connect(): Promise<void>;
  /** TLS, verified with the cluster's own certificate authority; sends nothing. */
  handshake(): Promise<void>;
  /** `GET /apis`: the first request that needs an identity. */
  listApiGroups(): Promise<readonly ApiGroup[]>;
  /** By SelfSubjectAccessReview; where that is refused, by a read of at most one object. */
  mayRead(read: ResourceRead): Promise<boolean>;
  close(): void;
}

export interface ResourceRead {
  readonly apiGroup: string;
  /** Served; `v1` in the core group. */
  readonly version: string;
  readonly resource: string;
  readonly verb: "get" | "list";
  readonly namespace?: string;
  readonly name?: string;
}
