// Which custom resources a world's cluster serves: what its CustomResourceDefinitions say, what is known of the
// policy engines' and GitOps tools' groups, and at last what the objects themselves show.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { type ApiResource, parseGroupVersion, STORED_VERBS } from "./built-in-resources.ts";

type Scope = "Namespaced" | "Cluster";
type Row = readonly [kind: string, scope: Scope, shortNames?: string];

// A group version that is served at all is served whole: its installer creates every definition at once. Where
// the world itself has definitions of the group, they alone count.
const KNOWN: ReadonlyMap<string, readonly Row[]> = new Map<string, readonly Row[]>([
  [
    "networking.k8s.aws/v1alpha1",
    [
      ["PolicyEndpoint", "Namespaced"],
      ["ClusterPolicyEndpoint", "Cluster", "cpe"],
      ["ClusterNetworkPolicy", "Cluster", "cnp"],
      ["ApplicationNetworkPolicy", "Namespaced", "anp"],
    ],
  ],
  [
    "policy.networking.k8s.io/v1alpha1",
    [
      ["AdminNetworkPolicy", "Cluster", "anp"],
      ["BaselineAdminNetworkPolicy", "Cluster", "banp"],
    ],
  ],
  ["policy.networking.k8s.io/v1alpha2", [["ClusterNetworkPolicy", "Cluster", "cnp"]]],
  [
    "cilium.io/v2",
    [
      ["CiliumNetworkPolicy", "Namespaced", "cnp,ciliumnp"],
      ["CiliumClusterwideNetworkPolicy", "Cluster", "ccnp"],
      ["CiliumEndpoint", "Namespaced", "cep,ciliumep"],
      ["CiliumIdentity", "Cluster", "ciliumid"],
      ["CiliumNode", "Cluster", "cn,ciliumn"],
      ["CiliumNodeConfig", "Namespaced"],
    ],
  ],
  [
    "crd.projectcalico.org/v1",
    [
      ["NetworkPolicy", "Namespaced"],
      ["GlobalNetworkPolicy", "Cluster"],
      ["StagedNetworkPolicy", "Namespaced"],
      ["NetworkSet", "Namespaced"],
      ["GlobalNetworkSet", "Cluster"],
      ["Tier", "Cluster"],
      ["FelixConfiguration", "Cluster"],
      ["IPPool", "Cluster"],
    ],
  ],
  [
    "projectcalico.org/v3",
    [
      ["NetworkPolicy", "Namespaced", "cnp"],
      ["GlobalNetworkPolicy", "Cluster", "gnp"],
      ["NetworkSet", "Namespaced", "netsets"],
      ["GlobalNetworkSet", "Cluster"],
      ["Tier", "Cluster"],
    ],
  ],
  [
    "operator.tigera.io/v1",
    [
      ["Installation", "Cluster"],
      ["TigeraStatus", "Cluster"],
    ],
  ],
  [
    "crd.antrea.io/v1beta1",
    [
      ["ClusterNetworkPolicy", "Cluster", "acnp"],
      ["NetworkPolicy", "Namespaced", "annp"],
      ["AntreaAgentInfo", "Cluster", "aai"],
      ["Tier", "Cluster", "tr"],
    ],
  ],
  ["crd.k8s.amazonaws.com/v1alpha1", [["ENIConfig", "Cluster"]]],
  ["vpcresources.k8s.aws/v1alpha1", [["CNINode", "Cluster", "cnd"]]],
  ["vpcresources.k8s.aws/v1beta1", [["SecurityGroupPolicy", "Namespaced", "sgp"]]],
  ["eks.amazonaws.com/v1", [["NodeClass", "Cluster"]]],
  [
    "karpenter.sh/v1",
    [
      ["NodePool", "Cluster"],
      ["NodeClaim", "Cluster"],
    ],
  ],
  [
    "argoproj.io/v1alpha1",
    [
      ["Application", "Namespaced", "app,apps"],
      ["ApplicationSet", "Namespaced", "appset,appsets"],
      ["AppProject", "Namespaced", "appproj,appprojs"],
    ],
  ],
]);

