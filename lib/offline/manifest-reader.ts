// The input as a cluster to read from, so that one collection serves live clusters and manifests alike.
// What the input cannot tell is `not in the input`; only a dump of a whole cluster tells what is not there.

import type { ApiGroup, Namespace, Pod, RawObject } from "../model/kubernetes.ts";
import type { ClusterReader, CustomResource, PodSelection } from "../scan/sources.ts";
import type { ManifestFacts } from "./manifest-facts.ts";
import { NotInInputError } from "./not-in-input.ts";
import { podsOfTemplates } from "./pods-of-input.ts";

const SYSTEM_NAMESPACE = "kube-system";

export function openManifests(facts: ManifestFacts): ClusterReader {
  const pods = inOrder(facts.pods);
  const allPods = [...pods, ...podsOfTemplates(facts)];
  const isDump = isWholeCluster(facts);
  return {
    requestCount: 0,
    close: () => {},
    listApiGroups: async () => toApiGroups(facts, isDump),
    listApiResources: async (group, version) => [
      ...new Set(
        inOrder(facts.customObjects)
          .filter((custom) => custom.group === group && custom.version === version)
          .map(({ plural }) => plural),
      ),
    ],
    listNamespaces: async () => toNamespaces(facts),
    listPodMetadata: async () => allPods.filter(({ finished }) => !finished),
    listPodMetadataOfNode: async (nodeName) =>
      requireSome(pods, "pods").filter(
        ({ hostNetwork, finished, detail }) => !hostNetwork && !finished && detail?.nodeName === nodeName,
      ),
    listPods: async (selection) => selectPods(allPods, pods, selection),
    listDaemonSets: async () => requireDump(isDump, inOrder(facts.daemonSets)),
    listNodes: async () => requireDump(isDump, inOrder(facts.nodes)),
    listJobs: async () => inOrder(facts.jobs),
    listServices: async () => inOrder(facts.services),
    listIngresses: async () => inOrder(facts.ingresses),
    listAdmissionWebhooks: async (kind) =>
      [...facts.admissionWebhooks]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([key, webhooks]) => (key.startsWith(`${kind}/`) ? webhooks : [])),
    getConfigMap: async (namespace, name) =>
      requireDump(isDump, facts.configMaps.get(`${namespace}/${name}`) ?? null),
    listNetworkPolicies: async () => inOrder(facts.networkPolicies),
    listCustomObjects: async (resource) => selectCustomObjects(facts, resource),
  };
}

/** As an API server lists them, by namespace and name: what stands where in the files changes no verdict. */
function inOrder<T>(objects: ReadonlyMap<string, T>): readonly T[] {
  return [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/**
 * "Enforcement is judged only if the input has nodes, DaemonSets and ConfigMaps" (CONTRACTS). The ConfigMaps
 * must be those of kube-system, where every cluster has some: without them nobody dumped that namespace.
 */
export function isWholeCluster({ nodes, daemonSets, configMaps }: ManifestFacts): boolean {
  const hasSystem = [...configMaps.values()].some(({ namespace }) => namespace === SYSTEM_NAMESPACE);
  return nodes.size > 0 && daemonSets.size > 0 && hasSystem;
}

function requireDump<T>(isDump: boolean, value: T): T {
  if (isDump) return value;
  throw new NotInInputError("the input has not all of nodes, DaemonSets and the ConfigMaps of kube-system");
}

function requireSome(pods: readonly Pod[], what: string): readonly Pod[] {
  if (pods.length > 0) return pods;
  throw new NotInInputError(`the input has no ${what}`);
}

/** A template is no running pod, so it is never the agent that a label selector asks for. */
function selectPods(
  allPods: readonly Pod[],
  pods: readonly Pod[],
  { namespace, labelSelector, fieldSelector }: PodSelection,
): readonly Pod[] {
  if (fieldSelector !== undefined) throw new NotInInputError("the input does not tell where pods run");
  const isHere = (pod: Pod): boolean => namespace === undefined || pod.namespace === namespace;
  if (labelSelector === undefined) return allPods.filter(isHere);
  const wanted = labelSelector.split(",").map((term) => term.split("="));
  return requireSome(pods.filter(isHere), `pods of ${namespace ?? "any namespace"}`).filter(({ labels }) =>
    wanted.every(([key = "", value]) => Object.hasOwn(labels, key) && labels[key] === value),
  );
}

/**
 * What engines and EKS make for themselves, where they run. Who dumps a cluster asks for the kinds that people write,
 * so that an input without any says nothing; `daemonSet`: whose it is, where a group alone is taken for a leftover.
 */
const MADE_BY_ENGINES = [
  { group: "networking.k8s.aws", version: "v1alpha1", plural: "policyendpoints", daemonSet: null },
  { group: "eks.amazonaws.com", version: "v1", plural: "nodeclasses", daemonSet: null },
  { group: "cilium.io", version: "v2", plural: "ciliumendpoints", daemonSet: "cilium" },
] as const;

function selectCustomObjects(
  { customObjects }: ManifestFacts,
  { group, version, plural }: CustomResource,
): readonly RawObject[] {
  const found = inOrder(customObjects).filter(
    (custom) => custom.group === group && custom.version === version && custom.plural === plural,
  );
  if (found.length === 0 && MADE_BY_ENGINES.some((made) => made.plural === plural))
    throw new NotInInputError(`the input has no ${plural}.${group}, which few dumps have`);
  return found.map(({ object }) => object);
}

/** Discovery of the input: a group is served in the versions in which it has objects that we would read. */
function toApiGroups({ customObjects, daemonSets }: ManifestFacts, isDump: boolean): readonly ApiGroup[] {
  const versions = new Map<string, Set<string>>();
  const runs = new Set([...daemonSets.values()].map(({ name }) => name));
  for (const { group, version, daemonSet } of isDump ? MADE_BY_ENGINES : [])
    if (daemonSet === null || runs.has(daemonSet)) versions.set(group, new Set([version]));
  for (const { group, version } of customObjects.values())
    versions.set(group, (versions.get(group) ?? new Set()).add(version));
  return [...versions].map(([name, served]) => ({ name, versions: [...served] }));
}

/** "A namespace that is only referred to has the label kubernetes.io/metadata.name and no other" (CONTRACTS). */
function toNamespaces({ namespaces, referredNamespaces }: ManifestFacts): readonly Namespace[] {
  const referred = [...referredNamespaces]
    .filter((name) => !namespaces.has(name))
    .map((name) => ({ name, labels: {}, annotations: {}, terminating: false, createdAt: null }));
  return [...namespaces.values(), ...referred].map((namespace) => ({
    ...namespace,
    // "The Kubernetes control plane sets an immutable label kubernetes.io/metadata.name on all namespaces. …
    // The value of the label is the namespace name." (Concepts, Namespaces). Manifests leave it out.
    labels: { ...namespace.labels, "kubernetes.io/metadata.name": namespace.name },
  }));
}
