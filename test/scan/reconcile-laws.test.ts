// Laws of a finding's life that hold for every history, not only for those that somebody thought of.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { STATUSES, type Finding, type Status } from "../../lib/model/finding.ts";
import { isOpen } from "../../lib/scan/change.ts";
import { reconcile, type Observation } from "../../lib/scan/reconcile.ts";
import { confirm } from "../../lib/scan/sending.ts";
import type { FindingRecord } from "../../lib/scan/state.ts";
import { day, finding, live, namespace, observe } from "./life.ts";

const NAMES = ["a", "b", "c"];
const CONTROLS = ["NETPOL.20", "NETPOL.24"];

interface View {
  /** By subject and control; null: no verdict. */
  readonly verdicts: readonly (Status | null)[];
  readonly readCompletely: readonly string[];
  readonly empty: readonly string[];
  readonly wording: number;
}

interface Visit {
  readonly view: View;
  readonly hoursLater: number;
  readonly include: "changes" | "all";
  /** Ids at these places of what is sent do not arrive. */
  readonly fails: readonly number[];
}

const view: fc.Arbitrary<View> = fc.record({
  verdicts: fc.array(fc.option(fc.constantFrom(...STATUSES)), { minLength: 6, maxLength: 6 }),
  readCompletely: fc.subarray(CONTROLS),
  empty: fc.subarray(NAMES),
  wording: fc.integer({ min: 0, max: 1 }),
});

const visit: fc.Arbitrary<Visit> = fc.record({
  view,
  hoursLater: fc.integer({ min: 0, max: 24 * 40 }),
  include: fc.constantFrom("changes" as const, "all" as const),
  fails: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
});

const visits = fc.array(visit, { maxLength: 6 });

function toFindings({ verdicts, wording }: View): Finding[] {
  const subjects = NAMES.flatMap((name) => CONTROLS.map((controlId) => ({ name, controlId })));
  return subjects.flatMap(({ name, controlId }, index) => {
    const status = verdicts[index] ?? null;
    const because = `It is ${status}, said in way ${wording}.`;
    return status === null ? [] : [finding(status, { controlId, subject: namespace(name), because })];
  });
}

function toObservation(seen: View): Observation {
  return observe(toFindings(seen), {
    whyGone: ({ controlId }) => (seen.readCompletely.includes(controlId) ? "It is gone." : null),
    isEmpty: ({ name }) => seen.empty.includes(name),
  });
}

interface Lived {
  readonly records: readonly FindingRecord[];
  readonly now: Date;
}

function lead(history: readonly Visit[]): Lived {
  return history.reduce<Lived>(
    ({ records, now }, { view: seen, hoursLater, include, fails }) => {
      const later = new Date(now.getTime() + hoursLater * 3_600_000);
      const { records: next, outgoing } = reconcile(records, toObservation(seen), { now: later, include });
      const failed = new Set(fails.flatMap((index) => outgoing[index]?.finding.id ?? []));
      return { records: confirm(next, outgoing, failed), now: later };
    },
    { records: [], now: day(0) },
  );
}

test("a second look at the same changes nothing and sends nothing", () => {
  fc.assert(
    fc.property(
      visits,
      view,
      fc.constantFrom("changes" as const, "all" as const),
      (history, seen, include) => {
        const { records, now } = lead(history);
        const first = live(records, toObservation(seen), now, include);
        const second = live(first.after, toObservation(seen), now, include);
        assert.deepEqual(second.outgoing, []);
        assert.deepEqual(second.vanished, []);
        assert.deepEqual(second.after, first.after);
      },
    ),
  );
});

test("a blind run archives nothing and resolves nothing, whatever came before", () => {
  fc.assert(
    fc.property(visits, view, (history, seen) => {
      const { records, now } = lead(history);
      // All that a blind run can say of anything is that it does not know.
      const dark = {
        ...seen,
        readCompletely: [],
        verdicts: seen.verdicts.map((one) => one && ("unknown" as const)),
      };
      const run = live(records, toObservation(dark), now);
      const changes = [...run.findings, ...run.vanished].map(({ change }) => change);
      assert.ok(!changes.includes("vanished") && !changes.includes("resolved"), changes.join());
      const closed = run.outgoing.filter(({ finding: { status } }) => !isOpen(status));
      assert.deepEqual(closed, []);
      for (const before of records) {
        const after = run.after.find(({ id }) => id === before.id);
        assert.equal(after?.firstSeenAt, before.firstSeenAt);
      }
    }),
  );
});

test("CreatedAt never changes while a finding is remembered, and UpdatedAt only grows with what is said", () => {
  fc.assert(
    fc.property(visits, visit, (history, { view: seen, include }) => {
      const { records, now } = lead(history);
      const known = new Map(records.map((record) => [record.id, record]));
      const { outgoing } = live(records, toObservation(seen), now, include);
      for (const { finding: sent, createdAt, updatedAt } of outgoing) {
        const record = known.get(sent.id);
        assert.equal(createdAt, record?.firstSeenAt ?? now.toISOString());
        assert.ok(createdAt <= updatedAt);
        const before = record?.confirmed?.sentAt ?? "";
        // Only what did not arrive may be said again with the time that it had.
        assert.ok(record?.undelivered === true ? updatedAt >= before : updatedAt > before);
      }
    }),
  );
});

test("no id is sent twice in one run, and every finding of the scan comes back once, in its order", () => {
  fc.assert(
    fc.property(visits, visit, (history, { view: seen, include }) => {
      const { records, now } = lead(history);
      const run = live(records, toObservation(seen), now, include);
      const sentIds = run.outgoing.map(({ finding: { id } }) => id);
      assert.equal(new Set(sentIds).size, sentIds.length);
      assert.deepEqual(
        run.findings.map(({ id, status, because }) => ({ id, status, because })),
        toFindings(seen).map(({ id, status, because }) => ({ id, status, because })),
      );
    }),
  );
});

test("after a run in which all arrived, what the state says is open is what the scan saw open, or did not see", () => {
  fc.assert(
    fc.property(visits, view, (history, seen) => {
      const { records, now } = lead(history);
      const { after } = live(records, toObservation({ ...seen, empty: [] }), now);
      const verdicts = new Map(toFindings(seen).map(({ id, status }) => [id, status]));
      for (const { id, confirmed, intended, controlId } of after) {
        const status = verdicts.get(id);
        const isOpenNow = confirmed?.recordState === "ACTIVE" && isOpen(confirmed.status);
        if (status !== undefined) assert.equal(isOpenNow, isOpen(status));
        else if (seen.readCompletely.includes(controlId)) assert.equal(confirmed?.recordState, "ARCHIVED");
        assert.equal(intended, undefined);
      }
    }),
  );
});
