// Lists in protobuf say what lists in JSON say: every list of every cluster of every world, over real HTTP.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startClusterServer } from "../../emulator/kubernetes/server.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { toUnseen } from "../../lib/kubernetes/errors.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { ClusterReader } from "../../lib/scan/sources.ts";
import { cluster, context, object, pod, toToken } from "../emulator/kubernetes-fixture.ts";
import { type BothReaders, openBothReaders, PROTOBUF_LISTS, withoutEmpties } from "./json-only.ts";

async function withReaders<T>(
  objects: readonly RawObject[],
  run: (readers: BothReaders) => Promise<T>,
): Promise<T> {
  const server = await startClusterServer(cluster(objects), context());
  const { endpoint, certificateAuthorityData } = server;
  const bearerToken = async () => toToken();
  const readers = openBothReaders({ endpoint, certificateAuthorityData, bearerToken });
  try {
    return await run(readers);
  } finally {
    readers.close();
    await server.close();
  }
}

/** The objects, or why there are none. */
async function outcomeOf(list: (reader: ClusterReader) => Promise<unknown>, reader: ClusterReader) {
  try {
    return withoutEmpties(await list(reader));
  } catch (error) {
    return toUnseen(error) ?? error;
  }
}

test("every cluster of every world", async (t) => {
  for (const [name, objects] of listClusters())
    await withReaders(objects, async ({ json, protobuf, protobufAnswers }) => {
      for (const [title, list] of Object.entries(PROTOBUF_LISTS)) {
        const expected = await outcomeOf(list, json);
        assert.deepEqual(await outcomeOf(list, protobuf), expected, `${title} of ${name}`);
      }
      t.diagnostic(`${name}: ${protobufAnswers()} answers in protobuf`);
      assert.ok(protobufAnswers() >= 4, `${name}: the lists came in JSON`);
    });
});

/** Many worlds are one another with a difference that lies outside of their clusters. */
function listClusters(): ReadonlyMap<string, readonly RawObject[]> {
  const all = Object.values(worlds).flatMap((makeWorld) => makeWorld().accounts);
  return new Map(all.flatMap(({ clusters }) => clusters).map(({ name, objects }) => [name, objects]));
}

describe("what worlds have not", () => {
  const labels = { __proto__x: "1", constructor: "2", "ümlaut.example/ключ": "–", a: "" };
  const owners = [
    { apiVersion: "v1", kind: "Node", name: "node-1", uid: "u-0" },
    { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", uid: "u-1", controller: true },
  ];
  const objects = [
    ...Array.from({ length: 1200 }, (_, index) => pod(`shop/web-${index}`, { app: `web-${index % 3}` })),
    withMetadata(pod("shop/odd"), {
      labels: JSON.parse('{"__proto__":"own","b":"c"}'),
      annotations: { "k8s.v1.cni.cncf.io/networks": "other", "prometheus.io/scrape": "true" },
      ownerReferences: owners,
      creationTimestamp: "2026-11-22T08:00:00Z",
      deletionTimestamp: "2026-11-22T08:01:00Z",
      deletionGracePeriodSeconds: 86_400,
      managedFields: [{ manager: "kubelet", operation: "Update", fieldsV1: { "f:status": {} } }],
    }),
    withMetadata(pod("shop/leaving"), { labels, deletionTimestamp: "2026-11-22T08:01:00Z" }),
    withMetadata(pod("shop/ancient"), { creationTimestamp: "0001-01-02T00:00:00Z" }),
    object("v1", "Namespace", "shop", { metadata: { labels, deletionTimestamp: "2026-11-22T08:01:00Z" } }),
    object("networking.k8s.io/v1", "NetworkPolicy", "shop/everything", {
      metadata: { generation: 7, uid: "u-2", finalizers: ["a.example/b"], ownerReferences: owners, labels },
      spec: {
        podSelector: { matchExpressions: [{ key: "a", operator: "In", values: ["", "ä"] }] },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {},
          {
            from: [{ podSelector: {} }, { podSelector: { matchLabels: labels }, namespaceSelector: {} }],
            ports: [
              { port: 0 },
              { port: "http", protocol: "SCTP" },
              { port: 65_535, endPort: 65_535, protocol: "UDP" },
              { port: -1 },
              { protocol: "TCP" },
            ],
          },
        ],
        egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "192.0.2.0/24"] } }] }],
      },
    }),
    object("batch/v1", "Job", "shop/nightly-1", { metadata: { ownerReferences: owners } }),
    object("networking.k8s.io/v1", "NetworkPolicy", "shop/nothing", { spec: { podSelector: {} } }),
  ];

  for (const [title, list] of Object.entries(PROTOBUF_LISTS))
    test(title, () =>
      withReaders(objects, async ({ json, protobuf, protobufAnswers }) => {
        const read = await list(protobuf);
        assert.deepEqual(read, await list(json));
        assert.ok(protobufAnswers() > 0 && read.length > 0);
      }),
    );

  test("a policy with a member of the future is told in JSON by this server, and comes whole", () =>
    withReaders(
      [
        object("networking.k8s.io/v1", "NetworkPolicy", "shop/future", {
          spec: { podSelector: {}, ingress: [{ from: [{ futurePeer: {} }] }] },
        }),
      ],
      async ({ protobuf, protobufAnswers }) => {
        const [policy] = await protobuf.listNetworkPolicies();
        assert.deepEqual(policy?.["spec"], { podSelector: {}, ingress: [{ from: [{ futurePeer: {} }] }] });
        assert.equal(protobufAnswers(), 0);
      },
    ));
});

function withMetadata(of: ReturnType<typeof pod>, metadata: object): ReturnType<typeof pod> {
  return { ...of, metadata: { ...of.metadata, ...metadata } };
}

test("a refusal says its reason in protobuf as in JSON", async (t) => {
  const served = cluster([], {
    access: { level: "reader", withoutResources: ["networkpolicies.networking.k8s.io"] },
  });
  const server = await startClusterServer(served, context());
  const { endpoint, certificateAuthorityData } = server;
  const readers = openBothReaders({ endpoint, certificateAuthorityData, bearerToken: async () => toToken() });
  t.after(async () => {
    readers.close();
    await server.close();
  });
  const list = (reader: ClusterReader) => reader.listNetworkPolicies();
  const refusal = await outcomeOf(list, readers.protobuf);
  assert.match(JSON.stringify(refusal), /403 Forbidden/);
  assert.deepEqual(refusal, await outcomeOf(list, readers.json));
});
