// What the EKS network policy controller makes of NetworkPolicies while it is switched on: the finalizer and
// the PolicyEndpoints (networking.k8s.aws/v1alpha1). Service addresses, which it adds to egress, are left out.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";
import { toFieldsAt, toList, toStrings, toText } from "./fields.ts";
import { toSuffix, toUid } from "./identity.ts";
import { isSelected } from "./selectors.ts";

const FINALIZER = "networking.k8s.aws/resources";
const RECONCILED_AT = "2026-10-05T06:12:20.481516342Z";
// A PolicyEndpoint holds at most 200 endpoints by default; the controller makes as many as it needs.
const CHUNK_SIZE = 200;
const EVERYWHERE: readonly Fields[] = [{ cidr: "0.0.0.0/0" }, { cidr: "::/0" }];

type Direction = "ingress" | "egress";

/** The same objects with every NetworkPolicy processed. Equal inputs give equal outputs. */
export function processPolicies(objects: readonly RawObject[]): readonly RawObject[] {
  const inventory = toInventory(objects);
  return objects.flatMap((object) =>
    isNetworkPolicy(object) ? [withFinalizer(object), ...policyEndpoints(object, inventory)] : [object],
  );
}

interface Inventory {
  readonly namespaces: readonly RawObject[];
  /** Names by namespaceSelector: many policies ask for the same few. */
  readonly selectedNamespaces: Map<string, readonly string[]>;
  readonly podsByNamespace: ReadonlyMap<string, readonly RawObject[]>;
}

function toInventory(objects: readonly RawObject[]): Inventory {
  const namespaces = objects.filter((object) => object.kind === "Namespace" && object.apiVersion === "v1");
  const pods = objects.filter(isReachablePod);
  const podsByNamespace = Map.groupBy(pods, (pod) => pod.metadata.namespace ?? "");
  return { namespaces, podsByNamespace, selectedNamespaces: new Map() };
}

function isNetworkPolicy(object: RawObject): boolean {
  return object.kind === "NetworkPolicy" && object.apiVersion === "networking.k8s.io/v1";
}

// The controller leaves out hostNetwork pods (since 2026-02), finished ones and those without an address yet.
function isReachablePod(object: RawObject): boolean {
  if (object.kind !== "Pod") return false;
  const { phase, podIP } = toFieldsAt(object, "status");
  return phase === "Running" && podIP !== undefined && toFieldsAt(object, "spec")["hostNetwork"] !== true;
}

function withFinalizer(policy: RawObject): RawObject {
  const finalizers = new Set([...(policy.metadata.finalizers ?? []), FINALIZER]);
  return { ...policy, metadata: { ...policy.metadata, finalizers: [...finalizers] } };
}

function policyEndpoints(policy: RawObject, inventory: Inventory): readonly RawObject[] {
  const { namespace = "default", name, uid = "" } = policy.metadata;
  const spec = toFieldsAt(policy, "spec");
  const selected = selectPods(inventory, namespace, spec["podSelector"] ?? {});
  const types = policyTypes(spec);
  const content = {
    podSelector: spec["podSelector"] ?? {},
    policyRef: { name, namespace },
    podIsolation: types,
    ...(types.includes("Ingress") && rules("ingress", spec, namespace, selected, inventory)),
    ...(types.includes("Egress") && rules("egress", spec, namespace, selected, inventory)),
  };
  return chunks(selected).map((pods, index) => {
    const ownName = `${name}-${toSuffix(5, uid, String(index))}`;
    return {
      apiVersion: "networking.k8s.aws/v1alpha1",
      kind: "PolicyEndpoint",
      metadata: {
        name: ownName,
        generateName: `${name}-`,
        namespace,
        uid: toUid(uid, "PolicyEndpoint", ownName),
        generation: 1,
        creationTimestamp: RECONCILED_AT.replace(/\.\d+Z$/u, "Z"),
        annotations: { "networking.k8s.aws/last-change-trigger-time": RECONCILED_AT },
        ownerReferences: [
          { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name, uid, controller: true },
        ],
      },
      spec: { ...content, podSelectorEndpoints: pods.map(toEndpoint) },
    };
  });
}

