// Input that was made to hurt: it is refused with a sentence, in time, and nothing else is taken along.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { UsageError } from "../../lib/model/usage-error.ts";
import { evaluateText, workloadsOf } from "./evaluate-text.ts";

const GOOD =
  "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {containers: [{name: main, image: web}]}\n";
const HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
const LEVELS = Array.from({ length: 9 }, (_, index) => index);

/** Milliseconds on a slow machine; each of these took minutes, or the process, in a careless reader. */
const MAX_DURATION_MS = 20_000;

const ATTACKS: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
  [
    "references that multiply",
    `${HEAD}a0: &a0 [x]\n${LEVELS.map((n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`).join("\n")}`,
    /references/,
  ],
  [
    "merges that multiply",
    `${HEAD}a0: &a0 {x: 1}\n${LEVELS.map((n) => `a${n + 1}: &a${n + 1} {<<: [${`*a${n},`.repeat(9)}]}`).join("\n")}`,
    /merges/,
  ],
  [
    "a hundred thousand references",
    `${HEAD}a: &a 1\nb:\n${"- *a\n".repeat(100_000)}`,
    /more than 200 references/,
  ],
  ["deep nesting in YAML", `${HEAD}x: ${"[".repeat(50_000)}${"]".repeat(50_000)}`, /nested too deeply/],
  [
    "deep nesting in JSON",
    `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}, "spec": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
    /NetworkPolicy x is malformed/,
  ],
  [
    "5 MB of text in one document",
    `${HEAD}data:\n  a: ${"x".repeat(5_000_000)}`,
    /5\.0 MB that is not JSON; of YAML at most 4 MB/,
  ],
  [
    "lists in lists in lists",
    `${'{"apiVersion": "v1", "kind": "List", "items": ['.repeat(50)}${"]}".repeat(50)}`,
    /lists in lists/,
  ],
];

for (const [name, text, problem] of ATTACKS)
  test(`${name}: refused, in time, alone`, async () => {
    const startedAt = performance.now();
    const result = await evaluateText(text + GOOD);
    assert.ok(performance.now() - startedAt < MAX_DURATION_MS);
    assert.equal(result.problems.length, 1);
    assert.match(result.problems[0] ?? "", problem);
    assert.ok((result.problems[0] ?? "").length < 500);
    assert.deepEqual(workloadsOf(result), ["default: Pod/good (1)"]);
    assert.equal(result.exitCode, 3);
  });

test("60,000 keys in one map are read in time", async () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `  k${index}: v`).join("\n");
  const startedAt = performance.now();
  const result = await evaluateText(`${HEAD}data:\n${keys}${GOOD}`);
  assert.ok(performance.now() - startedAt < MAX_DURATION_MS);
  assert.deepEqual(result.problems, []);
});

test("a JSON text of 40 MB in one string is read", async () => {
  const data = { a: String.raw`x\"y`.repeat(8_000_000) };
  const result = await evaluateText(
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data }),
  );
  assert.deepEqual(result.problems, []);
});

test("names of JavaScript's own are names", async () => {
  const text = [
    "apiVersion: v1\nkind: Pod\n__proto__: {polluted: 1}\nmetadata: {name: __proto__, namespace: constructor, labels: {__proto__: a, constructor: b}}\nspec: {containers: [{name: m, image: w}]}\n",
    "apiVersion: __proto__/v1\nkind: constructor\nmetadata: {name: x}\n",
    "apiVersion: v1\nkind: toString\nmetadata: {name: x}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: __proto__, namespace: constructor}\nspec: {podSelector: {matchLabels: {__proto__: a}}}\n",
  ].join("---\n");
  const result = await evaluateText(text);
  assert.deepEqual(result.problems, []);
  assert.deepEqual(workloadsOf(result), ["constructor: Pod/__proto__ (1)"]);
  assert.equal(result.namespaces[0]?.workloads[0]?.ingress.isolated, true);
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

test("a problem never quotes the document, which may hold a secret, nor what would steer a terminal", async () => {
  const result = await evaluateText(
    `apiVersion: v1\nkind: Secret\nstringData:\n  password: "hunter2\n---\napiVersion: v1\nkind: "Pod\\u001b[31m"\nmetadata: {name: 5}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: "\\u001b[31mx", namespace: a}\n`,
  );
  assert.equal(result.problems.length, 2);
  for (const problem of result.problems) {
    assert.doesNotMatch(problem, /hunter2/);
    assert.ok(!problem.includes("\u001b"));
  }
});

const SEED = `apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: &meta {name: web, namespace: shop, labels: {app: "web"}}
  spec:
    template:
      metadata: *meta
      spec: {containers: [{name: main, image: 'web', ports: [{containerPort: 80}]}]}
---
{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", "labels": null},
 "spec": {"podSelector": {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}, "ingress": [{"from": []}]}}
--- # a comment
apiVersion: v1
kind: Pod
metadata:
  name: |
    bare
spec: {hostNetwork: no, containers: [{name: m, image: w}]}
`;

/** Characters with a meaning in YAML or JSON, and pieces of the seed itself. */
const noise = fc.oneof(
  fc.constantFrom(
    ...Array.from("{}[],:#&*!|>'\"%@`-?~\n\t \r\u0000\uFEFF\u2028"),
    "---\n",
    "...\n",
    "<<: *meta",
    "__proto__: ",
    "null",
    "- ",
  ),
  fc.tuple(fc.nat(SEED.length), fc.nat(40)).map(([from, length]) => SEED.slice(from, from + length)),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const edit = fc.record({ at: fc.nat(SEED.length), removed: fc.nat(12), inserted: noise });

test("whatever is done to a manifest, the outcome is a report or a usage error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
      const text = edits.reduce(
        (sofar, { at, removed, inserted }) => sofar.slice(0, at) + inserted + sofar.slice(at + removed),
        SEED,
      );
      const outcome = await evaluateText(text).catch((error: unknown) => error);
      if (outcome instanceof Error) assert.ok(outcome instanceof UsageError, outcome.stack);
    }),
    { numRuns: 300 },
  );
});
