// What comes in protobuf is read or refused: fields of the future, and bytes that no API server sends.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { toEnvelope, toListMessage, toMessage } from "../../emulator/kubernetes/write-protobuf.ts";
import { MalformedAnswerError, MalformedObjectError } from "../../lib/kubernetes/errors.ts";
import { Interner } from "../../lib/kubernetes/interner.ts";
import { listObjects, METADATA_IN_PROTOBUF, POLICIES_IN_PROTOBUF } from "../../lib/kubernetes/list.ts";
import { createMessageReader } from "../../lib/kubernetes/protobuf-message.ts";
import { parseProtobufPage } from "../../lib/kubernetes/protobuf-page.ts";
import { createPodReader } from "../../lib/kubernetes/protobuf-pod.ts";
import { ProtobufReader } from "../../lib/kubernetes/protobuf-reader.ts";
import { NETWORK_POLICY, PARTIAL_OBJECT_METADATA } from "../../lib/kubernetes/protobuf-schema.ts";
import { toRawObject } from "../../lib/kubernetes/raw-object.ts";
import { createPolicyParser } from "../../lib/netpol/parse-policy.ts";

const REQUEST = "GET /api/v1/pods";
const POD = { metadata: { name: "web-1", namespace: "shop", labels: { app: "web" } } };
const KNOWN = { hostNetwork: false, finished: false };
const METADATA_LIST = "PartialObjectMetadataList";

function pageOf(items: readonly object[], more: { readonly continue?: string } = {}): Buffer {
  const list = toListMessage({ resourceVersion: "7", ...more }, items, PARTIAL_OBJECT_METADATA);
  return toEnvelope("meta.k8s.io/v1", METADATA_LIST, list);
}

function readPods(body: Buffer): unknown[] {
  const readPod = createPodReader(KNOWN, new Interner());
  return Array.from(parseProtobufPage(body, REQUEST).items, readPod);
}

function policyOf(message: Uint8Array): Record<string, unknown> {
  return createMessageReader(
    "NetworkPolicy",
    NETWORK_POLICY,
  )(new ProtobufReader(Buffer.from(message), REQUEST));
}

/** `content` as field `number`. */
function field(number: number, content: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(content).finish();
}

describe("fields of the future", () => {
  const peer = field(7, new Uint8Array());
  const spec = Buffer.concat([
    toMessage({ podSelector: {}, policyTypes: ["Ingress"] }, NETWORK_POLICY.get(2)?.type as never),
    field(2, field(2, peer)),
  ]);
  const metadata = toMessage({ name: "future", namespace: "shop" }, NETWORK_POLICY.get(1)?.type as never);
  const policy = policyOf(Buffer.concat([field(1, metadata), field(2, spec)]));

  test("become members that nobody knows", () => {
    assert.deepEqual(policy["spec"], {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ "field 7": true }] }],
    });
  });

  test("so that the policy's rule is unknown, and never a peer that says nothing", () => {
    const raw = toRawObject(policy, { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicyList" });
    const parsed = createPolicyParser()(raw);
    assert.match(JSON.stringify(parsed), /field 7/);
  });

  test("are a few in a list, however often; more are refused as they are read", () => {
    const readMessage = createMessageReader("NetworkPolicy", NETWORK_POLICY);
    const read = (fields: number): number => {
      const future = Array.from({ length: fields }, (_, index) => field(100 + index, new Uint8Array()));
      const reader = new ProtobufReader(Buffer.concat(future), REQUEST);
      try {
        return Object.keys(readMessage(reader)).length;
      } catch (error) {
        assert.ok(error instanceof MalformedAnswerError);
        assert.equal(error.message, `${REQUEST}: the answer has too many parts`);
        return -reader.field;
      }
    };
    assert.deepEqual([read(32), read(32), read(10_000)], [32, 32, -132]);
  });

  test("of every wire type are passed over", () => {
    const writer = new BinaryWriter().tag(99, WireType.Varint).int64(-1);
    writer.tag(100, WireType.Bit64).fixed64(1).tag(101, WireType.Bit32).fixed32(1);
    writer.tag(536_870_911, WireType.LengthDelimited).bytes(new Uint8Array(300));
    const item = Buffer.concat([toMessage(POD, PARTIAL_OBJECT_METADATA), writer.finish()]);
    const list = toEnvelope("meta.k8s.io/v1", METADATA_LIST, field(2, item));
    assert.equal(readPods(list).length, 1);
  });
});

