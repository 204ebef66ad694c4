// What comes in: documents of every form, and what is said of those that cannot be used.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { evaluateObjects, evaluateText, run, toList, workloadsOf } from "./evaluate-text.ts";
import { deployment, object, pod, policy } from "./objects.ts";

const POD = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: main, image: web}]}\n`;

test("documents are separated by --- lines; comments and empty ones are nothing", async () => {
  const text = [
    "# Source: chart/templates/empty.yaml\n",
    "---\n---\n# only a comment\n--- # a comment on the mark\n\n",
    `--- # content follows\n${POD("a")}`,
    `---\n${POD("b")}...\n`,
    `%YAML 1.2\n---\n${POD("c")}---`,
  ].join("");
  const result = await evaluateText(text);
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (1)", "default: Pod/b (1)", "default: Pod/c (1)"]);
  assert.equal(result.exitCode, 0);
  assert.equal(result.report.complete, true);
});

test("a --- inside a text is content where it is indented", async () => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: |\n    ---\n    b\n---\n${POD("a")}`;
  const result = await evaluateText(text);
  assert.deepEqual(result.problems, []);
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (1)"]);
});

for (const [name, text] of [
  ["CRLF", POD("a").replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${POD("a")}`],
  ["a byte order mark before a later document", `---\n# nothing\n\uFEFF---\n${POD("a")}`],
  [
    "JSON",
    JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a" },
      spec: { containers: [{ name: "m", image: "w" }] },
    }),
  ],
  ["a List", `apiVersion: v1\nkind: List\nitems:\n- ${POD("a").trimEnd().replaceAll("\n", "\n  ")}\n`],
  [
    "a PodList whose items leave out their type",
    JSON.stringify({
      apiVersion: "v1",
      kind: "PodList",
      items: [
        { metadata: { name: "a", namespace: "default" }, spec: { containers: [{ name: "m", image: "w" }] } },
      ],
    }),
  ],
  [
    "a List in a List",
    JSON.stringify({
      apiVersion: "v1",
      kind: "List",
      items: [
        {
          apiVersion: "v1",
          kind: "List",
          items: [
            {
              apiVersion: "v1",
              kind: "Pod",
              metadata: { name: "a" },
              spec: { containers: [{ name: "m", image: "w" }] },
            },
          ],
        },
      ],
    }),
  ],
  [
    "references and merges",
    `x-labels: &labels {tier: web}\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {<<: *labels, app: a}}\nspec: {containers: [{name: m, image: w}]}\n`,
  ],
] as const)
  test(`${name} is read`, async () => {
    const result = await evaluateText(text);
    assert.deepEqual(result.problems, []);
    assert.deepEqual(workloadsOf(result), ["default: Pod/a (1)"]);
  });

test("kubectl's booleans of YAML 1.1 are booleans", async () => {
  const result = await evaluateText(
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: yes, containers: [{name: m, image: w}]}\n",
  );
  assert.deepEqual(result.problems, []);
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (0)"]);
});

/** Each is followed by a good pod, which must count; lines are those of the file. */
const PROBLEMS: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
  ["bad YAML", "apiVersion: v1\nkind: [Pod\n", /^-:2 malformed: not valid YAML/],
  ["a tab as indentation", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n", /^-:4 malformed: .*tab/],
  ["a text", "hello\n", /^-:1 malformed: not a Kubernetes object/],
  ["a list", "\n- a\n- b\n", /^-:2 malformed: not a Kubernetes object/],
  ["a map without a kind", "apiVersion: v1\nmetadata: {name: x}\n", /^-:1 malformed: .*no kind/],
  ["a map without an apiVersion", "# a comment\nkind: Pod\n", /^-:2 malformed: .*no apiVersion/],
  [
    "the same key twice",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nmetadata: {name: b}\n",
    /^-:4 .*twice/,
  ],
  [
    "the same key twice in JSON",
    '{"apiVersion": "v1", "kind": "ConfigMap",\n"metadata": {"name": "a"},\n"metadata": {"name": "b"}}\n',
    /^-:3 .*twice/,
  ],
  [
    "a pod without containers",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {}\n",
    /Pod x is malformed: .*spec\.containers/,
  ],
  [
    "an object without a name",
    "apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {}\n",
    /^-:1 .*metadata\.name/,
  ],
  [
    "a label that is a number",
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {a: 1}}\n",
    /metadata\.labels/,
  ],
  [
    "a label that kubectl reads as a boolean",
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {a: on}}\n",
    /metadata\.labels/,
  ],
  [
    "a NetworkPolicy that Kubernetes serves no more",
    "apiVersion: extensions/v1beta1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {podSelector: {}}\n",
    /^-:1 not-supported: .*extensions\/v1beta1/,
  ],
  [
    "a template that was not rendered",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n  {{- end }}\n",
    /rendered first/,
  ],
  ["a !tag", "apiVersion: v1\nkind: Secret\nmetadata: {name: !vault x}\n", /^-:3 .*!tag/],
  ["a reference that leads nowhere", "apiVersion: v1\nkind: Secret\nmetadata: *nothing\n", /references/],
  ["a merge of what is no map", "apiVersion: v1\nkind: Secret\nmetadata: {<<: 5}\n", /merges/],
];

