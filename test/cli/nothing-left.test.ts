// Include lists that leave nothing: 0 would say that we looked.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { makeFolder, run } from "./run-ringfence.ts";

let cloud: Cloud;
before(async () => {
  cloud = await startCloud(singleAccount());
});
after(() => cloud.close());

test("a cluster glob that matches nothing exits 2 and says what to do", async () => {
  const config = join(makeFolder(), "ringfence.config.yaml");
  await writeFile(config, "clusters: {include: [nope]}\n");
  const { exitCode, stderr } = await run(["scan", "--config", config], {
    environment: { ...cloud.environment },
  });
  assert.equal(exitCode, 2);
  assert.match(stderr, /nothing was looked at: the include and exclude lists leave no account or cluster/);
});