describe("what Go never writes, but protobuf allows", () => {
  test("labels that do not stand together are all labels", () => {
    const entry = (key: string) =>
      field(11, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from("x"))]));
    const [name, namespace] = [field(1, Buffer.from("web")), field(3, Buffer.from("shop"))];
    const metadata = Buffer.concat([entry("a"), name, entry("b"), namespace, entry("c")]);
    const expected = { a: "x", b: "x", c: "x" };
    const [pod] = readPods(toEnvelope("meta.k8s.io/v1", METADATA_LIST, field(2, field(1, metadata))));
    assert.deepEqual((pod as { labels: unknown }).labels, expected);
    assert.deepEqual((policyOf(field(1, metadata))["metadata"] as { labels: unknown }).labels, expected);
  });

  test("an entry of a map has its value first, or neither", () => {
    const value = field(2, Buffer.from("other"));
    const key = field(1, Buffer.from("k8s.v1.cni.cncf.io/networks"));
    const metadata = Buffer.concat([
      toMessage(POD.metadata, PARTIAL_OBJECT_METADATA.get(1)?.type as never),
      field(12, Buffer.concat([value, key])),
      field(12, new Uint8Array()),
    ]);
    const [pod] = readPods(toEnvelope("meta.k8s.io/v1", METADATA_LIST, field(2, field(1, metadata))));
    assert.deepEqual((pod as { annotations: unknown }).annotations, {
      "k8s.v1.cni.cncf.io/networks": "other",
    });
  });

  test("text that is no UTF-8 is read as JSON's would be", () => {
    const metadata = Buffer.concat([field(1, Buffer.from([0x61, 0xff])), field(3, Buffer.from("shop"))]);
    const [pod] = readPods(toEnvelope("meta.k8s.io/v1", METADATA_LIST, field(2, field(1, metadata))));
    assert.equal((pod as { name: string }).name, "a\ufffd");
  });
});

describe("refused", () => {
  const broken = { name: "MalformedAnswerError", message: `${REQUEST}: its protobuf is broken` };
  const whole = pageOf([POD, POD], { continue: "next" });

  test("every part of a page that is not the whole", () => {
    for (let length = 0; length < whole.length; length += 1)
      // Of the last field, contentType, the tag may be missing as well.
      if (length < whole.length - 4)
        assert.throws(
          () => readPods(Buffer.from(whole.subarray(0, length))),
          MalformedAnswerError,
          `${length}`,
        );
  });

  const item = (bytes: readonly number[]): Buffer =>
    toEnvelope("meta.k8s.io/v1", METADATA_LIST, field(2, Buffer.from(bytes)));
  const cases: Readonly<Record<string, Buffer>> = {
    "a length beyond the message, though not beyond the page": Buffer.concat([
      item([0x0a, 0x05]),
      Buffer.alloc(9),
    ]),
    "a length beyond 32 bits": item([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    "a negative length": item([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
    "a varint without end": item(Array(30).fill(0x88)),
    "field number 0": item([0x02, 0x00]),
    "a field number of 30 bits": item([0x82, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00]),
    "a group": item([0x0b, 0x0c]),
    "metadata that are a number": item([0x08, 0x01]),
  };
  for (const [title, body] of Object.entries(cases))
    test(title, () => assert.throws(() => readPods(body), broken));

  test("what is no envelope of Kubernetes, has no list, or is encoded", () => {
    const foreign = { message: `${REQUEST}: the answer is not Kubernetes' protobuf` };
    const magic = Buffer.from("k8s\0");
    const encoded = Buffer.concat([magic, field(2, new Uint8Array()), field(3, Buffer.from("gzip"))]);
    for (const body of [Buffer.alloc(0), Buffer.from("k8s"), Buffer.from("{}"), magic, encoded])
      assert.throws(() => readPods(body), foreign);
  });

  test("items without a name or a namespace, and times that no calendar has", () => {
    for (const metadata of [{}, { name: "a" }, { namespace: "a" }])
      assert.throws(() => readPods(pageOf([{ metadata }])), MalformedObjectError);
    const seconds = new BinaryWriter()
      .tag(1, WireType.Varint)
      .int64(2n ** 62n)
      .finish();
    const late = Buffer.concat([
      toMessage(POD.metadata, PARTIAL_OBJECT_METADATA.get(1)?.type as never),
      field(8, seconds),
    ]);
    const page = toEnvelope("meta.k8s.io/v1", METADATA_LIST, field(2, field(1, late)));
    assert.throws(() => readPods(page), { message: "Pod: metadata.creationTimestamp is missing or wrong" });
  });

  test("a page of more parts than a cluster has, before they take the memory", () => {
    const list = Buffer.alloc(16 * 1024 * 1024);
    for (let at = 0; at < list.length; at += 2) list[at] = 0x12;
    const body = toEnvelope("networking.k8s.io/v1", "NetworkPolicyList", list);
    assert.throws(() => parseProtobufPage(body, REQUEST), {
      message: `${REQUEST}: the answer has too many parts`,
    });
  });

  test("a list of another kind, whose fields mean other things", async () => {
    const body = pageOf([POD]);
    const read = (request: object) =>
      listObjects(
        async () => ({ body, bytes: body.length }),
        { path: "/api/v1/pods", accept: "", limit: 500, ...request },
        () => null,
      );
    await assert.rejects(read(POLICIES_IN_PROTOBUF), {
      message: `${REQUEST}: the answer is a list of another kind`,
    });
    await assert.rejects(read({}), MalformedAnswerError);
    assert.deepEqual(await read(METADATA_IN_PROTOBUF), [null]);
  });
});
