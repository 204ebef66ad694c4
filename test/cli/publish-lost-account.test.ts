// `ringfence scan --publish` of an organization, before and after one of its accounts is suspended.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import type { World, WorldAccount } from "../../emulator/world.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import {
  healthyCluster,
  hubAccount,
  MEMBER_ACCOUNT,
  memberAccount,
  organizationOfTwo,
  shop,
} from "../../emulator/worlds/scenarios/small-company.ts";
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const manifests = [...shop(), namespace("open"), deployment("open", "app")];

function world(member: Partial<WorldAccount>): World {
  const lost = memberAccount([healthyCluster({ name: "lost", vpcOctet: 21, manifests })], member);
  return {
    ...singleAccount(),
    organization: organizationOfTwo,
    accounts: [hubAccount([healthyCluster({ manifests })]), lost],
  };
}

async function publish(t: TestContext, made: World, folder: string, before?: Cloud) {
  const cloud = await startCloud(made);
  t.after(() => cloud.close());
  for (const [place, held] of before?.stores.findings ?? []) cloud.stores.findings.set(place, held);
  const config = join(folder, "ringfence.config.json");
  const file = {
    organization: {},
    publish: { securityHub: { enabled: true } },
    state: { folder: join(folder, "state") },
  };
  writeFileSync(config, JSON.stringify(file));
  const args = ["scan", "--publish", "--format", "json", "--fail-on", "none", "--config", config];
  const { stdout, stderr, exitCode } = await run(args, { environment: { ...cloud.environment } });
  assert.notEqual(stdout, "", stderr);
  return { cloud, report: JSON.parse(stdout) as Report, exitCode };
}

const hubOf = ({ stores }: Cloud, account: string) =>
  structuredClone([...(stores.findings.get(`${account}/eu-central-1`)?.values() ?? [])]);

test("its NETPOL.9 says lost, its own hub is as it was, and nothing is resolved or archived", async (t) => {
  const folder = makeFolder();
  mkdirSync(join(folder, "state"));
  const first = await publish(t, world({}), folder);
  const open = hubOf(first.cloud, MEMBER_ACCOUNT);
  assert.ok(open.length > 0);

  const second = await publish(t, world({ state: "SUSPENDED" }), folder, first.cloud);
  assert.deepEqual(hubOf(second.cloud, MEMBER_ACCOUNT), open);
  const [lost, ...others] = second.report.findings.filter(({ account }) => account === MEMBER_ACCOUNT);
  assert.deepEqual([lost?.controlId, lost?.change, others], ["NETPOL.9", "new", []]);
  assert.match(lost?.because ?? "", /is lost: the account is SUSPENDED\. 1 cluster .* lost \(eu-central-1\)/);
  assert.ok(second.report.findings.every(({ change }) => change !== "resolved" && change !== "vanished"));
  assert.deepEqual([second.report.complete, second.exitCode], [true, 0]);
  const shown = hubOf(second.cloud, "111111111111").map(({ Id }) => String(Id));
  assert.ok(shown.some((id) => id.startsWith(`ringfence/-/${MEMBER_ACCOUNT}/-/NETPOL.9/`)));

  const third = await publish(t, world({}), folder, second.cloud);
  const back = third.report.findings.find(({ id }) => id === lost?.id);
  assert.deepEqual([back?.status, back?.change], ["pass", "resolved"]);
  assert.deepEqual(hubOf(third.cloud, MEMBER_ACCOUNT), open);
});
