// Puts one object of the input where it belongs, read by the very code that reads live objects. What we have no
// use for is left aside; what we read and cannot understand throws MalformedObjectError.

import { toAdmissionWebhooks, toIngress, toService } from "../kubernetes/access-schema.ts";
import { isRecord } from "../kubernetes/foreign-json.ts";
import { Interner } from "../kubernetes/interner.ts";
import { toRawObject } from "../kubernetes/raw-object.ts";
import { toConfigMap, toDaemonSet, toJob, toNamespace, toNode } from "../kubernetes/schema.ts";
import type { WebhookKind } from "../scan/sources.ts";
import { customResourceOf, type CustomResourceOf } from "./custom-kinds.ts";
import { workloadKey, type ManifestFacts } from "./manifest-facts.ts";
import type { ManifestObject } from "./manifest-object.ts";
import { hasPodTemplate, toWorkload, WORKLOAD_KINDS } from "./manifest-workload.ts";
import type { ReadObject } from "./source-places.ts";
import { toPod } from "./template-pod.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface ObjectReader {
  read(object: ManifestObject): ReadOutcome;
}

export interface ReadOutcome {
  /** It replaced an object of the same name. */
  readonly isRepeated: boolean;
  /** Null: it has no name, so nothing can be said of it. */
  readonly object: ReadObject | null;
}

/** `defaultNamespace` is for objects of namespaced kinds that name none. */
export function createObjectReader(facts: ManifestFacts, defaultNamespace: string): ObjectReader {
  const interner = new Interner();
  return {
    read(object) {
      const into = destinationOf(object);
      const placed = place(object.value, into.isNamespaced, defaultNamespace);
      const namespace = isRecord(placed["metadata"]) ? placed["metadata"]["namespace"] : null;
      if (typeof namespace === "string" && namespace !== "") facts.referredNamespaces.add(namespace);
      return { isRepeated: into.read(placed, facts, interner), object: toReadObject(object, placed) };
    },
  };
}

function toReadObject({ group, kind }: ManifestObject, { metadata }: Fields): ReadObject | null {
  const name = isRecord(metadata) ? metadata["name"] : null;
  const namespace = isRecord(metadata) ? metadata["namespace"] : null;
  if (typeof name !== "string") return null;
  return { group, kind, namespace: typeof namespace === "string" ? namespace : null, name };
}

interface Destination {
  /** null: a kind of which we do not know it. */
  readonly isNamespaced: boolean | null;
  readonly read: (object: Fields, facts: ManifestFacts, interner: Interner) => boolean;
}

const BUILT_IN: ReadonlyMap<string, Destination> = new Map<string, Destination>([
  [
    "/Namespace",
    { isNamespaced: false, read: (object, facts) => put(facts.namespaces, toNamespace(object)) },
  ],
  ["/Node", { isNamespaced: false, read: (object, facts) => put(facts.nodes, toNode(object)) }],
  [
    "/Pod",
    { isNamespaced: true, read: (object, facts, interner) => put(facts.pods, toPod(object, interner)) },
  ],
  ["/Service", { isNamespaced: true, read: (object, facts) => put(facts.services, toService(object)) }],
  ["/ConfigMap", { isNamespaced: true, read: (object, facts) => put(facts.configMaps, toConfigMap(object)) }],
  [
    "networking.k8s.io/Ingress",
    { isNamespaced: true, read: (object, facts) => put(facts.ingresses, toIngress(object)) },
  ],
  ["admissionregistration.k8s.io/ValidatingWebhookConfiguration", webhookDestination("validating")],
  ["admissionregistration.k8s.io/MutatingWebhookConfiguration", webhookDestination("mutating")],
  ["networking.k8s.io/NetworkPolicy", { isNamespaced: true, read: readNetworkPolicy }],
]);

const LEFT_ASIDE: Destination = { isNamespaced: null, read: () => false };

function destinationOf({ group, version, kind, value }: ManifestObject): Destination {
  const name = `${group}/${kind}`;
  const builtIn = BUILT_IN.get(name);
  if (builtIn !== undefined) return builtIn;
  const resource = customResourceOf(group, version, kind);
  if (resource !== null) return customDestination(resource);
  return WORKLOAD_KINDS.has(name) || hasPodTemplate(value) ? workloadDestination(name, kind) : LEFT_ASIDE;
}

function readNetworkPolicy(object: Fields, facts: ManifestFacts): boolean {
  const policy = toRawObject(object, NO_LIST);
  const { namespace = "", name } = policy.metadata;
  return putAs(facts.networkPolicies, `${namespace}/${name}`, policy);
}

function webhookDestination(kind: WebhookKind): Destination {
  return {
    isNamespaced: false,
    read(object, facts) {
      const { name } = toRawObject(object, NO_LIST).metadata;
      return putAs(facts.admissionWebhooks, `${kind}/${name}`, toAdmissionWebhooks(object));
    },
  };
}

/** Objects of the input carry their own apiVersion and kind. */
const NO_LIST = { apiVersion: null, kind: null };

function customDestination({ group, version, plural, isNamespaced }: CustomResourceOf): Destination {
  return {
    isNamespaced,
    read(value, facts) {
      const object = toRawObject(value, NO_LIST);
      const { namespace = "", name } = object.metadata;
      const key = JSON.stringify([group, plural, namespace, name]);
      return putAs(facts.customObjects, key, { group, version, plural, object });
    },
  };
}

function workloadDestination(name: string, kind: string): Destination {
  return {
    isNamespaced: true,
    read(object, facts, interner) {
      const workload = toWorkload(kind, object, interner);
      if (name === "apps/DaemonSet") put(facts.daemonSets, toDaemonSet(object));
      if (name === "batch/Job") put(facts.jobs, toJob(object, interner));
      return putAs(facts.workloads, workloadKey(kind, workload.namespace, workload.name), workload);
    },
  };
}

function put<T extends { readonly name: string; readonly namespace?: string }>(
  objects: Map<string, T>,
  object: T,
): boolean {
  return putAs(
    objects,
    object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`,
    object,
  );
}

function putAs<T>(objects: Map<string, T>, key: string, object: T): boolean {
  const isRepeated = objects.has(key);
  objects.set(key, object);
  return isRepeated;
}

/** With its name and, where its kind has one, its namespace. What is wrong stays, for the reader to refuse. */
function place(object: Fields, isNamespaced: boolean | null, defaultNamespace: string): Fields {
  const { metadata } = object;
  if (!isRecord(metadata)) return object;
  const { namespace, ...rest } = metadata;
  // ObjectMeta.generateName: "an optional prefix, used by the server, to generate a unique name".
  const named = { ...rest, name: rest["name"] ?? rest["generateName"] };
  // API conventions: a cluster-wide object has no namespace, whatever a template wrote there.
  if (isNamespaced === false) return { ...object, metadata: named };
  // ObjectMeta.namespace: "an empty namespace is equivalent to the "default" namespace", which kubectl's own
  // -n replaces.
  const own = namespace === null || namespace === "" ? undefined : namespace;
  return {
    ...object,
    metadata: { ...named, namespace: own ?? (isNamespaced ? defaultNamespace : undefined) },
  };
}

/** For messages: kind, and what the metadata says of namespace and name. */
export function nameOfObject({ kind, value }: ManifestObject): string {
  const metadata = isRecord(value["metadata"]) ? value["metadata"] : {};
  const place = [metadata["namespace"], metadata["name"]].filter((part) => typeof part === "string");
  return `${kind} ${place.join("/")}`.trimEnd();
}