function toEndpoint(pod: RawObject): Fields {
  const { hostIP, podIP } = toFieldsAt(pod, "status");
  return { hostIP, podIP, name: pod.metadata.name, namespace: pod.metadata.namespace };
}

/** At least one chunk: a policy without pods still has an (empty) PolicyEndpoint. */
function chunks(pods: readonly RawObject[]): readonly (readonly RawObject[])[] {
  const count = Math.max(1, Math.ceil(pods.length / CHUNK_SIZE));
  return Array.from({ length: count }, (_, index) =>
    pods.slice(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE),
  );
}

function policyTypes(spec: Fields): readonly string[] {
  const given = toStrings(spec["policyTypes"]);
  if (given.length > 0) return given;
  return spec["egress"] === undefined ? ["Ingress"] : ["Ingress", "Egress"];
}

function rules(
  direction: Direction,
  spec: Fields,
  namespace: string,
  selected: readonly RawObject[],
  inventory: Inventory,
): Fields {
  const entries = toList(spec[direction]).flatMap((rule) => {
    const peers = rule[direction === "ingress" ? "from" : "to"];
    const targets = toList(peers).flatMap((peer) => toTargets(peer, namespace, inventory));
    const everyone = toList(peers).length === 0;
    const named = direction === "ingress" ? selected : targets.flatMap((target) => target.pod ?? []);
    const ports = toPorts(rule["ports"], named);
    if (toList(rule["ports"]).length > 0 && ports.length === 0) return [];
    const cidrs = everyone ? EVERYWHERE : targets.map((target) => target.cidr);
    return cidrs.map(withPorts(ports));
  });
  return entries.length === 0 ? {} : { [direction]: entries };
}

interface Target {
  readonly cidr: Fields;
  readonly pod: RawObject | null;
}

function toTargets(peer: Fields, namespace: string, inventory: Inventory): readonly Target[] {
  if (peer["ipBlock"] !== undefined) return [{ cidr: toFieldsAt(peer, "ipBlock"), pod: null }];
  const selector = peer["namespaceSelector"];
  const namespaces = selector === undefined ? [namespace] : selectNamespaces(inventory, selector);
  return namespaces
    .flatMap((name) => selectPods(inventory, name, peer["podSelector"] ?? {}))
    .map((pod) => ({ cidr: { cidr: toText(toFieldsAt(pod, "status")["podIP"], "") }, pod }));
}

function selectNamespaces(inventory: Inventory, selector: unknown): readonly string[] {
  const key = JSON.stringify(selector);
  const known = inventory.selectedNamespaces.get(key);
  if (known !== undefined) return known;
  const names = inventory.namespaces
    .filter((object) => isSelected(selector, object.metadata.labels ?? {}))
    .map((object) => object.metadata.name);
  inventory.selectedNamespaces.set(key, names);
  return names;
}

function selectPods(inventory: Inventory, namespace: string, selector: unknown): readonly RawObject[] {
  const pods = inventory.podsByNamespace.get(namespace) ?? [];
  return pods.filter((pod) => isSelected(selector, pod.metadata.labels ?? {}));
}

/** Named ports become the numbers that the pods' containers give them; an unknown name gives none. */
function toPorts(ports: unknown, pods: readonly RawObject[]): readonly Fields[] {
  return toList(ports).flatMap((port) => {
    const protocol = toText(port["protocol"], "TCP");
    if (typeof port["port"] !== "string") return [{ ...port, protocol }];
    const numbers = pods.flatMap((pod) => containerPorts(pod, port["port"], protocol));
    return [...new Set(numbers)].map((number) => ({ protocol, port: number }));
  });
}

function containerPorts(pod: RawObject, name: unknown, protocol: string): readonly unknown[] {
  return toList(toFieldsAt(pod, "spec")["containers"])
    .flatMap((container) => toList(container["ports"]))
    .filter((port) => port["name"] === name && toText(port["protocol"], "TCP") === protocol)
    .map((port) => port["containerPort"]);
}

function withPorts(ports: readonly Fields[]): (cidr: Fields) => Fields {
  return (cidr) => (ports.length > 0 ? { ...cidr, ports } : cidr);
}
