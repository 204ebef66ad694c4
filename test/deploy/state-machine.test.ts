// The definition of the state machine: valid, and what its comments promise.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
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
    assert.ok(Number(map["MaxConcurrency"]) > 0 && Number(map["MaxConcurrency"]) <= 100);
    assert.match(JSON.stringify(map["ResultWriter"]), /s3:putObject/);
    // With a writer the output is where the results are: the machine's own data stays far from 256 KiB.
    assert.match(String(map["ResultPath"]), /^\$\.\w+$/);
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
