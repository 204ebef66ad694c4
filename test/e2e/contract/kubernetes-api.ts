// The same small cluster on two servers: the emulated one, and a real kube-apiserver with the shipped RBAC applied by
// kubectl and our token checked by a webhook.

import type { RawObject } from "../../../lib/model/kubernetes.ts";
import { type ClusterServer, startClusterServer } from "../../../emulator/kubernetes/server.ts";
import type { WorldClusterAccess } from "../../../emulator/world.ts";
import {
  cluster,
  context,
  object,
  pod,
  PRESIGNED_QUERY,
  type Reply,
  type RequestOptions,
  send,
  toPresignedUrl,
  toToken,
} from "../../emulator/kubernetes-fixture.ts";
import type { ServerBinaries } from "../kube-apiserver/binaries.ts";
import { startRealCluster } from "../kube-apiserver/real-cluster.ts";

export type Server = "emulator" | "kube-apiserver";
type Level = WorldClusterAccess["level"];

export interface KubernetesApi {
  /** With our token; `level` is the access entry of its role, `reader` where it is absent. */
  send(path: string, options?: RequestOptions & { readonly level?: Level }): Promise<Reply>;
  store(added: RawObject): Promise<void>;
  /** Every continue token that was given out so far is too old from now on. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** A page of these is more than 128 KiB, from which on the API server compresses. */
const LONG = "n".repeat(2_000);

const OBJECTS: readonly RawObject[] = [
  object("v1", "Namespace", "shop", { metadata: { labels: { team: "shop" } } }),
  object("v1", "Namespace", "a", { metadata: { labels: { team: "a" } } }),
  object("v1", "Namespace", "a-b", { metadata: { labels: { team: "a" } } }),
  object("v1", "Namespace", "big"),
  object("v1", "Node", "node-1", { spec: {} }),
  pod("shop/web-2", { app: "web", tier: "front" }),
  pod("shop/web-1", { app: "web" }, { hostNetwork: true }),
  pod("a/one", { app: "one" }),
  pod("a-b/two", { app: "two" }),
  object("v1", "ConfigMap", "kube-system/amazon-vpc-cni", { data: { x: "y" } }),
  object("v1", "Secret", "shop/password", { type: "Opaque" }),
  object("networking.k8s.io/v1", "NetworkPolicy", "shop/deny", {
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  }),
  object("networking.k8s.aws/v1alpha1", "PolicyEndpoint", "shop/deny-x1", { spec: { podIsolation: [] } }),
  ...Array.from({ length: 100 }, (_, index) =>
    object("v1", "ConfigMap", `big/${String(index).padStart(3, "0")}`, { data: { x: LONG } }),
  ),
];

const CLUSTER = cluster(OBJECTS, { extraApiVersions: ["cilium.io/v2"] });
const LEVELS: readonly Level[] = ["none", "view", "reader"];

export async function openEmulator(): Promise<KubernetesApi> {
  let objects = OBJECTS;
  const servers = new Map<Level, ClusterServer>();
  for (const level of LEVELS)
    servers.set(
      level,
      await startClusterServer({ ...CLUSTER, access: { level, withoutResources: [] } }, context()),
    );
  const all = [...servers.values()];
  return {
    send: (path, { level = "reader", ...options } = {}) => {
      const server = servers.get(level);
      if (server === undefined) throw new Error(`no server for ${level}`);
      return send(server, path, options);
    },
    store: (added) => {
      objects = [...objects, added];
      for (const server of all) server.replaceObjects(objects);
      return Promise.resolve();
    },
    forget: () => {
      for (const server of all) server.expireContinueTokens();
      return Promise.resolve();
    },
    close: async () => {
      await Promise.all(all.map((server) => server.close()));
    },
  };
}

/** Another for each level: kube-apiserver remembers for ten seconds whose token it was. */
function toTokenOf(level: Level): string {
  const signature = String(LEVELS.indexOf(level)).repeat(64);
  return toToken(toPresignedUrl({ ...PRESIGNED_QUERY, "X-Amz-Signature": signature }));
}

export async function openRealServer(binaries: ServerBinaries): Promise<KubernetesApi> {
  // Since 1.34 the server answers old tokens from snapshots in its cache; older ones ask etcd, and so does this.
  const real = await startRealCluster(binaries, CLUSTER, ["--feature-gates=ListFromCacheSnapshot=false"]);
  const { plane } = real;
  return {
    send: async (path, { level = "reader", ...options } = {}) => {
      const served = { ...CLUSTER, access: { level, withoutResources: [] } };
      const server = await real.serveCluster(served, context());
      return send(server, path, { token: toTokenOf(level), ...options });
    },
    store: async ({ apiVersion, kind, metadata, ...rest }) => {
      if (kind !== "ConfigMap") throw new Error("Only a ConfigMap is stored later");
      await plane.asAdmin("POST", `/api/v1/namespaces/${metadata.namespace}/configmaps`, {
        apiVersion,
        kind,
        metadata,
        ...rest,
      });
    },
    forget: async () => {
      // A write makes the revisions of earlier lists old; only then does a compaction forget them.
      await plane.asAdmin("PATCH", "/api/v1/namespaces/default", {
        metadata: { annotations: { changed: String(performance.now()) } },
      });
      await plane.compact();
    },
    close: () => real.close(),
  };
}