for (const [name, text, problem] of PROBLEMS)
  test(`${name} is named with its line, and the next document still counts`, async () => {
    const result = await evaluateText(`${text}---\n${POD("good")}`);
    assert.equal(result.problems.length, 1);
    assert.match(result.problems[0] ?? "", problem);
    assert.ok(workloadsOf(result).includes("default: Pod/good (1)"));
    assert.equal(result.exitCode, 3);
    assert.equal(result.report.complete, false);
  });

test("an item of a list is named with its own line", async () => {
  const result = await evaluateText(
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: x}\n- nonsense\n",
  );
  assert.deepEqual(
    result.problems.map((problem) => problem.split(" ")[0]),
    ["-:4", "-:7"],
  );
});

test("what we have no use for is left aside, whatever is in it", async () => {
  const text = [
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\nrules: 5\n",
    POD("a"),
  ].join("---\n");
  const result = await evaluateText(text);
  assert.deepEqual(result.problems, []);
  assert.deepEqual(
    result.namespaces.map(({ name }) => name),
    ["default"],
  );
});

test("of two objects with one name the later one counts, and that is said", async () => {
  const text = `${POD("a")}---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: default, labels: {x: z}}\nspec: {hostNetwork: true, containers: [{name: m, image: w}]}\n`;
  const result = await evaluateText(text);
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (0)"]);
  assert.match(result.remarks, /-:6: Pod default\/a stands a second time/);
  assert.equal(result.exitCode, 0);
});

test("an input without any object is refused, because nothing was looked at", async () => {
  await assert.rejects(evaluateText("# rendered to nothing\n"), /no Kubernetes object/);
});

test("a file of nonsense does not fill the report", async () => {
  const result = await evaluateText("x\n---\n".repeat(5000));
  assert.equal(result.problems.length, 101);
  assert.match(result.problems.at(-1) ?? "", /and 4900 more documents/);
});

test("the order of objects changes nothing in the report", async () => {
  const objects = [
    deployment("web", { namespace: "shop" }),
    deployment("api", { namespace: "shop" }),
    pod("bare", { namespace: "shop" }),
    policy("deny", { podSelector: {}, policyTypes: ["Ingress"] }, "shop"),
    policy("open", { podSelector: { matchLabels: { app: "web" } }, ingress: [{}] }, "shop"),
    object("v1", "Namespace", "shop", { labels: { team: "a" } }),
    deployment("other", { namespace: "elsewhere" }),
  ];
  const expected = await evaluateObjects(objects);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(objects, { minLength: objects.length }), async (shuffled) => {
      const { report } = await evaluateObjects(shuffled);
      assert.deepEqual(report.clusters, expected.report.clusters);
      assert.deepEqual(report.findings, expected.report.findings);
    }),
    { numRuns: 50 },
  );
});

test("a document that could not be used is no cluster that was missed", async () => {
  const { output, exitCode } = await run(
    ["-"],
    { format: "text" },
    `foo: [bar\n---\n${toList([pod("web")])}`,
  );
  assert.equal(exitCode, 3);
  assert.match(output, /INCOMPLETE +1 document could not be looked at/);
  assert.match(output, /1 cluster expected: 1 scanned, 0 in part, 0 missed, 0 skipped/);
});
