// A first run that is bounded: `ringfence scan --publish`, run after run, until Security Hub has everything. People are
// told of everything in the first run, and once.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { healthyCluster, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const LIMIT = 4;
const base = singleAccount();
const [account] = base.accounts;
assert.ok(account !== undefined);
const names = Array.from({ length: 3 }, (_, index) => `open-${index}`);
const manifests = [...shop(), ...names.flatMap((name) => [namespace(name), deployment(name, "app")])];
const world = { ...base, accounts: [{ ...account, clusters: [healthyCluster({ manifests })] }] };
let cloud: Cloud;
let config: string;

before(async () => {
  cloud = await startCloud(world);
  const folder = makeFolder();
  mkdirSync(join(folder, "state"));
  config = join(folder, "ringfence.config.json");
  const securityHub = { enabled: true, include: "all", firstRunLimit: LIMIT };
  const publish = { securityHub, sns: { topicArn: cloud.topicArn } };
  writeFileSync(config, JSON.stringify({ publish, state: { folder: join(folder, "state") } }));
});
after(() => cloud.close());

const stored = (): Readonly<Record<string, unknown>>[] =>
  [...cloud.stores.findings.values()].flatMap((held) => [...held.values()]);

async function publish(): Promise<string> {
  const { stderr, exitCode } = await run(["scan", "--publish", "--fail-on", "none", "--config", config], {
    environment: { ...cloud.environment },
  });
  assert.equal(exitCode, 0, stderr);
  return stderr;
}

test("run after run imports at most the bound, the worst first, until the hub has everything", async () => {
  const expected = JSON.parse(
    (
      await run(["estimate", "--format", "json", "--config", config], {
        environment: { ...cloud.environment },
      })
    ).stdout,
  ) as { securityHub: { all: { firstRun: { events: number } } } };
  const all = expected.securityHub.all.firstRun.events;
  assert.ok(all > 2 * LIMIT, `${all} findings are too few for this test`);
  const first = await publish();
  assert.match(first, new RegExp(`Security Hub: ${LIMIT} findings imported\\.`));
  assert.match(first, new RegExp(`${all - LIMIT} more are over publish\\.securityHub\\.firstRunLimit`));
  assert.equal(stored().length, LIMIT);
  assert.ok(stored().some((one) => JSON.stringify(one).includes('"FAILED"')));
  const [digest] = cloud.stores.messages.get(cloud.topicArn) ?? [];
  assert.match(
    digest?.message ?? "",
    new RegExp(`Security Hub: ${LIMIT} findings imported; ${all - LIMIT} findings more over publish`),
  );
  for (let runs = 2; stored().length < all; runs += 1) {
    const before = stored().length;
    await publish();
    const now = stored().length;
    assert.ok(now > before && now - before <= LIMIT, `run ${runs}: ${now - before} imported`);
  }
  assert.equal(stored().length, all);
  const last = await publish();
  assert.match(last, /Security Hub: 0 findings imported\./);
  assert.doesNotMatch(last, /firstRunLimit/);
  assert.equal(cloud.stores.messages.get(cloud.topicArn)?.length, 1, "what was postponed is no news twice");
});
