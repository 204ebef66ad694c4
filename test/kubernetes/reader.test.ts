// Which path each read goes to, with which query and headers, and how it falls back.

import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { type TestContext, test } from "node:test";

import { toUnseen } from "../../lib/kubernetes/errors.ts";
import { openClusterReader } from "../../lib/kubernetes/reader.ts";
import type { ClusterReader } from "../../lib/scan/sources.ts";
import { sendJson, sendStatus, startTlsServer, type TlsServer } from "./tls-server.ts";

type Answer = { readonly status: number; readonly reason: string } | Readonly<Record<string, unknown>>;

interface Setup {
  readonly reader: ClusterReader;
  readonly server: TlsServer;
  /** `path?query` with the query decoded, in order of arrival. */
  readonly asked: () => readonly string[];
  readonly accepted: readonly (string | undefined)[];
}

/** A server that answers by path; `respond` sees the decoded query. */
async function setUp(
  t: TestContext,
  respond: (path: string, query: URLSearchParams, request: IncomingMessage) => Answer,
): Promise<Setup> {
  const accepted: (string | undefined)[] = [];
  const server = await startTlsServer((request, response) => {
    accepted.push(request.headers.accept);
    const url = new URL(request.url ?? "", "https://cluster");
    const answer = respond(url.pathname, url.searchParams, request);
    if (typeof answer["status"] === "number" && typeof answer["reason"] === "string")
      sendStatus(response, answer["status"], answer["reason"]);
    else sendJson(response, answer);
  });
  const reader = openClusterReader(
    {
      endpoint: server.endpoint,
      certificateAuthorityData: server.certificateAuthorityData,
      bearerToken: async () => "token",
    },
    { requestTimeoutMs: 20_000, signal: new AbortController().signal },
  );
  t.after(async () => {
    reader.close();
    await server.close();
  });
  const asked = () => server.paths.map((path) => decodeURIComponent(path.replaceAll("+", " ")));
  return { reader, server, asked, accepted };
}

function list(kind: string, items: unknown, apiVersion = "v1"): Answer {
  return { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: "1" }, items };
}

function podMetadata(name: string, more: object = {}): object {
  return { metadata: { namespace: "shop", name, ...more } };
}

function fullPod(name: string, hostNetwork: boolean, phase = "Running"): object {
  return { ...podMetadata(name), spec: { hostNetwork, containers: [] }, status: { phase } };
}

const UNFINISHED = "status.phase!=Succeeded,status.phase!=Failed";
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
const PROTOBUF = "application/vnd.kubernetes.protobuf";
const METADATA_IN_PROTOBUF = `${PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,${METADATA}`;

test("metadata-only pods: one list each for pod network and host network, filtered by the server", async (t) => {
  const { reader, asked, accepted } = await setUp(t, (_path, query) =>
    list(
      "PartialObjectMetadata",
      [podMetadata(query.get("fieldSelector")?.includes("hostNetwork=true") === true ? "agent" : "web")],
      "meta.k8s.io/v1",
    ),
  );
  const pods = await reader.listPodMetadata();
  assert.deepEqual(
    pods.map(({ name, hostNetwork, finished, detail }) => ({ name, hostNetwork, finished, detail })),
    [
      { name: "web", hostNetwork: false, finished: false, detail: null },
      { name: "agent", hostNetwork: true, finished: false, detail: null },
    ],
  );
  assert.deepEqual(asked().toSorted(), [
    `/api/v1/pods?limit=500&fieldSelector=spec.hostNetwork=false,${UNFINISHED}`,
    `/api/v1/pods?limit=500&fieldSelector=spec.hostNetwork=true,${UNFINISHED}`,
  ]);
  assert.deepEqual(accepted, [METADATA_IN_PROTOBUF, METADATA_IN_PROTOBUF]);
  assert.equal(reader.requestCount, 2);
});

