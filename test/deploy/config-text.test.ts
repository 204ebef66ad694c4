// What packaging makes of the parameters and of the file that configFile names: refused where the functions or Lambda
// would refuse it, and short enough where it is right.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { parse } from "yaml";
import { readHandlerConfiguration } from "../../lib/config/handler-configuration.ts";

const root = join(import.meta.dirname, "../..");
const Serverless = v.object({
  params: v.object({ default: v.record(v.string(), v.union([v.string(), v.number()])) }),
});
const { params } = v.parse(Serverless, parse(readFileSync(join(root, "serverless.yml"), "utf8")));
const toConfigText = v.parse(
  v.function(),
  createRequire(import.meta.url)("../../deploy/hub/config-text.cjs"),
);

/** As osls calls it. */
async function packageWith(given: Readonly<Record<string, string>>): Promise<string> {
  const known = new Map(Object.entries({ ...params.default, ...given }));
  const resolveVariable = async (name: string) => known.get(name.replace("param:", "")) ?? assert.fail(name);
  return v.parse(v.string(), await toConfigText({ resolveVariable }));
}

function writeConfiguration(text: string | Uint8Array): { readonly configFile: string } {
  const configFile = join(mkdtempSync(join(tmpdir(), "ringfence-config-")), "ringfence.config.yaml");
  writeFileSync(configFile, text);
  return { configFile };
}

test("what is checked is the environment that serverless.yml sets", () => {
  const set =
    readFileSync(join(root, "serverless.yml"), "utf8").match(/^ +(?:RINGFENCE_|MALLOC_)\w+(?=:)/gm) ?? [];
  const checked = readFileSync(join(root, "deploy/hub/config-text.cjs"), "utf8");
  assert.ok(set.length > 12);
  for (const name of set) assert.match(checked, new RegExp(`^ +${name.trim()}:`, "m"));
});

test("without a file there is none, and a short one is JSON that a person reads", async () => {
  assert.equal(await packageWith({}), "");
  const file = writeConfiguration("limits:\n  concurrency: 5\n");
  assert.equal(await packageWith(file), '{"limits":{"concurrency":5}}');
});

test("what the functions would refuse is refused before anything is deployed", async () => {
  const misspelt = writeConfiguration("exemption: []\n");
  await assert.rejects(packageWith(misspelt), /RINGFENCE_CONFIG: exemption\n[\s\S]*exemptions/);
  await assert.rejects(packageWith({ regions: "eu-central1" }), /an AWS Region/);
  const format = writeConfiguration("publish: { sns: { format: amazon-q } }\n");
  // The topic is the deployment's.
  assert.match(await packageWith(format), /amazon-q/);
});

test("sixty exemptions, as a large organization has them, fit Lambda's 4 KB", async () => {
  const exemption = (index: number): string =>
    `  - {controls: [NETPOL.20], clusters: ["team-${index}-*"], reason: "migration, PLAT-${4000 + index}", owner: team-${index}@example.com, until: 2027-03-31}\n`;
  const all = Array.from({ length: 60 }, (_, index) => exemption(index)).join("");
  const packed = await packageWith({
    ...writeConfiguration(`exemptions:\n${all}`),
    organizationId: "o-abcd123456",
  });
  assert.ok(packed.startsWith("deflate:") && packed.length < 2500, String(packed.length));
  assert.equal(readHandlerConfiguration({ RINGFENCE_CONFIG: packed }).exemptions.length, 60);
});

test("more than Lambda takes is refused, and the sentence says what to shorten", async () => {
  const accounts = Array.from({ length: 800 }, (_, index) => 100_000_000_000 + index).join(",");
  await assert.rejects(packageWith({ accounts }), /Lambda allows 4096\. Shorten configFile, accounts or/);
  // Of an organization they are not listed at all.
  assert.equal(await packageWith({ accounts, organizationId: "o-abcd123456" }), "");
});

test("a file that PowerShell wrote is packaged as what it says", async () => {
  const text = "regions: [eu-central-1]\n";
  assert.equal(
    await packageWith(writeConfiguration(Buffer.from(`\uFEFF${text}`, "utf16le"))),
    await packageWith(writeConfiguration(text)),
  );
});
