// Fuzzing of what an API server sends in protobuf: pages that were right, with bytes changed, moved, cut and doubled.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { toEnvelope, toListMessage } from "../../emulator/kubernetes/write-protobuf.ts";
import { clusterObjects } from "../../emulator/worlds/build.ts";
import { shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { MalformedAnswerError, MalformedObjectError } from "../../lib/kubernetes/errors.ts";
import { Interner } from "../../lib/kubernetes/interner.ts";
import { listObjects, METADATA_IN_PROTOBUF, POLICIES_IN_PROTOBUF } from "../../lib/kubernetes/list.ts";
import { createMessageReader } from "../../lib/kubernetes/protobuf-message.ts";
import { createPodReader } from "../../lib/kubernetes/protobuf-pod.ts";
import { ProtobufReader } from "../../lib/kubernetes/protobuf-reader.ts";
import {
  type Message,
  NETWORK_POLICY,
  PARTIAL_OBJECT_METADATA,
} from "../../lib/kubernetes/protobuf-schema.ts";
import { toRawObject } from "../../lib/kubernetes/raw-object.ts";
import { toNamespace } from "../../lib/kubernetes/schema.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { outcomeLater } from "./outcome.ts";

const objects = clusterObjects({ name: "shop", region: "eu-central-1", manifests: shop() });

function pageOf(kind: string, listKind: string, message: Message): Buffer {
  const whole = objects.filter((object) => object.kind === kind);
  const items = whole.map(({ metadata, ...rest }) =>
    message === NETWORK_POLICY ? { metadata, spec: rest["spec"] } : { metadata },
  );
  return toEnvelope("v1", listKind, toListMessage({ resourceVersion: "7" }, items, message));
}

interface Case {
  readonly request: { readonly accept: string; readonly protobufKind: string };
  readonly message: Message;
  readonly createRead: () => (item: ProtobufReader) => unknown;
}

const CASES: Readonly<Record<string, Case>> = {
  Pod: {
    request: METADATA_IN_PROTOBUF,
    message: PARTIAL_OBJECT_METADATA,
    createRead: () => createPodReader({ hostNetwork: false, finished: false }, new Interner()),
  },
  Namespace: {
    request: METADATA_IN_PROTOBUF,
    message: PARTIAL_OBJECT_METADATA,
    createRead: () => {
      const read = createMessageReader("Namespace", PARTIAL_OBJECT_METADATA);
      return (item) => toNamespace(read(item));
    },
  },
  NetworkPolicy: {
    request: POLICIES_IN_PROTOBUF,
    message: NETWORK_POLICY,
    createRead: () => {
      const read = createMessageReader("NetworkPolicy", NETWORK_POLICY);
      return (item) => toRawObject(read(item), { apiVersion: "v1", kind: "NetworkPolicyList" });
    },
  },
};

/** Where in the page, as a part of its length, and what happens there. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ maxLength: 12 }),
  removed: fc.nat({ max: 12 }),
});

function spoil(page: Buffer, changes: readonly { at: number; bytes: Uint8Array; removed: number }[]): Buffer {
  return changes.reduce((spoilt, { at, bytes, removed }) => {
    const place = Math.floor(at * spoilt.length);
    return Buffer.concat([spoilt.subarray(0, place), bytes, spoilt.subarray(place + removed)]);
  }, page);
}

for (const [kind, { request, message, createRead }] of Object.entries(CASES)) {
  const page = pageOf(kind, request.protobufKind, message);

  const list = async (body: Buffer): Promise<readonly unknown[]> => {
    const read = createRead();
    const answer = { body, bytes: body.length };
    return listObjects(
      async () => answer,
      { path: "/api/v1/x", limit: 500, ...request },
      (item) => {
        assert.ok(item instanceof ProtobufReader);
        return read(item);
      },
    );
  };

  test(`a page of each ${kind} with spoilt bytes is read, or is malformed`, async () => {
    assert.ok((await list(page)).length > 1, "the page itself is not read");
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const read = () => list(spoil(page, changes));
        const all = await outcomeLater(read, [MalformedAnswerError, MalformedObjectError]);
        // What was read goes into a Snapshot, which is written as JSON.
        assert.doesNotThrow(() => JSON.stringify(all));
      }),
      fuzzRuns(1000),
    );
  });

  test(`a page of any bytes is no page of a ${kind}, or one`, async () => {
    const head = page.subarray(0, 60);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        for (const body of [Buffer.from(bytes), Buffer.concat([head, bytes])])
          await outcomeLater(() => list(body), [MalformedAnswerError, MalformedObjectError]);
      }),
      fuzzRuns(500),
    );
  });
}