test("a server before 1.28 refuses spec.hostNetwork: pods are then read in full, once", async (t) => {
  const { reader, asked } = await setUp(t, (_path, query) =>
    query.get("fieldSelector")?.includes("hostNetwork") === true
      ? { status: 400, reason: "BadRequest" }
      : list("Pod", [fullPod("web", false), fullPod("agent", true)]),
  );
  const pods = await reader.listPodMetadata();
  assert.deepEqual(
    pods.map(({ name, hostNetwork, finished, detail }) => [name, hostNetwork, finished, detail?.phase]),
    [
      ["web", false, false, "Running"],
      ["agent", true, false, "Running"],
    ],
  );
  assert.equal(asked().at(-1), `/api/v1/pods?limit=500&fieldSelector=${UNFINISHED}`);
  assert.equal(reader.requestCount, 3);
});

test("a refusal of one of the two pod lists refuses the pods", async (t) => {
  const { reader } = await setUp(t, (_path, query) =>
    query.get("fieldSelector")?.includes("hostNetwork=true") === true
      ? { status: 403, reason: "Forbidden" }
      : list("PartialObjectMetadata", [podMetadata("web")]),
  );
  await assert.rejects(reader.listPodMetadata(), (error) => toUnseen(error)?.why === "access-denied");
});

test("pods of one node, the node's name escaped as a field selector wants it", async (t) => {
  const { reader, asked } = await setUp(t, () => list("PartialObjectMetadata", [podMetadata("web")]));
  const [pod] = await reader.listPodMetadataOfNode("a,b=c\\d");
  assert.deepEqual([pod?.name, pod?.hostNetwork, pod?.finished], ["web", false, false]);
  assert.deepEqual(asked(), [
    `/api/v1/pods?limit=500&fieldSelector=spec.nodeName=a\\,b\\=c\\\\d,${UNFINISHED},status.phase!=Pending,spec.hostNetwork=false`,
  ]);
});

test("pods of one node on a server before 1.28: host network pods are left out here", async (t) => {
  const { reader, asked } = await setUp(t, (_path, query) =>
    query.get("fieldSelector")?.includes("hostNetwork") === true
      ? { status: 400, reason: "BadRequest" }
      : list("Pod", [fullPod("web", false), fullPod("agent", true)]),
  );
  const pods = await reader.listPodMetadataOfNode("n1");
  assert.deepEqual(
    pods.map(({ name }) => name),
    ["web"],
  );
  assert.equal(
    asked().at(-1),
    `/api/v1/pods?limit=500&fieldSelector=spec.nodeName=n1,${UNFINISHED},status.phase!=Pending`,
  );
});

test("full pods: of everything, of a namespace, by labels, by fields", async (t) => {
  const { reader, asked, accepted } = await setUp(t, () => list("Pod", [fullPod("web", false, "Succeeded")]));
  const [pod] = await reader.listPods({});
  assert.deepEqual([pod?.finished, pod?.detail?.phase], [true, "Succeeded"]);
  await reader.listPods({ namespace: "__proto__", labelSelector: "k8s-app=aws-node" });
  await reader.listPods({ namespace: "a/../b", fieldSelector: "spec.nodeName=n" });
  assert.deepEqual(asked(), [
    "/api/v1/pods?limit=500",
    "/api/v1/namespaces/__proto__/pods?limit=500&labelSelector=k8s-app=aws-node",
    "/api/v1/namespaces/a/../b/pods?limit=500&fieldSelector=spec.nodeName=n",
  ]);
  assert.deepEqual(accepted, ["application/json", "application/json", "application/json"]);
});

test("a name never leaves its place in the path", async (t) => {
  const { reader, server } = await setUp(t, () => list("Pod", []));
  await reader.listPods({ namespace: "a/../b?watch=1#x" });
  assert.deepEqual(server.paths, ["/api/v1/namespaces/a%2F..%2Fb%3Fwatch%3D1%23x/pods?limit=500"]);
});

