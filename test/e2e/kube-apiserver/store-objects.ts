// Stores a world's objects in a real API server: definitions, namespaces, the rest, and each object's status. What
// only a server may set (uid, resourceVersion, creation time) is the server's.

import pLimit from "p-limit";
import { toCustomResources } from "../../../emulator/kubernetes/custom-resources.ts";
import type { ApiResource } from "../../../emulator/kubernetes/built-in-resources.ts";
import type { WorldCluster } from "../../../emulator/world.ts";
import { isRecord } from "../../../lib/kubernetes/foreign-json.ts";
import type { RawObject } from "../../../lib/model/kubernetes.ts";
import { type ControlPlane, RequestRefusedError } from "./control-plane.ts";

const PARALLEL_REQUESTS = 16;

interface Discovered {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

/** By `apiVersion/kind`. */
type Resources = ReadonlyMap<string, Discovered & { readonly prefix: string }>;

export async function storeObjects(plane: ControlPlane, cluster: WorldCluster): Promise<void> {
  const builtIn = await discover(plane);
  const custom = toCustomResources(cluster.objects, cluster.extraApiVersions, (object) =>
    builtIn.has(`${object.apiVersion}/${object.kind}`),
  );
  await define(plane, custom);
  const target: Target = { plane, resources: await discover(plane), uids: new Map() };
  const isNamespace = ({ kind }: RawObject): boolean => kind === "Namespace";
  await storeAll(target, cluster.objects.filter(isNamespace));
  const others = cluster.objects.filter((object) => !isNamespace(object) && !isOwnObject(object));
  for (const generation of toGenerations(others)) await storeAll(target, generation);
}

interface Target {
  readonly plane: ControlPlane;
  readonly resources: Resources;
  /** The server's uid by the world's. */
  readonly uids: Map<string, string>;
}

/** Owners before what they own, because an owner reference holds a uid and the server chooses it. */
function toGenerations(objects: readonly RawObject[]): readonly (readonly RawObject[])[] {
  const generations: (readonly RawObject[])[] = [];
  let left = objects;
  while (left.length > 0) {
    const waiting = new Set(left.map(({ metadata }) => metadata.uid));
    const isOwnedByWaiting = ({ metadata }: RawObject): boolean =>
      (metadata.ownerReferences ?? []).some(({ uid }) => waiting.has(uid));
    const next = left.filter((object) => !isOwnedByWaiting(object));
    if (next.length === 0) throw new Error("Some objects of the world own each other");
    generations.push(next);
    left = left.filter(isOwnedByWaiting);
  }
  return generations;
}

/** Definitions are stored before; the API server keeps the service of its own address itself. */
function isOwnObject({ kind, metadata: { name, namespace } }: RawObject): boolean {
  return kind === "CustomResourceDefinition" || (namespace === "default" && name === "kubernetes");
}

async function storeAll(target: Target, objects: readonly RawObject[]): Promise<void> {
  const limit = pLimit(PARALLEL_REQUESTS);
  await Promise.all(objects.map((object) => limit(() => store(target, object))));
}

async function store({ plane, resources, uids }: Target, object: RawObject): Promise<void> {
  const resource = resources.get(`${object.apiVersion}/${object.kind}`);
  if (resource === undefined) throw new Error(`The API server serves no ${object.apiVersion} ${object.kind}`);
  const { name, namespace = "default", uid, deletionTimestamp } = object.metadata;
  const collection = resource.namespaced
    ? `${resource.prefix}/namespaces/${encodeURIComponent(namespace)}/${resource.name}`
    : `${resource.prefix}/${resource.name}`;
  const path = `${collection}/${encodeURIComponent(name)}`;
  const { status, ...body } = object;
  const stored = await create(plane, collection, path, { ...body, metadata: toMetadata(object, uids) });
  if (uid !== undefined) uids.set(uid, stored.metadata.uid);
  if (isRecord(status)) {
    // The API server computes qosClass from the containers, and lets nobody change it.
    const { qosClass: _qosClass, ...observed } = status;
    await plane.asAdmin("PATCH", `${path}/status`, { status: observed }).catch(ignoreAbsent);
  }
  if (deletionTimestamp !== undefined) await plane.asAdmin("DELETE", path);
}

/** Without what the server alone may set; owners by the server's uids. */
function toMetadata({ metadata }: RawObject, uids: ReadonlyMap<string, string>): unknown {
  const {
    uid: _uid,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    ownerReferences = [],
    ...own
  } = metadata;
  const owners = ownerReferences.map((owner) => ({ ...owner, uid: uids.get(owner.uid) ?? owner.uid }));
  return { ...own, resourceVersion: undefined, ownerReferences: owners };
}

interface Stored {
  readonly metadata: { readonly uid: string };
}

/** What every API server makes itself (kube-system, for one) gets the world's labels. */
async function create(plane: ControlPlane, collection: string, path: string, body: unknown): Promise<Stored> {
  try {
    return (await plane.asAdmin("POST", collection, body)) as Stored;
  } catch (error) {
    if (!(error instanceof RequestRefusedError) || error.status !== 409) throw error;
    return (await plane.asAdmin("PATCH", path, body)) as Stored;
  }
}

/** A kind without the subresource `status` took it with the object. */
function ignoreAbsent(error: unknown): void {
  if (!(error instanceof RequestRefusedError) || error.status !== 404) throw error;
}

async function define(plane: ControlPlane, resources: readonly ApiResource[]): Promise<void> {
  await Promise.all(
    [...Map.groupBy(resources, ({ group, plural }) => `${plural}.${group}`)].map(async ([name, versions]) => {
      const [first] = versions;
      if (first === undefined) return;
      await plane.asAdmin("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        // The API server lets only approved definitions into its own groups.
        metadata: { name, annotations: { "api-approved.kubernetes.io": "unapproved, for a test" } },
        spec: {
          group: first.group,
          scope: first.namespaced ? "Namespaced" : "Cluster",
          names: {
            plural: first.plural,
            singular: first.singular,
            kind: first.kind,
            listKind: first.listKind,
          },
          versions: versions.map(({ version }, index) => ({
            name: version,
            served: true,
            storage: index === 0,
            schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
          })),
        },
      });
      await waitUntilServed(plane, versions);
    }),
  );
}

