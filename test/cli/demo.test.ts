// `ringfence demo` as a process: its exit codes, where its output goes, and what a pipe gets.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as v from "valibot";
import type { Report } from "../../lib/model/report.ts";
import { ReportSchema } from "../../lib/report/schema.ts";
import { makeFolder, ROOT, run } from "./run-ringfence.ts";

// oxlint-disable-next-line no-control-regex -- what a terminal obeys, and a file should not hold
const ESCAPES = /\u001b|\r/;

const folder = makeFolder();

/** Parses and checks; the schema of the file is generated from this one. */
function parseReport(json: string): Report {
  const { output, issues } = v.safeParse(ReportSchema, JSON.parse(json));
  assert.deepEqual(issues?.map((issue) => v.getDotPath(issue)) ?? [], []);
  return output as Report;
}

function writeProfile(name: string, endpoint: string): string {
  const file = join(folder, "aws-config");
  writeFileSync(
    file,
    `[profile ${name}]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = not-of-the-demo
endpoint_url = ${endpoint}
services = own
[services own]
eks =
  endpoint_url = ${endpoint}
`,
  );
  return file;
}

describe("ringfence demo", { concurrency: 4 }, () => {
  test("exits 3, because a cluster and an account could not be looked at", async () => {
    const { exitCode, stdout, stderr } = await run(["demo"]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /^Ringfence .*\n\nINCOMPLETE {2}1 cluster and 1 account could not be looked at/);
    assert.match(stdout, /legacy-erp/);
    assert.match(stderr, /^Emulated cloud on this machine: Fernwood/);
    assert.doesNotMatch(stdout + stderr, ESCAPES, "a pipe gets no escapes and no live line");
  });

  test("--exit-zero, as `npm run demo` has it, with JSON: the coverage and the verdicts of the demo", async () => {
    const { exitCode, stdout } = await run(["demo", "--exit-zero", "--format", "json"]);
    assert.equal(exitCode, 0);
    const report = parseReport(stdout);
    assert.equal(report.complete, false);
    const namesOf = (wanted: string) =>
      report.coverage
        .filter(({ outcome }) => outcome === wanted)
        .map(({ cluster, account }) => cluster ?? account);
    assert.deepEqual(namesOf("missed"), ["111122223333", "legacy-erp"]);
    assert.deepEqual(namesOf("skipped"), ["checkout-next"]);
    assert.equal(namesOf("scanned").length, 7);
    const verdicts = report.clusters.map(({ name, enforcement }) => `${name} ${enforcement.verdict}`);
    assert.ok(verdicts.includes("shop-prod-us configured-not-enforced"), verdicts.join());
    assert.equal(report.stats, undefined, "only with --stats");
  });

  test("a world in which everything is fine exits 0", async () => {
    const { exitCode, stdout } = await run(["demo", "--world", "single-account"]);
    assert.equal(exitCode, 0);
    assert.match(stdout, /✓ ENFORCED/);
  });

  const OWN_SETTINGS: readonly (readonly [what: string, (elsewhere: string) => Record<string, string>])[] = [
    ["a profile that is not there", () => ({ AWS_PROFILE: "nowhere" })],
    [
      "a profile with endpoints and credentials of its own",
      (elsewhere) => ({ AWS_PROFILE: "corp", AWS_CONFIG_FILE: writeProfile("corp", elsewhere) }),
    ],
    ["FIPS endpoints", () => ({ AWS_USE_FIPS_ENDPOINT: "true" })],
    [
      "no other endpoints wanted, and a proxy",
      (elsewhere) => ({
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
        HTTPS_PROXY: elsewhere,
        HTTP_PROXY: elsewhere,
      }),
    ],
  ];
  for (const [what, toEnvironment] of OWN_SETTINGS)
    test(`the user's own AWS settings are not the demo's: ${what}`, async (context) => {
      let connections = 0;
      const listener = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
      context.after(() => listener.close());
      const address = listener.address();
      assert.ok(address !== null && typeof address === "object");
      const environment = toEnvironment(`http://127.0.0.1:${address.port}`);
      const { exitCode, stdout } = await run(["demo", "--world", "single-account"], { environment });
      assert.match(stdout, /✓ ENFORCED/);
      assert.equal(exitCode, 0);
      assert.equal(connections, 0);
    });

  const FAIL_ON: readonly (readonly [severity: string, exitCode: number])[] = [
    ["critical", 0],
    ["high", 1],
    ["none", 0],
  ];
  for (const [severity, expected] of FAIL_ON)
    test(`--fail-on ${severity} where the worst failure is high: exit ${expected}`, async () => {
      const { exitCode } = await run(["demo", "--world", "hostile-names", "--fail-on", severity]);
      assert.equal(exitCode, expected);
    });

  test("where something was not looked at, --fail-on none still exits 3", async () => {
    const { exitCode } = await run(["demo", "--world", "wrong-ca", "--fail-on", "none"]);
    assert.equal(exitCode, 3);
  });

  test("--output takes the report, and standard output stays empty", async () => {
    const file = join(folder, "report.json");
    const args = ["demo", "--world", "single-account", "--format", "json", "--output", file, "--stats"];
    const { exitCode, stdout } = await run(args);
    assert.deepEqual([exitCode, stdout], [0, ""]);
    const { stats, coverage } = parseReport(readFileSync(file, "utf8"));
    assert.equal(coverage.length, 1);
    assert.equal(stats?.awsCalls["eks:DescribeCluster"], 1);
    assert.ok(stats !== undefined && stats.kubernetesRequests > 0);
  });

  for (const [what, file, says] of [
    ["a folder that is not there", join(folder, "no-such-folder", "report.json"), /no such file or folder/],
    ["below a file", join(ROOT, "package.json", "report.json"), /a part of its path is a file/],
    ["a folder", folder, /It is a folder; name a file in it/],
  ] as const)
    test(`--output to ${what}: exit 2 before anything is looked at, and the reason`, async () => {
      const { exitCode, stdout, stderr } = await run(["demo", "--world", "single-account", "--output", file]);
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, /^error: option '--output <file>' argument/);
      assert.match(stderr, says);
      assert.equal(stderr.trim().split("\n").length, 1, "no cluster was scanned");
    });

  test("--quiet: nothing on standard error, and the same report", async () => {
    const { exitCode, stdout, stderr } = await run(["demo", "--world", "single-account", "--quiet"]);
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.match(stdout, /✓ ENFORCED/);
  });

  test("hostile names come out as text, not as commands to the terminal", async () => {
    const { stdout } = await run(["demo", "--world", "hostile-names", "--verbose"]);
    assert.match(stdout, /__proto__/);
    assert.doesNotMatch(stdout, ESCAPES);
    assert.doesNotMatch(stdout, /\u202e/);
  });
});
