// What a rescan looks at: what was missed, never less.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Coverage } from "../../lib/model/target.ts";
import { toMissedScopes } from "../../lib/scan/missed-scopes.ts";

function missed(account: string | null, region: string | null, cluster: string | null): Coverage {
  return { account, region, cluster, outcome: "missed", why: "throttled", detail: "" };
}

const A = "111111111111";
const B = "222222222222";

const table: readonly [string, readonly Coverage[], unknown][] = [
  ["nothing missed is nothing to look at", [], {}],
  ["a cluster", [missed(A, "eu-west-1", "a")], { [A]: { regions: ["eu-west-1"], clusters: ["a"] } }],
  [
    "clusters of several Regions",
    [missed(A, "eu-west-1", "b"), missed(A, "eu-central-1", "a"), missed(A, "eu-west-1", "a")],
    { [A]: { regions: ["eu-central-1", "eu-west-1"], clusters: ["a", "b"] } },
  ],
  ["a Region is looked at whole", [missed(A, "eu-west-1", null)], { [A]: { regions: ["eu-west-1"] } }],
  [
    "a Region and a cluster of another",
    [missed(A, "eu-west-1", null), missed(A, "eu-central-1", "a")],
    { [A]: { regions: ["eu-central-1", "eu-west-1"] } },
  ],
  [
    "an account is looked at whole, the others are not",
    [missed(A, null, null), missed(A, "eu-west-1", "a"), missed(B, "eu-west-1", "a")],
    { [A]: {}, [B]: { regions: ["eu-west-1"], clusters: ["a"] } },
  ],
];

for (const [name, entries, expected] of table)
  test(name, () => {
    const scopes = toMissedScopes(entries);
    assert.ok(scopes !== "everything");
    assert.deepEqual(Object.fromEntries(scopes), expected);
  });

test("accounts that could not be listed are everything", () => {
  assert.equal(toMissedScopes([missed(A, "eu-west-1", "a"), missed(null, null, null)]), "everything");
});
