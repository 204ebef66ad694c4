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
import { controls } from "../../../lib/controls/index.ts";
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

/** KiB, and gzipped, each file by itself. */
interface Budget {
  readonly bytes: number;
  readonly gzipped: number;
}

/**
 * A start reads the entry and what it imports statically, down to the last file; what only an event asks for (the AWS
 * clients, the judgement, publishing, YAML) comes with the event. `start` sends one call for each event, and has it ready.
 */
const STARTS: Readonly<Record<string, Budget>> = { start: { bytes: 150, gzipped: 52 } };
const START: Budget = { bytes: 56, gzipped: 20 };
/**
 * All of a bundle, all that any event may need: 512 KB, and 160 gzipped. Over it is the one that judges: our own code is 382
 * KiB of it, 127 gzipped, the clients of AWS 188 and 58, YAML 92 and 28. Its bound is what stands today with some room, so that
 * nothing heavy slips in.
 */
const WHOLES: Readonly<Record<string, Budget>> = { scan: { bytes: 716, gzipped: 228 } };
const WHOLE: Budget = { bytes: 512, gzipped: 160 };

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
    context.diagnostic(`${name}: ${toText(start)} at the start; ${toText(total)} in all`);
    assert.ok(isWithin(start, STARTS[name] ?? START), `${name} starts with ${toText(start)}`);
    assert.ok(isWithin(total, WHOLES[name] ?? WHOLE), `${name} has ${toText(total)}`);
    const again = readFileSync(join(folder, `${name}.zip`));
    assert.ok(again.equals(readFileSync(join(root, "dist/lambda", `${name}.zip`))), `${name}: other bytes`);
  }
});

function isWithin(size: v.InferOutput<typeof Size>, bound: Budget): boolean {
  return size.bytes <= bound.bytes * 1024 && size.gzipped <= bound.gzipped * 1024;
}

function toText({ bytes, gzipped }: v.InferOutput<typeof Size>): string {
  return `${bytes} bytes, ${gzipped} gzipped`;
}

test("no bundle imports a module of Node, which would load all that it can give", () => {
  for (const name of bundles)
    for (const [file, content] of readZip(readFileSync(join(root, "dist/lambda", `${name}.zip`))))
      assert.doesNotMatch(content.toString("utf8"), /(?:from|import)\s*\(?"node:/, `${name}/${file}`);
});

test("the bundle that judges has the words of findings, and not those that only documents have", () => {
  const files = readZip(readFileSync(join(root, "dist/lambda/scan.zip")));
  const text = [...files.values()].map(String).join("\n");
  for (const control of controls) {
    assert.ok(text.includes(control.title), control.title);
    assert.ok(!text.includes(control.rationale), control.rationale);
    assert.ok(!text.includes(control.severityReason), control.severityReason);
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

test("a configuration file reaches the functions as JSON", () => {
  const path = join(mkdtempSync(join(tmpdir(), "ringfence-config-")), "ringfence.config.yaml");
  writeFileSync(path, "limits:\n  concurrency: 5\n");
  const configured = packageTemplate(`configFile=${path}`, "retentionDays=30");
  const text = JSON.stringify(toFields(configured["Resources"])["ScanLambdaFunction"]);
  assert.match(text, /"RINGFENCE_CONFIG":"\{\\"limits\\":\{\\"concurrency\\":5\}\}"/);
});

test("a width of a map reaches the state machine as a number, and the report's memory its function and its heap", () => {
  const configured = packageTemplate("chunksAtOnce=5", "reportMemory=10240");
  const report = JSON.stringify(toFields(configured["Resources"])["ReportLambdaFunction"]);
  assert.match(report, /"MemorySize":10240,/);
  assert.match(report, /"NODE_OPTIONS":"--max-semi-space-size=16 --max-old-space-size=8704"/);
  const definition = JSON.stringify(toFields(configured["Resources"])["StateMachine"]);
  assert.match(definition, /"Label":"scan","MaxConcurrency":5,/);
});

// The last days of a Lambda runtime are told by AWS; with these a template that has not changed fails one morning.
const CFN_LINT_OPTIONS = ["--ignore-checks", "W2531", "E2531", "E2533", "--format", "parseable"];

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
    const { stdout, status } = spawnSync("cfn-lint", [...CFN_LINT_OPTIONS, path], { encoding: "utf8" });
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
