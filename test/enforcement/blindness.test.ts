// The law of the engine: seeing less may cost the answer and never changes it. For every row and every fact,
// each reason for not seeing it, and growing sets of unseen facts.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import type { EnforcementDetail } from "../../lib/model/enforcement-detail.ts";
import { WHYS } from "../../lib/model/observed.ts";
import type { Why } from "../../lib/model/observed.ts";
import type { Enforcement } from "../../lib/model/posture.ts";
import { FACT_NAMES } from "../../lib/model/snapshot.ts";
import type { FactName, Facts } from "../../lib/model/snapshot.ts";
import { assessEnforcement, assessEnforcementDetail } from "./assess.ts";
import { anyCluster } from "./any-cluster.ts";
import { NOW, blind } from "./facts.ts";
import { collect, collectAtLevel1 } from "./row.ts";
import { ROWS } from "./rows.ts";

type Claims = ReadonlyMap<string, string | boolean | null>;

/** Everything that the result claims, by name; "no claim" is null. */
function claims(enforcement: Enforcement, detail: EnforcementDetail): Claims {
  const { verdict, engine, mode, unselectedPods, ipBlocksMatchPods, nodes } = enforcement;
  const { settings, processing, versions, coexistence } = detail;
  return new Map<string, string | boolean | null>([
    ["verdict", verdict === "unknown" ? null : verdict],
    ["engine", engine],
    ["mode", mode],
    ["unselectedPods", unselectedPods],
    ["ipBlocksMatchPods", ipBlocksMatchPods],
    ["appliesAnywhere", detail.appliesAnywhere],
    ...Object.entries({ settings, processing, versions, coexistence }).map(
      ([question, { state }]): [string, string | null] => [question, state === "unknown" ? null : state],
    ),
    ...processing.policies.map(({ namespace, name, state }): [string, string | null] => [
      `policy ${namespace}/${name}`,
      state === "unknown" ? null : state,
    ]),
    ...nodes.map(({ name, verdict }): [string, string | null] => [
      `node ${name}`,
      verdict === "unknown" ? null : verdict,
    ]),
  ]);
}

function assess(facts: Facts): Claims {
  return claims(assessEnforcement(facts, "prod", NOW), assessEnforcementDetail(facts, "prod", NOW));
}

/** Every claim of the one who saw less is made by the one who saw more. */
function assertNoNewClaim(less: Claims, more: Claims, how: string) {
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
    { numRuns: 1500 },
  );
});

test("blind in clusters that nobody would build: no new claim either", () => {
  const names = fc.uniqueArray(fc.constantFrom<FactName>(...FACT_NAMES), { maxLength: 6 });
  fc.assert(
    fc.property(anyCluster, names, names, (truth, some, others) => {
      const whole = collect(truth);
      const less = assess(blind(whole, [...some, ...others]));
      assertNoNewClaim(less, assess(blind(whole, some)), `${some.join()} + ${others.join()}`);
    }),
    { numRuns: 1500 },
  );
});

test("at level 1 nothing is claimed that level 2 does not see", () => {
  fc.assert(
    fc.property(anyCluster, (truth) => {
      assertNoNewClaim(assess(collectAtLevel1(truth)), assess(collect(truth)), "level 1");
    }),
    { numRuns: 1500 },
  );
});

test("blind to everything: nothing is claimed", () => {
  for (const row of ROWS) {
    const found = assess(blind(row.facts, FACT_NAMES));
    assert.deepEqual(
      [...found.values()].filter((claim) => claim !== null),
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