async function waitUntilServed(plane: ControlPlane, versions: readonly ApiResource[]): Promise<void> {
  for (const { group, version, plural } of versions) {
    for (let attempt = 0; ; attempt += 1) {
      if (await isServed(plane, `/apis/${group}/${version}`, plural)) break;
      if (attempt > 200) throw new Error(`${plural}.${group} is not served after 20 s`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Discovery follows later than the lists themselves do. */
async function isServed(plane: ControlPlane, prefix: string, plural: string): Promise<boolean> {
  try {
    await plane.asAdmin("GET", `${prefix}/${plural}?limit=1`);
    const { resources } = (await plane.asAdmin("GET", prefix)) as {
      readonly resources: readonly Discovered[];
    };
    return resources.some(({ name }) => name === plural);
  } catch (error) {
    if (error instanceof RequestRefusedError) return false;
    throw error;
  }
}

async function discover(plane: ControlPlane): Promise<Resources> {
  const { groups } = (await plane.asAdmin("GET", "/apis")) as {
    readonly groups: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
  };
  const groupVersions = groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion));
  const prefixes = ["/api/v1", ...groupVersions.map((groupVersion) => `/apis/${groupVersion}`)];
  const entries = await Promise.all(
    prefixes.map(async (prefix) => {
      const { resources } = (await plane.asAdmin("GET", prefix)) as {
        readonly resources: readonly Discovered[];
      };
      const apiVersion = prefix.replace(/^\/apis?\//, "");
      return resources
        .filter(({ name }) => !name.includes("/"))
        .map((resource) => [`${apiVersion}/${resource.kind}`, { ...resource, prefix }] as const);
    }),
  );
  return new Map(entries.flat());
}
