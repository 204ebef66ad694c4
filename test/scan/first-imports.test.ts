import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { SEVERITIES, type Severity } from "../../lib/model/finding.ts";
import { boundFirstImports } from "../../lib/scan/first-imports.ts";
import { confirm, type Outgoing } from "../../lib/scan/sending.ts";
import type { FindingRecord, Told } from "../../lib/scan/state.ts";
import { missingPolicy } from "../report/sample-report.ts";

const NOW = "2026-11-22T05:00:00.000Z";
const made = missingPolicy();

function outgoing(id: string, severity: Severity = "medium"): Outgoing {
  return { finding: { ...made, id, severity }, createdAt: NOW, updatedAt: NOW, openSince: NOW };
}

const TOLD: Told = {
  status: "fail",
  severity: "medium",
  contentHash: "x",
  recordState: "ACTIVE",
  sentAt: NOW,
  wasFailing: true,
};

function record(id: string, more: Partial<FindingRecord> = {}): FindingRecord {
  const { controlId, title, subject } = made;
  return { id, controlId, title, subject, firstSeenAt: NOW, confirmed: TOLD, ...more };
}

const ids = (all: readonly Outgoing[]): string => all.map((one) => one.finding.id).join(" ");

test("the worst go first, and everything keeps its order", () => {
  const all = [outgoing("a", "low"), outgoing("b", "critical"), outgoing("c", "low"), outgoing("d", "high")];
  const { now, later } = boundFirstImports(all, [], 3);
  assert.equal(ids(now), "a b d");
  assert.equal(ids(later), "c");
});

test("what passes goes behind what is open, however severe it would be", () => {
  const passed = outgoing("passed", "critical");
  const pass = { ...passed, finding: { ...passed.finding, status: "pass" as const } };
  assert.equal(ids(boundFirstImports([pass, outgoing("open", "low")], [], 1).now), "open");
});

test("what the hub has had already is not bounded and takes nobody's place", () => {
  const all = [outgoing("a"), outgoing("known"), outgoing("b")];
  const { now, later } = boundFirstImports(all, [record("known")], 1);
  assert.equal(ids(now), "a known");
  assert.equal(ids(later), "b");
});

test("what was refused before waits behind what was only postponed", () => {
  const remembered = [
    record("refused", { undelivered: true }),
    record("postponed", { undelivered: true, postponed: true }),
  ];
  const all = [outgoing("refused", "critical"), outgoing("postponed", "low")];
  assert.equal(ids(boundFirstImports(all, remembered, 1).now), "postponed");
});

test("what was meant to be sent by a run that died is still a first import", () => {
  const died = record("a", { confirmed: null, intended: TOLD });
  assert.equal(ids(boundFirstImports([outgoing("a"), outgoing("b")], [died], 1).later), "b");
});

test("without a bound nothing waits", () => {
  assert.equal(ids(boundFirstImports([outgoing("a"), outgoing("b")], [], null).later), "");
});

test("law: run after run, each finding is taken once, never more than the bound at once, and none is lost", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...SEVERITIES), { maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      (severities, limit) => {
        const all = severities.map((severity, index) => outgoing(`f${index}`, severity));
        let records: readonly FindingRecord[] = [];
        const taken: string[] = [];
        for (let run = 0; run <= severities.length; run += 1) {
          const pending = new Set(records.filter((one) => one.undelivered !== true).map(({ id }) => id));
          const due = all.filter(({ finding: { id } }) => !pending.has(id));
          const { now, later } = boundFirstImports(due, records, limit);
          assert.ok(now.length <= limit);
          taken.push(...now.map((one) => one.finding.id));
          const intended = all.map(({ finding: { id } }) => record(id, { intended: TOLD }));
          const known = new Map(records.map((one) => [one.id, one]));
          const merged = intended.map((one) => (pending.has(one.id) ? (known.get(one.id) ?? one) : one));
          records = confirm(merged, due, new Set(), new Set(later.map((one) => one.finding.id)));
        }
        assert.deepEqual(taken.toSorted(), all.map((one) => one.finding.id).toSorted());
      },
    ),
  );
});
