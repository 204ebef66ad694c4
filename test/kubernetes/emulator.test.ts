// The reader against the emulated API server, which pages, authorises and expires as the real one does.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";

import {
  type ClusterServer,
  type ClusterServerContext,
  startClusterServer,
} from "../../emulator/kubernetes/server.ts";
import type { WorldCluster, WorldFault } from "../../emulator/world.ts";
import { createPolicyEndpointReducer } from "../../lib/enforcement/reduce-policy-endpoint.ts";
import { toUnseen } from "../../lib/kubernetes/errors.ts";
import { openClusterReader } from "../../lib/kubernetes/reader.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { Unseen } from "../../lib/model/observed.ts";
import type { ClusterReader } from "../../lib/scan/sources.ts";
import { cluster, context, object, pod, toToken } from "../emulator/kubernetes-fixture.ts";

interface Setup {
  readonly server: ClusterServer;
  readonly reader: ClusterReader;
}

async function setUp(
  t: TestContext,
  objects: readonly RawObject[],
  options: {
    readonly world?: Partial<WorldCluster>;
    readonly context?: Partial<ClusterServerContext>;
    readonly token?: string;
    readonly requestTimeoutMs?: number;
  } = {},
): Promise<Setup> {
  const server = await startClusterServer(cluster(objects, options.world), context(options.context));
  const { endpoint, certificateAuthorityData } = server;
  const reader = openClusterReader(
    { endpoint, certificateAuthorityData, bearerToken: async () => options.token ?? toToken() },
    { requestTimeoutMs: options.requestTimeoutMs ?? 20_000, signal: new AbortController().signal },
  );
  t.after(async () => {
    reader.close();
    await server.close();
  });
  return { server, reader };
}

async function reasonOf(read: Promise<unknown>): Promise<Unseen | null> {
  return toUnseen(
    await read.then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  );
}

async function whyOf(read: Promise<unknown>): Promise<string | undefined> {
  return (await reasonOf(read))?.why;
}

const PODS = [
  ...Array.from({ length: 2300 }, (_, index) => pod(`team-${index % 7}/web-${index}`, { app: "web" })),
  pod("kube-system/aws-node-1", { "k8s-app": "aws-node" }, { hostNetwork: true }),
  { ...pod("team-0/done"), status: { phase: "Succeeded" } },
  pod("__proto__/constructor", { constructor: "x" }, { nodeName: "node-2" }),
];

