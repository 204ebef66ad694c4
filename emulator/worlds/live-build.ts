// The state of one build of live objects, and what the API server adds to any object.

import type { Labels, OwnerReference, RawObject } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";
import { toUid } from "./identity.ts";
import type { NodePlace } from "./nodes.ts";

const OBJECTS_CREATED_AT = "2026-02-03T09:20:00Z";

export interface FargateProfile {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Labels;
}

export interface LiveCluster {
  readonly nodes: readonly RawObject[];
  readonly fargateProfiles: readonly FargateProfile[];
  /** Of the first Fargate node; its index is counted up. */
  readonly place: NodePlace;
  readonly ipFamily: "ipv4" | "ipv6";
}

export interface Build {
  readonly cluster: LiveCluster;
  readonly objects: RawObject[];
  /** By what pods demand of a node (live-placement.ts). */
  readonly admittingNodes: Map<string, readonly RawObject[]>;
  podCount: number;
  serviceCount: number;
  fargateCount: number;
}

export function toStored(build: Build, manifest: RawObject): RawObject {
  const { metadata, kind, apiVersion } = manifest;
  const { clusterName } = build.cluster.place;
  const uid = toUid(clusterName, apiVersion, kind, metadata.namespace ?? "", metadata.name);
  return {
    ...manifest,
    metadata: { uid, creationTimestamp: OBJECTS_CREATED_AT, generation: 1, ...metadata },
  };
}

export function withStatus(object: RawObject, status: Fields): RawObject {
  return { ...object, status };
}

export function toOwner(object: RawObject): OwnerReference {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", controller: true };
}
