// A cluster from plain manifests, such as an upstream project's install file: Lists are unrolled, workloads
// become pods on nodes, and the namespaces that the manifests speak of exist.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { WorldCluster } from "../world.ts";
import type { ClusterOptions } from "./build.ts";
import { cluster } from "./build.ts";
import { toFields, toFieldsAt, toList, toText } from "./fields.ts";
import { defaultNamespaces, kubeSystem } from "./kube-system.ts";
import { nodes } from "./nodes.ts";
import { namespace as namespaceObject } from "./objects.ts";

export interface ManifestOptions extends Omit<ClusterOptions, "manifests" | "name" | "region"> {
  readonly name?: string;
  readonly region?: string;
  /** For objects that name none. */
  readonly namespace?: string;
}

const CLUSTER_SCOPED_KINDS = new Set([
  "APIService",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "CSIDriver",
  "CiliumClusterwideNetworkPolicy",
  "ClusterNetworkPolicy",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "GlobalNetworkPolicy",
  "IngressClass",
  "Installation",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "NodeClass",
  "NodePool",
  "PersistentVolume",
  "PriorityClass",
  "StorageClass",
  "Tier",
  "TigeraStatus",
  "ValidatingWebhookConfiguration",
]);

/** `documents`: parsed YAML or JSON documents; what is no Kubernetes object is left out. */
export function clusterFromManifests(
  documents: readonly unknown[],
  options: ManifestOptions = {},
): WorldCluster {
  const { namespace = "default", ...rest } = options;
  const definitions = documents.flatMap(toObjects);
  const customKinds = clusterScopedCustomKinds(definitions);
  const objects = definitions.map((object) => withNamespace(object, namespace, customKinds));
  const given = withoutOverridden(objects);
  const system = [...defaultNamespaces(), ...(rest.systemWorkloads === false ? [] : kubeSystem())];
  return cluster({
    name: "from-manifests",
    region: "eu-central-1",
    nodes: nodes(3, "ec2"),
    ...rest,
    manifests: [...missingNamespaces(given, system), ...given],
    extraApiVersions: [...servedApiVersions(given), ...(rest.extraApiVersions ?? [])],
  });
}

/** The objects in one document: a List's items, one object, or none. */
function toObjects(document: unknown): readonly RawObject[] {
  const fields = toFields(document);
  const kind = toText(fields["kind"], "");
  if (kind.endsWith("List") && Array.isArray(fields["items"])) return fields["items"].flatMap(toObjects);
  const metadata = toFields(fields["metadata"]);
  const apiVersion = toText(fields["apiVersion"], "");
  const name = toText(metadata["name"], "");
  return apiVersion && kind && name ? [{ ...fields, apiVersion, kind, metadata: { ...metadata, name } }] : [];
}

function clusterScopedCustomKinds(objects: readonly RawObject[]): ReadonlySet<string> {
  const cluster = objects.filter(
    (object) =>
      object.kind === "CustomResourceDefinition" && toFieldsAt(object, "spec")["scope"] === "Cluster",
  );
  return new Set(cluster.map((object) => toText(toFieldsAt(object, "spec", "names")["kind"], "")));
}

function withNamespace(object: RawObject, namespace: string, customKinds: ReadonlySet<string>): RawObject {
  const hasNone = CLUSTER_SCOPED_KINDS.has(object.kind) || customKinds.has(object.kind);
  if (hasNone || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** As `kubectl apply` would: of two objects with one identity the later stands. */
function withoutOverridden(objects: readonly RawObject[]): readonly RawObject[] {
  return [...new Map(objects.map((object) => [toKey(object), object])).values()];
}

function toKey({ apiVersion, kind, metadata }: RawObject): string {
  return JSON.stringify([apiVersion.split("/")[0], kind, metadata.namespace ?? null, metadata.name]);
}

function missingNamespaces(
  objects: readonly RawObject[],
  system: readonly RawObject[],
): readonly RawObject[] {
  const present = [...objects, ...system].filter((object) => object.kind === "Namespace");
  const known = new Set(present.map((object) => object.metadata.name));
  const named = new Set(objects.flatMap((object) => object.metadata.namespace ?? []));
  return [...named].filter((name) => !known.has(name)).map((name) => namespaceObject(name));
}

function servedApiVersions(objects: readonly RawObject[]): readonly string[] {
  return objects
    .filter((object) => object.kind === "CustomResourceDefinition")
    .flatMap((object) => {
      const spec = toFieldsAt(object, "spec");
      const served = toList(spec["versions"]).filter((version) => version["served"] === true);
      return served.map((version) => `${String(spec["group"])}/${String(version["name"])}`);
    });
}
