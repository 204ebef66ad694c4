// The law of the engine: seeing less may cost the answer and never changes it. For every row and every fact,
// each reason for not seeing it, and growing sets of unseen facts.

import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { assessEnforcement } from "../../lib/enforcement/assess-enforcement.ts";
import { WHYS } from "../../lib/model/observed.ts";
import type { Why } from "../../lib/model/observed.ts";
import type { Enforcement } from "../../lib/model/posture.ts";
import { FACT_NAMES } from "../../lib/model/snapshot.ts";
import type { FactName, Facts } from "../../lib/model/snapshot.ts";
import { NOW, blind } from "./facts.ts";
import { ROWS } from "./rows.ts";

/** Everything that the result claims, by name; "no claim" is null. */
function claims(enforcement: Enforcement): ReadonlyMap<string, unknown> {
  const { verdict, engine, mode, unselectedPods, ipBlocksMatchPods, nodes } = enforcement;
  return new Map<string, unknown>([
    ["verdict", verdict === "unknown" ? null : verdict],
    ["engine", engine],
    ["mode", mode],
    ["unselectedPods", unselectedPods],
    ["ipBlocksMatchPods", ipBlocksMatchPods],
    ...nodes.map(({ name, verdict }): [string, unknown] => [
      `node ${name}`,
      verdict === "unknown" ? null : verdict,
    ]),
  ]);
}

function assess(facts: Facts): ReadonlyMap<string, unknown> {
  return claims(assessEnforcement(facts, "prod", NOW));
}

/** Every claim of the one who saw less is made by the one who saw more. */
function assertNoNewClaim(
  less: ReadonlyMap<string, unknown>,
  more: ReadonlyMap<string, unknown>,
  how: string,
) {
  for (const [name, claim] of less) {
    if (claim === null) continue;
    assert.equal(
      claim,
      more.get(name),
      `${how}: ${name} became ${String(claim)}, was ${String(more.get(name))}`,
    );
  }
}

for (const row of ROWS) {
  test(`blind to each fact: ${row.name}`, () => {
    const whole = assess(row.facts);
    for (const name of FACT_NAMES) {
      for (const why of WHYS)
        assertNoNewClaim(assess(blind(row.facts, [name], why)), whole, `${name} ${why}`);
    }
  });
}

test("blind to more facts: never a claim that less blindness does not make", () => {
  const rows = fc.constantFrom(...ROWS);
  const names = fc.uniqueArray(fc.constantFrom<FactName>(...FACT_NAMES), { maxLength: 12 });
  const whys = fc.constantFrom<Why>(...WHYS);
  fc.assert(
    fc.property(rows, names, names, whys, (row, some, others, why) => {
      const less = assess(blind(row.facts, [...some, ...others], why));
      assertNoNewClaim(
        less,
        assess(blind(row.facts, some, why)),
        `${row.name}, ${some.join()} + ${others.join()}`,
      );
    }),
    { numRuns: 30_000 },
  );
});

test("blind to everything: nothing is claimed", () => {
  for (const row of ROWS) {
    const found = assessEnforcement(blind(row.facts, FACT_NAMES), "prod", NOW);
    assert.equal(found.verdict, "unknown");
    assert.deepEqual(
      [...claims(found).values()].filter((claim) => claim !== null),
      [],
    );
  }
});

test("an unknown verdict always says what was missing or why", () => {
  for (const row of ROWS) {
    for (const name of FACT_NAMES) {
      const found = assessEnforcement(blind(row.facts, [name]), "prod", NOW);
      if (found.verdict !== "unknown" || row.verdict === "unknown") continue;
      assert.ok(
        found.missing.includes(`${name} (access-denied)`),
        `${row.name}: blind to ${name}, missing ${found.missing.join()}`,
      );
    }
  }
});
