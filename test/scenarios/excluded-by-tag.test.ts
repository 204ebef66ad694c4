// Excluding clusters by tag is opt-in, named in the coverage, and never silent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { account, world } from "../../emulator/worlds/build.ts";
import { healthyCluster } from "../../emulator/worlds/scenarios/small-company.ts";
import { scanWorld } from "./scan-world.ts";

const REGION = "eu-central-1";
const tagged = world({
  name: "tagged",
  description: "Two clusters, one of which its owner took out.",
  organization: null,
  scanner: { accountId: "111111111111", region: REGION, externalId: null },
  accounts: [
    account({
      id: "111111111111",
      name: "only",
      parentId: "r-none",
      enabledRegions: [REGION],
      clusters: [
        healthyCluster({ name: "kept" }),
        healthyCluster({ name: "sandbox", describe: { tags: { "ringfence-scan": "off", team: "ml" } } }),
      ],
    }),
  ],
});

async function outcomes(exclude: readonly string[]): Promise<string[]> {
  const { report } = await scanWorld(tagged, { file: { clusters: { tags: { exclude } } } });
  return report.coverage.map(({ cluster, outcome, detail = "" }) => `${cluster} ${outcome} ${detail}`.trim());
}

test("a cluster with an excluded tag is skipped, and the coverage says by which", async () => {
  assert.deepEqual(await outcomes(["ringfence-scan=off"]), [
    "kept scanned",
    "sandbox skipped excluded by its tag ringfence-scan=off (clusters.tags.exclude)",
  ]);
});

test("a key alone excludes every value; another value of a named one does not", async () => {
  assert.match((await outcomes(["team"]))[1] ?? "", /^sandbox skipped/);
  assert.deepEqual(await outcomes(["ringfence-scan=on"]), ["kept scanned", "sandbox scanned"]);
});

test("without the configuration's leave a tag excludes nothing", async () => {
  assert.deepEqual(await outcomes([]), ["kept scanned", "sandbox scanned"]);
});

test("a cluster that its owner left out has one finding: NETPOL.9, low, with what it is about", async () => {
  const { report, json } = await scanWorld(tagged, {
    file: { clusters: { tags: { exclude: ["ringfence-scan"] } } },
  });
  const [finding, ...others] = report.findings.filter(({ cluster }) => cluster === "sandbox");
  assert.deepEqual(others, []);
  assert.deepEqual([finding?.controlId, finding?.status, finding?.severity], ["NETPOL.9", "fail", "low"]);
  assert.match(finding?.because ?? "", /sandbox is not looked at: it is excluded by its tag ringfence-scan/);
  assert.equal(report.complete, true);
  assert.ok(json.includes("sandbox is not looked at"));
});
