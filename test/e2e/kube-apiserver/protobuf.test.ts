// What a real kube-apiserver writes in protobuf is read as what it writes in JSON: every list, every field of a policy.

import assert from "node:assert/strict";
import { once } from "node:events";
import { IncomingMessage } from "node:http";
import { get } from "node:https";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { type ListMetadata, toEnvelope, toListMessage } from "../../../emulator/kubernetes/write-protobuf.ts";
import { demo } from "../../../emulator/worlds/demo.ts";
import { NETWORK_POLICY, PARTIAL_OBJECT_METADATA } from "../../../lib/kubernetes/protobuf-schema.ts";
import type { RawObject } from "../../../lib/model/kubernetes.ts";
import { object } from "../../emulator/kubernetes-fixture.ts";
import { type BothReaders, openBothReaders, PROTOBUF_LISTS } from "../../kubernetes/json-only.ts";
import { onlyCluster, type RealCluster, startRealCluster } from "./real-cluster.ts";
import { findBinaries, type ServerBinaries } from "./binaries.ts";

const binaries = await findBinaries();
if (typeof binaries === "string") console.warn(binaries);

const expression = { key: "a.example/b", operator: "NotIn", values: ["x", "y"] };
const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", uid: "u-1", controller: true };

/** Each field of a policy that may be there, be empty, or be left out. */
const ADDED: readonly RawObject[] = [
  object("v1", "Namespace", "every-field", {
    metadata: { labels: { a: "" }, annotations: { a: "ümlaut –" } },
  }),
  object("networking.k8s.io/v1", "NetworkPolicy", "every-field/all", {
    metadata: {
      labels: { z: "1", a: "2" },
      annotations: { b: "c" },
      finalizers: ["a.example/b"],
      ownerReferences: [owner, { ...owner, uid: "u-2", controller: false, blockOwnerDeletion: true }],
    },
    spec: {
      podSelector: {
        matchLabels: { z: "1", a: "" },
        matchExpressions: [expression, { key: "c", operator: "Exists" }],
      },
      policyTypes: ["Egress", "Ingress"],
      ingress: [
        {},
        {
          from: [
            { podSelector: {} },
            { podSelector: {}, namespaceSelector: { matchExpressions: [expression] } },
          ],
          ports: [
            { port: 53, protocol: "UDP" },
            { port: "http", protocol: "TCP" },
            { protocol: "SCTP" },
            { port: 1, endPort: 65_535, protocol: "TCP" },
          ],
        },
      ],
      egress: [
        { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }, { ipBlock: { cidr: "::/0" } }] },
      ],
    },
  }),
  object("networking.k8s.io/v1", "NetworkPolicy", "every-field/none", { spec: { podSelector: {} } }),
];

describe(
  "protobuf of a real kube-apiserver",
  { skip: typeof binaries === "string" ? binaries : false, concurrency: 1 },
  () => {
    let real: RealCluster;
    let readers: BothReaders;

    before(async () => {
      const [shop] = onlyCluster(demo(), "shop-prod").accounts.flatMap(({ clusters }) => clusters);
      assert.ok(shop !== undefined);
      const objects = [...shop.objects, ...ADDED];
      real = await startRealCluster(binaries as ServerBinaries, { ...shop, objects });
      const { endpoint, certificateAuthorityData, adminToken } = real.plane;
      readers = openBothReaders({
        endpoint,
        certificateAuthorityData,
        bearerToken: () => Promise.resolve(adminToken),
      });
    });

    after(async () => {
      readers.close();
      await real.close();
    });

    for (const [title, list] of Object.entries(PROTOBUF_LISTS))
      test(`${title} are what JSON says`, async (t) => {
        const before = readers.protobufAnswers();
        const read = await list(readers.protobuf);
        t.diagnostic(`${read.length} objects, kube-apiserver ${(binaries as ServerBinaries).version}`);
        assert.ok(readers.protobufAnswers() > before, "nothing came in protobuf");
        assert.deepEqual(read, await list(readers.json));
      });

    test("every field of a policy is known to us", async () => {
      const policies = await readers.protobuf.listNetworkPolicies();
      const added = policies.filter(({ metadata }) => metadata.namespace === "every-field");
      assert.deepEqual(
        added.map(({ spec }) => spec),
        ADDED.slice(1).map(({ spec }) => ({ policyTypes: ["Ingress"], ...Object(spec) })),
      );
    });

    for (const [path, schema, metadataAlone] of [
      ["/apis/networking.k8s.io/v1/networkpolicies", NETWORK_POLICY, false],
      ["/api/v1/pods", PARTIAL_OBJECT_METADATA, true],
    ] as const)
      test(`the emulator writes ${path} byte for byte as the real server does`, async () => {
        const kind = metadataAlone ? ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" : "";
        const json: RawList = JSON.parse((await fetchRaw(real, path, `application/json${kind}`)).toString());
        const actual = await fetchRaw(real, path, `application/vnd.kubernetes.protobuf${kind}`);
        const items = json.items.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item);
        const written = toEnvelope(json.apiVersion, json.kind, toListMessage(json.metadata, items, schema));
        assert.ok(items.length > 2);
        assert.equal(written.toString("latin1"), actual.toString("latin1"));
      });
  },
);

interface RawList {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMetadata;
  readonly items: readonly RawObject[];
}

async function fetchRaw({ plane }: RealCluster, path: string, accept: string): Promise<Buffer> {
  const ca = Buffer.from(plane.certificateAuthorityData, "base64");
  const headers = { authorization: `Bearer ${plane.adminToken}`, accept };
  const request = get(`${plane.endpoint}${path}`, { ca, headers });
  const [response]: readonly unknown[] = await once(request, "response");
  assert.ok(response instanceof IncomingMessage);
  assert.equal(response.headers["content-type"], accept.split(";")[0]);
  return buffer(response);
}
