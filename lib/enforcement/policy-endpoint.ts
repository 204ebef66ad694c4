// One PolicyEndpoint (networking.k8s.aws/v1alpha1) reduced to what can be compared with its policy. A policy
// may have several, each with a part of the pods.

import type { RawObject } from "../model/kubernetes.ts";
import type { NamespacedName } from "../model/snapshot.ts";
import { toDirections } from "./policy-spec.ts";
import { readMember } from "./select-pods.ts";

/** Of a reduced spec, in place of podSelectorEndpoints, where all of these are of the endpoint's own namespace. */
export const POD_NAMES = "podNames";

export interface EndpointView {
  readonly podSelector: unknown;
  /** `Egress,Ingress`, sorted. */
  readonly podIsolation: string;
  /** Of the pods in its own namespace. */
  readonly podNames: readonly string[];
  readonly isReadable: boolean;
}

export function readEndpoint(endpoint: RawObject): EndpointView {
  const spec: unknown = endpoint["spec"];
  const isolation = readMember(spec, "podIsolation") ?? [];
  const home = toHome(endpoint);
  return {
    // PolicyEndpointSpec.podSelector is optional: the empty selector is left out.
    podSelector: readMember(spec, "podSelector") ?? {},
    podIsolation: Array.isArray(isolation) ? toDirections(isolation) : "",
    podNames: readNames(spec) ?? namesIn(home, listPods(endpoint)),
    isReadable: Array.isArray(isolation) && Array.isArray(readPods(spec)),
  };
}

/** Of whatever namespace. */
export function listPods(endpoint: RawObject): readonly NamespacedName[] {
  const spec: unknown = endpoint["spec"];
  const namespace = toHome(endpoint);
  const names = readNames(spec);
  if (names !== null) return names.map((name) => ({ namespace, name }));
  const pods = readPods(spec);
  return Array.isArray(pods) ? pods.filter(isNamespacedName) : [];
}

export function isNamespacedName(pod: unknown): pod is NamespacedName {
  return typeof readMember(pod, "namespace") === "string" && typeof readMember(pod, "name") === "string";
}

function toHome({ metadata }: RawObject): string {
  return metadata.namespace ?? "";
}

function readNames(spec: unknown): readonly string[] | null {
  const names = readMember(spec, POD_NAMES);
  return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : null;
}

function readPods(spec: unknown): unknown {
  return readMember(spec, "podSelectorEndpoints") ?? [];
}

function namesIn(home: string, pods: readonly NamespacedName[]): readonly string[] {
  return pods.filter(({ namespace }) => namespace === home).map(({ name }) => name);
}
