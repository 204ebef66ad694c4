// One PolicyEndpoint (networking.k8s.aws/v1alpha1) reduced to what can be compared with its policy. A policy
// may have several, each with a part of the pods.

import type { RawObject } from "../model/kubernetes.ts";
import type { NamespacedName } from "../model/snapshot.ts";
import { toDirections } from "./policy-spec.ts";
import { readMember } from "./select-pods.ts";

export interface EndpointView {
  readonly podSelector: unknown;
  /** `Egress,Ingress`, sorted. */
  readonly podIsolation: string;
  readonly pods: readonly NamespacedName[];
  readonly isReadable: boolean;
}

export function readEndpoint(endpoint: RawObject): EndpointView {
  const spec: unknown = endpoint["spec"];
  const isolation = readMember(spec, "podIsolation") ?? [];
  const pods = readMember(spec, "podSelectorEndpoints") ?? [];
  const isReadable = Array.isArray(isolation) && Array.isArray(pods);
  return {
    // PolicyEndpointSpec.podSelector is optional: the empty selector is left out.
    podSelector: readMember(spec, "podSelector") ?? {},
    podIsolation: Array.isArray(isolation) ? toDirections(isolation) : "",
    pods: Array.isArray(pods) ? readPods(pods) : [],
    isReadable,
  };
}

function readPods(pods: readonly unknown[]): readonly NamespacedName[] {
  return pods.every(isNamespacedName) ? pods : pods.filter(isNamespacedName);
}

function isNamespacedName(pod: unknown): pod is NamespacedName {
  return typeof readMember(pod, "namespace") === "string" && typeof readMember(pod, "name") === "string";
}
