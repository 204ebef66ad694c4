// A home Region that changes between two runs of `ringfence scan --publish`: the new hub shows everything that is open,
// and the old one nothing, there and back.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { healthyCluster, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const [FIRST, SECOND] = ["eu-central-1", "us-east-1"];
const base = singleAccount();
const [account] = base.accounts;
assert.ok(account !== undefined);
const clusters = [healthyCluster({ manifests: [...shop(), namespace("open"), deployment("open", "app")] })];
const world = {
  ...base,
  accounts: [{ ...account, clusters, enabledRegions: [FIRST, SECOND], securityHubRegions: [FIRST, SECOND] }],
};

async function publish(cloud: Cloud, folder: string, homeRegion: string | null): Promise<string> {
  const config = join(folder, "ringfence.config.json");
  const securityHub = { enabled: true, ...(homeRegion === null ? {} : { homeRegion }) };
  writeFileSync(
    config,
    JSON.stringify({ publish: { securityHub }, state: { folder: join(folder, "state") } }),
  );
  const args = ["scan", "--publish", "--fail-on", "none", "--config", config];
  const { stderr, exitCode } = await run(args, { environment: { ...cloud.environment } });
  assert.equal(exitCode, 0, stderr);
  return stderr;
}

/** How many findings each Region's hub shows as active. */
function active(cloud: Cloud): Readonly<Record<string, number>> {
  const shown = [...cloud.stores.findings].map(([place, held]): [string, number] => [
    place,
    [...held.values()].filter(({ RecordState }) => RecordState === "ACTIVE").length,
  ]);
  return Object.fromEntries(
    [FIRST, SECOND].map((region) => [
      region,
      shown.reduce((sum, [place, amount]) => sum + (place.includes(region) ? amount : 0), 0),
    ]),
  );
}

test("a home Region that moves takes its findings along", async (t) => {
  const cloud = await startCloud(world);
  t.after(() => cloud.close());
  const folder = makeFolder();
  await publish(cloud, folder, null);
  const open = active(cloud)[FIRST];
  assert.ok(open !== undefined && open > 1);
  assert.deepEqual(active(cloud), { [FIRST]: open, [SECOND]: 0 });
  for (const [homeRegion, expected] of [
    [SECOND, { [FIRST]: 0, [SECOND]: open }],
    [FIRST, { [FIRST]: open, [SECOND]: 0 }],
    [SECOND, { [FIRST]: 0, [SECOND]: open }],
    [null, { [FIRST]: open, [SECOND]: 0 }],
  ] as const) {
    await publish(cloud, folder, homeRegion);
    assert.deepEqual(active(cloud), expected, `home Region ${homeRegion ?? "of each cluster"}`);
  }
});
