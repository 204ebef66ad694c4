// `ringfence estimate` as a process: what it says of the first run is what the first run then imports.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { healthyCluster, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const folder = makeFolder();
const base = singleAccount();
const [account] = base.accounts;
assert.ok(account !== undefined);
const manifests = [...shop(), namespace("open"), deployment("open", "app")];
const world = { ...base, accounts: [{ ...account, clusters: [healthyCluster({ manifests })] }] };
let cloud: Cloud;

before(async () => {
  cloud = await startCloud(world);
});
after(() => cloud.close());

interface Told {
  readonly estate: { readonly source: string; readonly clusters: number; readonly complete: boolean };
  readonly assumptions: { readonly notes: readonly string[] };
  readonly prices: { readonly date: string; readonly region: string };
  readonly securityHub: Readonly<
    Record<"changes" | "all", { readonly firstRun: { readonly events: number } }>
  >;
  readonly total: { readonly firstMonthUsd: number };
}

async function estimate(...args: readonly string[]): Promise<Told> {
  const { stdout, stderr, exitCode } = await run(["estimate", "--format", "json", ...args], {
    environment: { ...cloud.environment },
  });
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as Told;
}

function imported(): number {
  return [...cloud.stores.findings.values()].reduce((sum, held) => sum + held.size, 0);
}

for (const include of ["changes", "all"] as const)
  test(`include: ${include}: the first run imports as many findings as were estimated`, async () => {
    cloud.stores.findings.clear();
    const config = join(folder, `${include}.json`);
    writeFileSync(config, JSON.stringify({ publish: { securityHub: { enabled: true, include } } }));
    const calls = cloud.calls.length;
    const told = await estimate("--config", config);
    const services = new Set(cloud.calls.slice(calls).map(({ service }) => service));
    assert.ok(!services.has("securityhub") && !services.has("sns"), "an estimate publishes nothing");
    const scanned = await run(["scan", "--publish", "--config", config], {
      environment: { ...cloud.environment },
    });
    assert.ok(imported() > 0, scanned.stderr);
    assert.equal(told.securityHub[include].firstRun.events, imported());
    assert.deepEqual([told.estate.source, told.estate.clusters], ["scan", 1]);
  });

test("a report says the same as the scan that made it", async () => {
  const file = join(folder, "report.json");
  const made = await run(["scan", "--format", "json", "--output", file, "--exit-zero"], {
    environment: { ...cloud.environment },
  });
  assert.equal(made.exitCode, 0, made.stderr);
  const [scanned, read] = [await estimate(), await estimate("--report", file)];
  assert.deepEqual(read.securityHub, scanned.securityHub);
  assert.equal(read.estate.source, "report");
});

test("a description needs no cloud, and the answer names its prices", async () => {
  const told = await estimate("--clusters", "1000", "--namespaces", "50");
  assert.deepEqual([told.estate.source, told.estate.complete], ["flags", true]);
  assert.match(told.prices.date, /^\d{4}-\d\d$/);
  assert.equal(told.prices.region, "us-east-1");
  assert.ok(told.total.firstMonthUsd > 5);
  const { stdout } = await run(["estimate", "--clusters", "1000", "--namespaces", "50"]);
  assert.match(stdout, /Prices of us-east-1, collected 2026-11/);
  assert.match(stdout, /which is an upper bound; 50 % of them are open/);
  assert.match(stdout, /Together: \$\d+\.\d\d in the first month/);
});

describe("told wrong", () => {
  const REFUSALS: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [["--report", "none.json"], /--report none\.json cannot be read/],
    [["--report", "x", "--clusters", "1"], /give one of them/],
    [
      ["--namespaces", "5", "--open-share", "0.1"],
      /--namespaces, --open-share describes an estate together with/,
    ],
    [["--clusters", "0"], /whole number from 1/],
    [["--clusters", "1", "--open-share", "2"], /number from 0 to 1/],
  ];
  for (const [args, says] of REFUSALS)
    test(args.join(" "), async () => {
      const { exitCode, stderr } = await run(["estimate", ...args]);
      assert.equal(exitCode, 2);
      assert.match(stderr, says);
    });

  test("a file that is no report", async () => {
    const file = join(folder, "no-report.json");
    writeFileSync(file, '{"schemaVersion": 1}');
    const { exitCode, stderr } = await run(["estimate", "--report", file]);
    assert.equal(exitCode, 2);
    assert.match(
      stderr,
      /is not a report that can be read: tool is missing or wrong\. Write one with ringfence scan --format json/,
    );
  });
});
