// The definition of the state machine: valid, and what its comments promise.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { SCANS_AT_ONCE } from "../../lib/preflight/check-destinations.ts";
import { listStates, readDefinition, toFunctionArn, toProcessor } from "./state-machine-definition.ts";

const Validator = v.function();
const Result = v.object({ isValid: v.boolean(), errors: v.array(v.unknown()) });
// The package's types name neither its export nor its result.
const validate = v.parse(Validator, createRequire(import.meta.url)("asl-validator"));

const definition = readDefinition();
const states = listStates(definition);
const tasks = states.filter(([, { Type }]) => Type === "Task");
const maps = states.filter(([, { Type }]) => Type === "Map");
const isOuter = (name: string) => Object.hasOwn(definition.States, name);

function problemsOf(candidate: unknown): readonly unknown[] {
  const { isValid, errors } = v.parse(Result, validate(candidate, { checkPaths: true, checkArn: true }));
  assert.equal(isValid, errors.length === 0);
  return errors;
}

test("asl-validator finds nothing, and would", () => {
  assert.deepEqual(problemsOf(definition), []);
  const { Report: _, ...others } = definition.States;
  assert.notDeepEqual(problemsOf({ ...definition, States: others }), []);
});

test("every state whose work can fail leads to the report, and the report's failure fails the run", () => {
  const working = states.filter(([name, { Type }]) => isOuter(name) && (Type === "Task" || Type === "Map"));
  const led = [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Report" }];
  assert.deepEqual(
    working
      .filter(([, state]) => JSON.stringify(state["Catch"]) !== JSON.stringify(led))
      .map(([name]) => name),
    ["Report"],
  );
  // A state that fails by itself can be redriven; one that went on to Fail cannot.
  assert.equal(definition.States["Report"]?.["Catch"], undefined);
});

test("maps run a bounded number of standard children, tolerate every failure, and keep what became of each", () => {
  assert.deepEqual(
    maps.map(([name]) => name),
    ["DiscoverAccounts", "ScanChunks"],
  );
  for (const [, map] of maps) {
    const { Mode, ExecutionType } = toProcessor(map).ProcessorConfig;
    assert.deepEqual([Mode, ExecutionType], ["DISTRIBUTED", "STANDARD"]);
    // An unset tolerance is 0, and an unset concurrency 10,000.
    assert.equal(map["ToleratedFailurePercentage"], 100);
    // A fifth of what Lambda lets an account run at once by default: the rest is for whatever else runs there.
    assert.ok(Number(map["MaxConcurrency"]) > 0 && Number(map["MaxConcurrency"]) <= 200);
    assert.match(JSON.stringify(map["ResultWriter"]), /s3:putObject/);
    // With a writer the output is where the results are: the machine's own data stays far from 256 KiB.
    assert.match(String(map["ResultPath"]), /^\$\.\w+$/);
  }
});

test("doctor knows how many scans a run starts at once", () => {
  assert.equal(definition.States["ScanChunks"]?.["MaxConcurrency"], SCANS_AT_ONCE);
});

const Deployed = v.object({
  States: v.objectWithRest({ ScanChunks: v.looseObject({}) }, v.looseObject({})),
});
const deployed = async (parameters: Readonly<Record<string, string | number>>) => {
  const load = v.parse(
    v.function(),
    createRequire(import.meta.url)("../../deploy/hub/state-machine-definition.cjs"),
  );
  const given = { accountsAtOnce: "", chunksAtOnce: "", ...parameters };
  const resolveVariable = (name: string) =>
    Promise.resolve(Object.entries(given).find(([parameter]) => name === `param:${parameter}`)?.[1]);
  return v.parse(Deployed, await load({ resolveVariable }));
};

test("a deployment gives the maps other widths as numbers, and nothing else of the definition changes", async () => {
  const shipped = await deployed({});
  assert.deepEqual(shipped.States.ScanChunks["MaxConcurrency"], SCANS_AT_ONCE);
  const wider = await deployed({ accountsAtOnce: "7", chunksAtOnce: 9 });
  assert.equal(wider.States["DiscoverAccounts"]?.["MaxConcurrency"], 7);
  assert.equal(wider.States.ScanChunks["MaxConcurrency"], 9);
  const text = (of: unknown) => JSON.stringify(of).replaceAll(/"MaxConcurrency":\d+/g, "");
  assert.equal(text(wider), text(shipped));
  for (const chunksAtOnce of ["many", "0", "-1", "1.5", "10001"])
    await assert.rejects(deployed({ chunksAtOnce }), /--param chunksAtOnce is .*: give a whole number/);
});

test("what serverless.yml says of the widths is what the definition has", () => {
  const serverless = readFileSync(join(import.meta.dirname, "../../serverless.yml"), "utf8").replaceAll(
    /\n\s+# /g,
    " ",
  );
  for (const [parameter, state] of [
    ["accountsAtOnce", "DiscoverAccounts"],
    ["chunksAtOnce", "ScanChunks"],
  ] as const) {
    const said = new RegExp(`Empty: (\\d+), [^"]*? ${parameter}: ""`).exec(
      serverless.replaceAll(/\s+/g, " "),
    )?.[1];
    assert.equal(Number(said), definition.States[state]?.["MaxConcurrency"], parameter);
  }
});

test("each stage is invoked by one task, which repeats only what Lambda itself refused, and ends in time", () => {
  const invoked = tasks.map(([, { Parameters }]) =>
    v.parse(v.looseObject({ FunctionName: v.string() }), Parameters),
  );
  assert.deepEqual(
    invoked.map(({ FunctionName }) => FunctionName),
    ["accounts", "discover", "plan", "scan", "report"].map(toFunctionArn),
  );
  for (const [name, task] of tasks) {
    const [retry, ...more] = v.parse(v.array(v.looseObject({})), task["Retry"]);
    assert.equal(more.length, 0, name);
    assert.deepEqual(retry?.["ErrorEquals"], [
      "Lambda.TooManyRequestsException",
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
    ]);
    assert.equal(retry?.["JitterStrategy"], "FULL");
    assert.ok(Number(retry?.["BackoffRate"]) > 1);
    assert.ok(Number(task["TimeoutSeconds"]) <= 960, name);
  }
});

test("nothing in the definition is null: CloudFormation takes no nulls, and osls drops them in silence", () => {
  assert.doesNotMatch(JSON.stringify(definition), /\bnull\b/);
});

test("the picture in docs/architecture.md has the machine's states and no others", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../docs/architecture.md"), "utf8");
  const picture = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(docs)?.[1] ?? "";
  const drawn = [...picture.matchAll(/^\s*(?:state )?(\w+)(?: -->| \{)|--> (\w+)/gm)].flatMap(
    ([, from, to]) => from ?? to ?? [],
  );
  assert.deepEqual([...new Set(drawn)].toSorted(), states.map(([name]) => name).toSorted());
});

test("in every partition the service integrations are that partition's", () => {
  const text = JSON.stringify(readDefinition("aws-us-gov"));
  assert.match(text, /arn:aws-us-gov:states:::lambda:invoke/);
  assert.doesNotMatch(text, /arn:aws:states/);
});