test("each other list has its path and its representation", async (t) => {
  const { reader, asked, accepted } = await setUp(t, () => list("Some", []));
  await reader.listNamespaces();
  await reader.listDaemonSets();
  await reader.listNodes();
  await reader.listServices();
  await reader.listNetworkPolicies();
  await reader.listCustomObjects({ group: "cilium.io", version: "v2", plural: "ciliumnetworkpolicies" });
  await reader.listJobs();
  await reader.listCustomObjects({ group: "cilium.io", version: "v2", plural: "x", metadataOnly: true });
  assert.deepEqual(asked(), [
    "/api/v1/namespaces?limit=500",
    "/apis/apps/v1/daemonsets?limit=500",
    "/api/v1/nodes?limit=500",
    "/api/v1/services?limit=500",
    "/apis/networking.k8s.io/v1/networkpolicies?limit=500",
    "/apis/cilium.io/v2/ciliumnetworkpolicies?limit=250",
    "/apis/batch/v1/jobs?limit=500",
    "/apis/cilium.io/v2/x?limit=250",
  ]);
  assert.deepEqual(accepted, [
    METADATA_IN_PROTOBUF,
    "application/json",
    "application/json",
    "application/json",
    `${PROTOBUF},application/json`,
    "application/json",
    METADATA_IN_PROTOBUF,
    METADATA,
  ]);
  assert.equal(reader.requestCount, 8);
});

test("discovery: groups and their served versions", async (t) => {
  const { reader, asked } = await setUp(t, () => ({
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: [
      {
        name: "networking.k8s.aws",
        versions: [{ groupVersion: "networking.k8s.aws/v1alpha1", version: "v1alpha1" }],
        preferredVersion: { version: "v1alpha1" },
      },
    ],
  }));
  assert.deepEqual(await reader.listApiGroups(), [{ name: "networking.k8s.aws", versions: ["v1alpha1"] }]);
  assert.deepEqual(asked(), ["/apis"]);
});

test("discovery without groups is malformed, not an API without groups", async (t) => {
  const { reader } = await setUp(t, () => ({ kind: "APIVersions", versions: ["v1"] }));
  await assert.rejects(reader.listApiGroups(), { message: "APIGroupList: groups is missing or wrong" });
});

test("a ConfigMap, its data with names that an object has anyway", async (t) => {
  const data = JSON.parse('{"__proto__":"a","constructor":"b","enable-network-policy-controller":"true"}');
  const { reader, asked } = await setUp(t, () => ({
    metadata: { namespace: "kube-system", name: "amazon-vpc-cni" },
    data,
  }));
  const configMap = await reader.getConfigMap("kube-system", "amazon-vpc-cni");
  assert.deepEqual(Object.entries(configMap?.data ?? {}), Object.entries(data));
  assert.deepEqual(asked(), ["/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni"]);
});

test("a ConfigMap without data is empty", async (t) => {
  const { reader } = await setUp(t, () => ({ metadata: { namespace: "a", name: "b" } }));
  assert.deepEqual((await reader.getConfigMap("a", "b"))?.data, {});
});

test("null for a ConfigMap only where Kubernetes says that it is not found", async (t) => {
  let status: Answer = { status: 404, reason: "NotFound" };
  const { reader } = await setUp(t, () => status);
  assert.equal(await reader.getConfigMap("kube-system", "cilium-config"), null);
  status = { status: 404, reason: "404 page not found" };
  await assert.rejects(reader.getConfigMap("kube-system", "cilium-config"), { name: "HttpStatusError" });
  status = { status: 403, reason: "Forbidden" };
  await assert.rejects(reader.getConfigMap("kube-system", "cilium-config"), { name: "HttpStatusError" });
});