/** Served group versions beyond the built-in ones, as resources. The first source that names one wins. */
export function toCustomResources(
  objects: Iterable<RawObject>,
  extraApiVersions: readonly string[],
  isBuiltIn: (object: RawObject) => boolean,
): readonly ApiResource[] {
  const resources = new Map<string, ApiResource>();
  const add = (resource: ApiResource): void => {
    const key = `${resource.group}/${resource.version}/${resource.kind}`;
    if (!resources.has(key)) resources.set(key, resource);
  };
  const custom = [...objects].filter((object) => !isBuiltIn(object));
  for (const object of objects) definedResources(object).forEach(add);
  const definedGroups = new Set([...resources.values()].map(({ group }) => group));
  for (const apiVersion of new Set([...extraApiVersions, ...custom.map((object) => object.apiVersion)])) {
    if (!definedGroups.has(parseGroupVersion(apiVersion).group)) knownResources(apiVersion).forEach(add);
  }
  inferredResources(custom).forEach(add);
  return [...resources.values()];
}

function knownResources(apiVersion: string): readonly ApiResource[] {
  return (KNOWN.get(apiVersion) ?? []).map(([kind, scope, shortNames]) =>
    toCustomResource(apiVersion, kind, {
      namespaced: scope === "Namespaced",
      ...(shortNames === undefined ? {} : { shortNames: shortNames.split(",") }),
    }),
  );
}

/** A kind is namespaced when one of its objects has a namespace. */
function inferredResources(custom: readonly RawObject[]): readonly ApiResource[] {
  const namespaced = new Map<string, { readonly object: RawObject; readonly namespaced: boolean }>();
  for (const object of custom) {
    const key = `${object.apiVersion}/${object.kind}`;
    const isNamespaced = object.metadata.namespace !== undefined || namespaced.get(key)?.namespaced === true;
    namespaced.set(key, { object, namespaced: isNamespaced });
  }
  return [...namespaced.values()].map(({ object, namespaced }) =>
    toCustomResource(object.apiVersion, object.kind, { namespaced }),
  );
}

/** apiextensions.k8s.io/v1: one resource per served version of a CustomResourceDefinition. */
function definedResources(object: RawObject): readonly ApiResource[] {
  if (object.kind !== "CustomResourceDefinition" || !isRecord(object["spec"])) return [];
  const { group, names, scope, versions } = object["spec"];
  if (typeof group !== "string" || !isRecord(names) || !Array.isArray(versions)) return [];
  const { kind, plural } = names;
  if (typeof kind !== "string" || typeof plural !== "string") return [];
  return versions
    .filter(isRecord)
    .filter(({ served }) => served === true)
    .map(({ name }) =>
      toCustomResource(`${group}/${String(name)}`, kind, {
        namespaced: scope === "Namespaced",
        plural,
        shortNames: toStrings(names["shortNames"]),
        ...(typeof names["listKind"] === "string" ? { listKind: names["listKind"] } : {}),
        ...(typeof names["singular"] === "string" ? { singular: names["singular"] } : {}),
      }),
    );
}

function toCustomResource(
  apiVersion: string,
  kind: string,
  known: Pick<ApiResource, "namespaced"> & Partial<ApiResource>,
): ApiResource {
  return {
    ...parseGroupVersion(apiVersion),
    plural: toPlural(kind),
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    shortNames: [],
    verbs: STORED_VERBS,
    builtIn: false,
    ...known,
  };
}

/** k8s.io/apimachinery meta.UnsafeGuessKindToResource: the rule by which controllers name their resources. */
export function toPlural(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith("endpoints")) return singular;
  if (/(?:s|x|z|ch|sh)$/.test(singular)) return `${singular}es`;
  if (/[^aeiou]y$/.test(singular)) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
