// action.yml and the workflows, by the grammar of GitHub's own parser, and by what keeps a hostile pull request out.
// That a runner runs them is not shown here: the script is, in test/e2e/action.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { parse } from "yaml";
import { FAIL_ON } from "../../lib/commands/exit-code.ts";
import { loadGithubParser } from "./github-parser.ts";

const root = join(import.meta.dirname, "../..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const workflows = readdirSync(join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const document = read("docs/github-action.md");
const shown = [...document.matchAll(/^```yaml workflow\n(.*?)^```/gms)].map(([, text = ""]) => text);

const Action = v.object({
  inputs: v.record(v.string(), v.object({ description: v.string(), default: v.string() })),
  outputs: v.record(v.string(), v.object({ description: v.string(), value: v.string() })),
  runs: v.object({
    steps: v.array(
      v.object({
        run: v.optional(v.string(), ""),
        uses: v.optional(v.string()),
        env: v.optional(v.record(v.string(), v.string()), {}),
      }),
    ),
  }),
});
const action = v.parse(Action, parse(read("action.yml")));
const { steps } = action.runs;

test("action.yml and every workflow are what GitHub's parser takes, and the parser refuses what is wrong", async () => {
  const { errorsOfAction, errorsOfWorkflow } = await loadGithubParser();
  assert.deepEqual(errorsOfAction(read("action.yml")), []);
  for (const name of workflows) assert.deepEqual(errorsOfWorkflow(read(name)), [], name);
  assert.ok(shown.length > 0);
  for (const text of shown) assert.deepEqual(errorsOfWorkflow(text), []);
  assert.notEqual(
    errorsOfAction(read("action.yml").replace("using: composite", "using: compsite")).length,
    0,
  );
  assert.notEqual(
    errorsOfAction(read("action.yml").replace("${{ inputs.paths }}", "${{ input.paths }}")).length,
    0,
  );
  assert.notEqual(errorsOfWorkflow(read(workflows[0] ?? "").replace("runs-on", "run-on")).length, 0);
});

test("no expression stands in a script: a hostile title, branch or file could write the script", () => {
  for (const { run } of steps) assert.doesNotMatch(run, /\$\{\{/);
  for (const name of [...workflows, "docs/github-action.md"])
    assert.doesNotMatch(read(name), /^\s*(?:- )?run:.*\$\{\{/m, name);
});

test("every action that is used is pinned by its commit, with its version beside it", () => {
  const used = [read("action.yml"), ...workflows.map(read), ...shown].flatMap((text) =>
    [...text.matchAll(/uses: +(.*)$/gm)].map(([, what = ""]) => what),
  );
  assert.ok(used.length >= 4);
  // The last one is ourselves, of which the reader chooses a commit.
  for (const what of used)
    assert.match(what, /^[\w.-]+\/[\w./-]+@(?:[0-9a-f]{40} # v\d+(?:\.\d+){2}|COMMIT # of ringfence)$/);
});

test("what the script reads is what the action hands it", () => {
  const script = read("action/evaluate-changed.sh");
  const evaluate = steps.find(({ run }) => run.includes("evaluate-changed.sh"));
  for (const name of Object.keys(evaluate?.env ?? assert.fail()))
    assert.match(script, new RegExp(`\\$\\{${name}:`), name);
  const expressions = JSON.stringify(steps);
  for (const name of Object.keys(action.inputs)) assert.ok(expressions.includes(`inputs.${name}`), name);
  for (const [name, { value }] of Object.entries(action.outputs)) {
    assert.equal(value, `\${{ steps.evaluate.outputs.${name} }}`);
    assert.ok(script.includes(`"${name}=`), name);
  }
});

test("the page names every input with its default, and every output", () => {
  for (const [name, { description, default: value }] of Object.entries(action.inputs))
    assert.ok(
      document.includes(`| \`${name}\` | ${value === "" ? "" : `\`${value}\``} | ${description} |`),
      name,
    );
  for (const [name, { description }] of Object.entries(action.outputs))
    assert.ok(document.includes(`| \`${name}\` | ${description} |`), name);
});

test("fail-on names what evaluate takes, and nothing else", () => {
  const description = action.inputs["fail-on"]?.description ?? "";
  const named = description.slice(description.indexOf(";") + 1).match(/[a-z]+/g);
  assert.deepEqual(
    named?.filter((word) => word !== "or"),
    FAIL_ON,
  );
});