test("policies stay as they were sent, with the kind that the list says", async (t) => {
  const sent = JSON.parse(`{
    "metadata": {"name": "p", "namespace": "constructor", "uid": "u", "generation": 3,
      "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": [{"manager": "kubectl"}],
      "labels": {"constructor": "x", "__proto__": "y"}, "annotations": null,
      "ownerReferences": [{"apiVersion": "v1", "kind": "A", "name": "a", "uid": "b"}]},
    "spec": {"podSelector": {}, "ingress": [{"from": [{"futurePeer": {}}]}], "__proto__": {"a": 1}}}`);
  const { reader } = await setUp(t, () => list("NetworkPolicy", [sent], "networking.k8s.io/v1"));
  const [policy] = await reader.listNetworkPolicies();
  assert.deepEqual([policy?.apiVersion, policy?.kind], ["networking.k8s.io/v1", "NetworkPolicy"]);
  assert.equal(JSON.stringify(policy?.["spec"]), JSON.stringify(sent.spec));
  const { managedFields: _dropped, annotations: _null, ...metadata } = sent.metadata;
  assert.equal(JSON.stringify(policy?.metadata), JSON.stringify(metadata));
});

test("custom objects keep their own kind", async (t) => {
  const { reader } = await setUp(t, () =>
    list("Tier", [
      { apiVersion: "crd.projectcalico.org/v1", kind: "Tier", metadata: { name: "t" }, spec: {} },
    ]),
  );
  const tiers = await reader.listCustomObjects({ group: "g", version: "v1", plural: "tiers" });
  assert.deepEqual(
    tiers.map(({ apiVersion, kind }) => [apiVersion, kind]),
    [["crd.projectcalico.org/v1", "Tier"]],
  );
});

test("a custom resource that is not served is not supported, not an empty list", async (t) => {
  const { reader } = await setUp(t, () => ({ status: 404, reason: "NotFound" }));
  const read = reader.listCustomObjects({ group: "g", version: "v1", plural: "tiers" });
  await assert.rejects(read, (error) => toUnseen(error)?.why === "not-supported");
});

test("parallel lists share connections; every request is counted", async (t) => {
  const { reader, server } = await setUp(t, (_path, query) => ({
    kind: "NodeList",
    metadata: query.get("continue") === null ? { continue: "more" } : {},
    items: [],
  }));
  await Promise.all([reader.listNodes(), reader.listNamespaces(), reader.listServices()]);
  await reader.listNodes();
  assert.equal(reader.requestCount, 8);
  assert.ok(server.handshakes <= 3, `${server.handshakes} connections`);
});

const AUTHORITIES = { empty: "", "not base64": "%%%", "no PEM": Buffer.from("PEM").toString("base64") };
for (const [title, certificateAuthorityData] of Object.entries(AUTHORITIES))
  test(`a certificate authority that is ${title} is refused, never replaced by the public ones`, () => {
    const open = () =>
      openClusterReader(
        { endpoint: "https://127.0.0.1", certificateAuthorityData, bearerToken: async () => "t" },
        { requestTimeoutMs: 1, signal: new AbortController().signal },
      );
    assert.throws(open, { name: "ClusterAccessError" });
  });

test("policies of little text and many parts are given up before they take the memory", async (t) => {
  // 1.5 million objects of two bytes in each page, which may have 2 million.
  const from = `[${Array(1_500_000).fill("{}").join(",")}]`;
  const pageOf = (name: string) => JSON.parse(`{"name":"${name}","ingress":[{"from":${from}}]}`);
  const { reader } = await setUp(t, (_path, query) => {
    const page = Number(query.get("continue") ?? 0);
    const metadata = { name: `p${page}`, namespace: "shop" };
    const policy = { metadata, spec: pageOf(`${page}`) };
    return {
      ...list("NetworkPolicy", [policy], "networking.k8s.io/v1"),
      metadata: { continue: String(page + 1) },
    };
  });
  await assert.rejects(reader.listNetworkPolicies(), (error) => {
    assert.match(toUnseen(error)?.detail ?? "", /the list has too many parts/);
    return true;
  });
});
