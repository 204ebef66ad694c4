// What is shipped: the template, offline and without credentials, and the bundles, in bytes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import { toFields } from "../../../emulator/aws/cloud-formation.ts";
import { STAGES } from "../../deploy/state-machine-definition.ts";
import { world } from "../../../emulator/worlds/build.ts";
import { hubAccount } from "../../../emulator/worlds/scenarios/small-company.ts";
import { packageTemplate, toDeployment, type Template } from "./deployment.ts";
import { readZip } from "./read-zip.ts";

const root = join(import.meta.dirname, "../../..");
/** The hub's functions; the spoke's is bundled too, and deployed by deploy/spoke.yaml. */
const handlers = ["start", ...STAGES];
const bundles = [...handlers, "collect"];

let template: Template;
before(() => {
  template = packageTemplate();
});

/**
 * KiB: what a cold start reads, and that gzipped. The target of 512 and 160 was set for the AWS clients and the
 * cluster reader; scan and report carry the judgement (150) and the YAML parser (98) besides.
 */
const BUDGETS: Readonly<Record<string, readonly [number, number]>> = {
  start: [220, 75],
  accounts: [512, 160],
  collect: [512, 160],
  discover: [512, 160],
  plan: [512, 160],
  report: [620, 205],
  scan: [720, 235],
};
/** KiB: all of a bundle, lazily read parts too. */
const WHOLE = 1024;

const Size = v.object({ bytes: v.number(), gzipped: v.number() });
const Sizes = v.array(v.object({ name: v.string(), start: Size, total: Size }));

test("bundles keep their budgets, and the same sources give the same bytes", async (context) => {
  const { buildLambda } = v.parse(
    v.object({ buildLambda: v.function() }),
    await import(pathToFileURL(join(root, "build.mjs")).href),
  );
  const folder = mkdtempSync(join(tmpdir(), "ringfence-bundles-"));
  const sizes = v.parse(Sizes, await buildLambda(folder));
  assert.deepEqual(sizes.map(({ name }) => name).toSorted(), bundles.toSorted());
  for (const { name, start, total } of sizes) {
    const [bytes = 0, gzipped = 0] = BUDGETS[name] ?? [];
    context.diagnostic(
      `${name}: ${start.bytes} bytes at the start, ${start.gzipped} gzipped; ${total.bytes} in all`,
    );
    assert.ok(start.bytes <= bytes * 1024, `${name}: ${start.bytes} bytes`);
    assert.ok(start.gzipped <= gzipped * 1024, `${name}: ${start.gzipped} bytes gzipped`);
    assert.ok(total.bytes <= WHOLE * 1024, `${name}: ${total.bytes} bytes in all`);
    const again = readFileSync(join(folder, `${name}.zip`));
    assert.ok(again.equals(readFileSync(join(root, "dist/lambda", `${name}.zip`))), `${name}: other bytes`);
  }
});

test("a zip holds its bundle and nothing of this machine", () => {
  for (const name of bundles) {
    const files = readZip(readFileSync(join(root, "dist/lambda", `${name}.zip`)));
    assert.deepEqual([...files.keys()].toSorted(), readdirSync(join(root, "dist/lambda", name)).toSorted());
    assert.ok(files.has("index.mjs"));
    for (const [file, content] of files) assert.ok(!content.includes(root), `${name}/${file} names ${root}`);
  }
});

test("each function has a role, a log group with an end, a supported runtime, and no reserved concurrency", () => {
  const resources = Object.values(toFields(template["Resources"])).map(toFields);
  const functions = resources.filter(({ Type }) => Type === "AWS::Lambda::Function");
  assert.equal(functions.length, handlers.length);
  const roles = functions.map(({ Properties }) => JSON.stringify(toFields(Properties)["Role"]));
  assert.equal(new Set(roles).size, functions.length);
  for (const { Properties } of functions) {
    const { Runtime, Architectures, ReservedConcurrentExecutions, Tags } = toFields(Properties);
    assert.equal(Runtime, "nodejs24.x");
    assert.deepEqual(Architectures, ["arm64"]);
    assert.equal(ReservedConcurrentExecutions, undefined);
    assert.match(JSON.stringify(Tags), /"application"/);
  }
  const logs = resources.filter(({ Type }) => Type === "AWS::Logs::LogGroup");
  assert.equal(logs.length, functions.length);
  for (const { Properties } of logs) assert.equal(toFields(Properties)["RetentionInDays"], 90);
});

test("a configuration file reaches the functions as it is, line by line", () => {
  const path = join(mkdtempSync(join(tmpdir(), "ringfence-config-")), "ringfence.config.yaml");
  writeFileSync(path, "limits:\n  concurrency: 5\n");
  const configured = packageTemplate(`configFile=${path}`, "retentionDays=30");
  const text = JSON.stringify(toFields(configured["Resources"])["ScanLambdaFunction"]);
  assert.match(text, /"RINGFENCE_CONFIG":"limits:\\n {2}concurrency: 5\\n"/);
});

test("cfn-lint finds nothing, also with the state machine's definition filled in", (context) => {
  if (spawnSync("cfn-lint", ["--version"]).error !== undefined) {
    context.diagnostic("SKIPPED: cfn-lint is not on this machine");
    context.skip("cfn-lint is not on this machine");
    return;
  }
  const filled = withDefinition(template);
  for (const [name, text] of [
    ["packaged.json", JSON.stringify(template)],
    ["filled.json", JSON.stringify(filled)],
  ] as const) {
    const path = join(mkdtempSync(join(tmpdir(), "ringfence-lint-")), name);
    writeFileSync(path, text);
    const { stdout, status } = spawnSync("cfn-lint", ["--format", "parseable", path], { encoding: "utf8" });
    assert.equal(stdout, "");
    assert.equal(status, 0);
  }
});

/** cfn-lint knows service integrations of the partition aws only, and no substitutions (E3601, ignored in ours). */
function withDefinition(packaged: Template): Template {
  const hub = world({ name: "hub", description: "The hub.", accounts: [hubAccount([])] });
  const { definition } = toDeployment(packaged, hub, {});
  const resources = toFields(packaged["Resources"]);
  const machine = toFields(resources["StateMachine"]);
  const { DefinitionSubstitutions: _, ...properties } = toFields(machine["Properties"]);
  return {
    ...packaged,
    Resources: {
      ...resources,
      StateMachine: { Type: machine["Type"], Properties: { ...properties, Definition: definition } },
    },
  };
}
