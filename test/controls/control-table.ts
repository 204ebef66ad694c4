// The table test that every control has: all four outcomes, frozen facts, the same answer twice, and for
// each need one generated "blind to X → unknown" case.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  AnyControl,
  EvaluationSettings,
  InputName,
  InputTypes,
  Verdict,
} from "../../lib/model/control.ts";
import { seen, unseen, type Observed } from "../../lib/model/observed.ts";
import { factsBehind } from "../../lib/scan/derived-needs.ts";
import { evaluateControl } from "../../lib/scan/evaluate-control.ts";

type Status = Verdict["status"];

export interface Row {
  readonly name: string;
  /** Seen values; a fact that is not named here was not seen. */
  readonly facts?: Partial<InputTypes>;
  readonly settings?: EvaluationSettings;
  /** Subject name → status, and words that the sentence must hold. */
  readonly expect: Readonly<Record<string, { readonly status: Status; readonly because?: RegExp }>>;
}

const NO_SETTINGS: EvaluationSettings = { unjudgedNamespaces: [] };
const STATUSES: readonly Status[] = ["pass", "fail", "unknown", "not-applicable"];
const CLUSTER = { cluster: "payments", region: "eu-central-1" };

/** `impossible`: outcomes that the control cannot give, each with the reason. */
export function testControl(
  control: AnyControl,
  rows: readonly Row[],
  impossible: Partial<Record<Status, string>> = {},
): void {
  describe(control.id, () => {
    for (const row of rows)
      test(row.name, () => {
        const inputs = toInputs(control, row.facts ?? {});
        const verdicts = evaluateControl(control, inputs, CLUSTER, row.settings ?? NO_SETTINGS);
        assert.deepEqual(
          Object.fromEntries(verdicts.map(({ subject, status }) => [subject.name, status])),
          Object.fromEntries(Object.entries(row.expect).map(([name, { status }]) => [name, status])),
        );
        for (const { subject, because } of verdicts) {
          assert.match(because, /^[^a-z].*\.$/su, "one full sentence");
          const words = row.expect[subject.name]?.because;
          if (words !== undefined) assert.match(because, words);
        }
        assert.deepEqual(
          evaluateControl(control, inputs, CLUSTER, row.settings ?? NO_SETTINGS),
          verdicts,
          "the same twice",
        );
      });

    test("its table holds every outcome that it can have", () => {
      const found = new Set(rows.flatMap(({ expect }) => Object.values(expect).map(({ status }) => status)));
      if (control.needs.length > 0) found.add("unknown");
      for (const status of STATUSES)
        assert.notEqual(
          found.has(status),
          status in impossible,
          found.has(status)
            ? `${control.id}: a row is ${status}, which is said to be impossible`
            : `${control.id}: no row of its table test is ${status}`,
        );
    });

    for (const need of control.needs)
      test(`blind to ${need} → unknown`, () => {
        const [row] = rows;
        assert.ok(row !== undefined);
        const inputs = {
          ...toInputs(control, row.facts ?? {}),
          [need]: unseen("access-denied", "the server said 403"),
        };
        const verdicts = evaluateControl(control, inputs, CLUSTER, NO_SETTINGS);
        assert.deepEqual(
          verdicts.map(({ status }) => status),
          ["unknown"],
        );
        // Of a derived picture the sentence names the facts behind it, where those are among the inputs.
        assert.match(verdicts[0]?.because ?? "", new RegExp([need, ...factsBehind(need)].join("|")));
      });
  });
}

function toInputs(control: AnyControl, facts: Partial<InputTypes>): Record<InputName, Observed<unknown>> {
  const names = new Set<InputName>([...control.needs, ...control.reads, ...control.remedyReads]);
  for (const name of Object.keys(facts))
    assert.ok(names.has(name as InputName), `${control.id} does not declare ${name}`);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      name in facts
        ? seen(deepFreeze(structuredClone(facts[name])))
        : unseen("access-denied", "the server said 403"),
    ]),
  ) as Record<InputName, Observed<unknown>>;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
