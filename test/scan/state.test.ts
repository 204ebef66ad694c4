// The text and the keys of the state: what is written is read back, and what is not a state is nothing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { SEVERITIES, STATUSES, SUBJECT_KINDS } from "../../lib/model/finding.ts";
import {
  findLatestPlaces,
  parseState,
  parseStateKey,
  serializeState,
  toDeadLetterKey,
  toGoneKey,
  toStateKey,
  type ClusterState,
  type FindingRecord,
} from "../../lib/scan/state.ts";
import { place } from "./life.ts";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "constructor", '"\\\n'));
const time = fc
  .date({ min: new Date("2020-01-01T00:00:00Z"), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());

const told = fc.record({
  status: fc.constantFrom(...STATUSES),
  severity: fc.constantFrom(...SEVERITIES),
  contentHash: text,
  recordState: fc.constantFrom("ACTIVE" as const, "ARCHIVED" as const),
  sentAt: time,
  wasFailing: fc.option(fc.boolean()),
});

const record: fc.Arbitrary<FindingRecord> = fc.record(
  {
    id: text,
    controlId: text,
    title: text,
    subject: fc.record({ kind: fc.constantFrom(...SUBJECT_KINDS), name: text }),
    firstSeenAt: time,
    confirmed: fc.option(told),
    intended: told,
    undelivered: fc.constant(true as const),
    postponed: fc.constant(true as const),
    exemptionFirstSeenAt: time,
    openSince: time,
    emptySince: time,
  },
  { requiredKeys: ["id", "controlId", "title", "subject", "firstSeenAt", "confirmed"] },
);

const state: fc.Arbitrary<ClusterState> = fc.record(
  {
    schemaVersion: fc.constant(1 as const),
    observedFrom: time,
    destination: fc.option(text),
    leftBehind: fc.array(fc.record({ productArn: text, since: time }), { maxLength: 2 }),
    succeededBy: text,
    findings: fc.array(record, { maxLength: 5 }),
  },
  { requiredKeys: ["schemaVersion", "observedFrom", "destination", "findings"] },
);

test("what is written is read back", () => {
  fc.assert(
    fc.property(state, (written) => {
      assert.deepEqual(structuredClone(parseState(serializeState(written))), structuredClone(written));
    }),
  );
});

describe("a text that is not a state is nothing, and never an error", () => {
  const valid = JSON.parse(
    serializeState({
      schemaVersion: 1,
      observedFrom: "2026-11-01T06:00:00.000Z",
      destination: null,
      findings: [],
    }),
  ) as Record<string, unknown>;
  const texts: Readonly<Record<string, string>> = {
    empty: "",
    "cut off": serializeState({
      schemaVersion: 1,
      observedFrom: "2026-11-01T06:00:00.000Z",
      destination: null,
      findings: [],
    }).slice(0, -10),
    "another version": JSON.stringify({ ...valid, schemaVersion: 2 }),
    "an unknown member": JSON.stringify({ ...valid, extra: 1 }),
    "without findings": JSON.stringify({ ...valid, findings: undefined }),
    "a time that is none": JSON.stringify({ ...valid, observedFrom: "yesterday" }),
    "a polluted prototype": '{"__proto__": {"schemaVersion": 1}}',
    "a number": "1",
    html: "<html></html>",
  };
  test("the text that the others spoil is one", () =>
    assert.notEqual(parseState(JSON.stringify(valid)), null));
  for (const [name, spoilt] of Object.entries(texts))
    test(name, () => assert.equal(parseState(spoilt), null));
});

describe("keys", () => {
  test("one per account, Region, cluster and creation", () => {
    assert.equal(toStateKey(place), "state/111111111111/eu-central-1/shop-2025-06-17T08:41:22.000Z.json");
    assert.equal(toGoneKey(place), "state/111111111111/eu-central-1/shop-2025-06-17T08:41:22.000Z.gone.json");
    assert.equal(
      toStateKey({ ...place, createdAt: null }),
      "state/111111111111/eu-central-1/shop-unknown.json",
    );
    assert.equal(toDeadLetterKey("run-1", place), "dead-letters/run-1/111111111111-eu-central-1-shop.json");
  });

  for (const cluster of ["shop", "shop-prod", "shop-2025-06-17T08:41:22.000Z", "a-unknown", "x.gone", "1"])
    test(`are read back, also for a cluster named ${cluster}`, () => {
      for (const createdAt of [place.createdAt, null]) {
        const full = { ...place, cluster, createdAt };
        assert.deepEqual(parseStateKey(toStateKey(full)), { place: full, gone: false });
        assert.deepEqual(parseStateKey(toGoneKey(full)), { place: full, gone: true });
      }
    });

  for (const key of [
    "",
    "state/",
    "state/1/r/shop.json",
    "state/1/r/-unknown.json",
    "runs/1/report.json",
    `of/${toStateKey(place)}`,
    `${toStateKey(place)}.bak`,
  ])
    test(`${JSON.stringify(key)} is no key of a state`, () => assert.equal(parseStateKey(key), null));

  test("the youngest cluster of each name is found, and whether it is gone", () => {
    const younger = { ...place, createdAt: "2026-01-01T00:00:00.000Z" };
    const neighbour = { ...place, cluster: "shop-prod" };
    const unknown = { ...place, createdAt: null };
    const keys = [unknown, place, younger, neighbour].map(toStateKey);
    const latest = findLatestPlaces([...keys, toGoneKey(neighbour), toGoneKey(place), "state/1/r/garbage"]);
    assert.deepEqual([...latest.keys()].toSorted(), ["shop", "shop-prod"]);
    assert.deepEqual(latest.get("shop"), { place: younger, gone: false });
    assert.deepEqual(latest.get("shop-prod"), { place: neighbour, gone: true });
  });

  test("a cluster that was described once is younger than one that never was, in whatever order they are listed", () => {
    const unknown = { ...place, createdAt: null };
    for (const keys of [
      [place, unknown],
      [unknown, place],
    ])
      assert.deepEqual([...findLatestPlaces(keys.map(toStateKey)).values()], [{ place, gone: false }]);
  });
});