test("2,300 pods in pages, finished ones left out by the server", async (t) => {
  const { reader, server } = await setUp(t, PODS);
  const pods = await reader.listPodMetadata();
  assert.equal(pods.length, 2302);
  assert.equal(new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`)).size, 2302);
  assert.deepEqual(
    pods.filter(({ hostNetwork }) => hostNetwork).map(({ name }) => name),
    ["aws-node-1"],
  );
  const odd = pods.find(({ namespace }) => namespace === "__proto__");
  assert.deepEqual([odd?.name, Object.entries(odd?.labels ?? {})], ["constructor", [["constructor", "x"]]]);
  assert.equal(reader.requestCount, server.requests.length);
  assert.ok(server.requests.every(({ method, status }) => method === "GET" && status === 200));
});

test("pods of one node, and pods by label in full", async (t) => {
  const { reader } = await setUp(t, PODS);
  const onNode = await reader.listPodMetadataOfNode("node-2");
  assert.deepEqual(
    onNode.map(({ name }) => name),
    ["constructor"],
  );
  const [agent, ...others] = await reader.listPods({ labelSelector: "k8s-app=aws-node" });
  assert.deepEqual(
    [agent?.name, agent?.hostNetwork, agent?.detail?.nodeName, others],
    ["aws-node-1", true, "node-1", []],
  );
});

test("a continue token that expires in the middle: the list is whole, from the newer snapshot", async (t) => {
  const { reader, server } = await setUp(t, PODS);
  server.expireContinueTokens();
  const pods = await reader.listPods({});
  assert.equal(pods.length, PODS.length);
  assert.deepEqual(
    server.requests.map(({ status }) => status).filter((status) => status !== 200),
    [410],
  );
});

test("every other read, at level 2", async (t) => {
  const objects = [
    object("v1", "Namespace", "team-0", {
      metadata: { labels: { "kubernetes.io/metadata.name": "team-0" } },
    }),
    object("v1", "Node", "node-1", { spec: {}, status: { conditions: [{ type: "Ready", status: "True" }] } }),
    object("v1", "Service", "team-0/web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } }),
    object("v1", "ConfigMap", "kube-system/amazon-vpc-cni", {
      data: { "enable-network-policy-controller": "true" },
    }),
    object("apps/v1", "DaemonSet", "kube-system/aws-node", {
      spec: {
        selector: {},
        template: { spec: { containers: [{ name: "aws-node", image: "amazon-k8s-cni" }] } },
      },
    }),
    object("batch/v1", "Job", "team-0/job-1"),
    object("networking.k8s.io/v1", "NetworkPolicy", "team-0/deny", {
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    }),
    object("networking.k8s.aws/v1alpha1", "PolicyEndpoint", "team-0/deny-abc", {
      spec: { podIsolation: ["Ingress"] },
    }),
    object("cilium.io/v2", "CiliumEndpoint", "team-0/web-1", { status: { id: 1 } }),
  ];
  const { reader } = await setUp(t, objects);
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  assert.ok((await reader.listApiGroups()).some(({ name }) => name === "networking.k8s.aws"));
  assert.deepEqual(names(await reader.listNamespaces()), ["team-0"]);
  assert.deepEqual(names(await reader.listNodes()), ["node-1"]);
  assert.deepEqual(names(await reader.listServices()), ["web"]);
  assert.deepEqual(names(await reader.listDaemonSets()), ["aws-node"]);
  assert.deepEqual(names(await reader.listJobs()), ["job-1"]);
  const configMap = await reader.getConfigMap("kube-system", "amazon-vpc-cni");
  assert.deepEqual(configMap?.data, { "enable-network-policy-controller": "true" });
  assert.equal(await reader.getConfigMap("kube-system", "cilium-config"), null);
  const [policy] = await reader.listNetworkPolicies();
  assert.deepEqual([policy?.apiVersion, policy?.kind], ["networking.k8s.io/v1", "NetworkPolicy"]);
  assert.deepEqual(policy?.["spec"], { podSelector: {}, policyTypes: ["Ingress"] });
  const aws = { group: "networking.k8s.aws", version: "v1alpha1", plural: "policyendpoints" };
  const [endpoint] = await reader.listCustomObjects(aws);
  assert.deepEqual([endpoint?.kind, endpoint?.["spec"]], ["PolicyEndpoint", { podIsolation: ["Ingress"] }]);
  const [reduced] = await reader.listCustomObjects({ ...aws, reduce: createPolicyEndpointReducer() });
  assert.deepEqual([reduced?.metadata.name, reduced?.metadata.labels], [endpoint?.metadata.name, undefined]);
  const cilium = { group: "cilium.io", version: "v2", plural: "ciliumendpoints", metadataOnly: true };
  const [managed] = await reader.listCustomObjects(cilium);
  assert.deepEqual([managed?.metadata.name, managed?.["status"]], ["web-1", undefined]);
});

test("level 1 sees pods and policies, and is denied nodes and custom resources", async (t) => {
  const { reader } = await setUp(t, PODS.slice(0, 3), {
    world: { access: { level: "view", withoutResources: [] } },
  });
  assert.equal((await reader.listPodMetadata()).length, 3);
  assert.deepEqual(await reader.listNetworkPolicies(), []);
  assert.equal(await whyOf(reader.listNodes()), "access-denied");
});

test("no access entry, or a token that is none: access denied", async (t) => {
  const nobody = await setUp(t, [], { world: { access: { level: "none", withoutResources: [] } } });
  assert.equal(await whyOf(nobody.reader.listNamespaces()), "access-denied");
  const stranger = await setUp(t, [], { token: "k8s-aws-v1.x" });
  assert.equal(await whyOf(stranger.reader.listNamespaces()), "access-denied");
});

const ENDPOINTS: readonly (readonly [WorldCluster["endpoint"], why: string, detail: RegExp])[] = [
  ["unreachable", "unreachable", /^no connection to .* within 200 ms$/],
  ["wrong-ca", "unreachable", /not signed by the cluster's certificate authority/],
  ["redirects", "unreachable", /302: .* redirects are not followed$/],
  ["garbage", "malformed", /content type is not application\/json$/],
];
for (const [endpoint, why, detail] of ENDPOINTS)
  test(`an endpoint that is ${endpoint} is ${why}`, async (t) => {
    // Only what never answers is waited for.
    const limit = endpoint === "unreachable" ? { requestTimeoutMs: 200 } : {};
    const { reader, server } = await setUp(t, PODS, { world: { endpoint }, ...limit });
    const reason = await reasonOf(reader.listNamespaces());
    assert.equal(reason?.why, why);
    assert.match(reason?.detail ?? "", detail);
    assert.ok(server.requests.length <= 1);
  });

const FAULTS: readonly (readonly [string, WorldFault["answer"], string])[] = [
  ["hangs", { kind: "hang" }, "deadline"],
  ["is reset", { kind: "reset" }, "unreachable"],
  ["is garbage", { kind: "garbage", body: "{", contentType: "application/json" }, "malformed"],
  ["fails", { kind: "error", status: 503, code: "ServiceUnavailable", message: "" }, "server-error"],
  ["is denied", { kind: "error", status: 403, code: "Forbidden", message: "" }, "access-denied"],
  ["is throttled", { kind: "error", status: 429, code: "TooManyRequests", message: "" }, "throttled"],
];
for (const [title, answer, why] of FAULTS)
  test(`one kind of object whose read ${title} is ${why}, and the others are read`, async (t) => {
    const fault: WorldFault = { service: "kubernetes", operation: "/api/v1/namespaces", answer };
    // What hangs is waited for while the others are read.
    const limit = answer.kind === "hang" ? { requestTimeoutMs: 3_000 } : {};
    const { reader } = await setUp(t, PODS, { context: { faults: [fault] }, ...limit });
    const [namespaces, pods] = await Promise.all([whyOf(reader.listNamespaces()), reader.listPodMetadata()]);
    assert.deepEqual([namespaces, pods.length], [why, 2302]);
  });
