// A cluster that is gone between two runs of `ringfence scan --publish`: what is archived, and what could not be,
// reaches the report, the digest and the exit code.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import type { World, WorldFault } from "../../emulator/world.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { healthyCluster, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const manifests = [...shop(), namespace("open"), deployment("open", "app")];

function world(clusters: World["accounts"][number]["clusters"], faults: readonly WorldFault[] = []): World {
  const base = singleAccount();
  const [account] = base.accounts;
  assert.ok(account !== undefined);
  return { ...base, faults, accounts: [{ ...account, clusters }] };
}

async function start(t: TestContext, made: World, before?: Cloud): Promise<Cloud> {
  const cloud = await startCloud(made);
  t.after(() => cloud.close());
  for (const [place, held] of before?.stores.findings ?? []) cloud.stores.findings.set(place, held);
  return cloud;
}

async function publish(cloud: Cloud, folder: string) {
  const config = join(folder, "ringfence.config.json");
  const securityHub = { enabled: true };
  const configuration = {
    publish: { securityHub, sns: { topicArn: cloud.topicArn, format: "json" } },
    state: { folder: join(folder, "state") },
  };
  writeFileSync(config, JSON.stringify(configuration));
  const args = ["scan", "--publish", "--format", "json", "--fail-on", "none", "--config", config];
  const { stdout, stderr, exitCode: code } = await run(args, { environment: { ...cloud.environment } });
  return { report: JSON.parse(stdout) as Report, stderr, code };
}

function digestOf(cloud: Cloud): { changes: unknown; unpublished: { id: string; code: string }[] } {
  const [message] = cloud.stores.messages.get(cloud.topicArn) ?? [];
  assert.ok(message !== undefined, "no digest was sent");
  return JSON.parse(message.message) as ReturnType<typeof digestOf>;
}

async function firstRun(t: TestContext) {
  const folder = makeFolder();
  mkdirSync(join(folder, "state"));
  const cloud = await start(t, world([healthyCluster({ manifests })]));
  const { code } = await publish(cloud, folder);
  assert.equal(code, 0);
  return { folder, cloud };
}

test("what is archived of a cluster that is gone stands in the report", async (t) => {
  const first = await firstRun(t);
  const second = await publish(await start(t, world([]), first.cloud), first.folder);
  const gone = second.report.coverage.find(({ cluster }) => cluster === "shop");
  assert.equal(gone?.outcome, "skipped");
  assert.equal(gone.detail, "the cluster is gone, and its findings are archived");
  const findings = second.report.findings.filter(({ cluster }) => cluster === "shop");
  assert.ok(findings.some(({ controlId, subject }) => controlId === "NETPOL.20" && subject.name === "open"));
  assert.ok(findings.every(({ change, status }) => change === "vanished" && status === "not-applicable"));
  assert.equal(second.code, 0);
});

test("what could not be archived is in the digest, in the dead letters and in the exit code", async (t) => {
  const first = await firstRun(t);
  const refusal: WorldFault = {
    service: "securityhub",
    operation: "BatchImportFindings",
    answer: { kind: "error", status: 400, code: "InvalidInputException", message: "data.Title is too long" },
  };
  const cloud = await start(t, world([], [refusal]), first.cloud);
  const { report, stderr, code } = await publish(cloud, first.folder);
  const { unpublished } = digestOf(cloud);
  assert.ok(unpublished.length > 0);
  assert.ok(
    unpublished.every(({ id, code: reason }) => id.includes("/shop/") && reason === "InvalidInputException"),
  );
  assert.match(stderr, new RegExp(`, ${unpublished.length} not\\.`));
  const gone = report.coverage.find(({ cluster }) => cluster === "shop");
  assert.equal(
    gone?.detail,
    `the cluster is gone, and ${unpublished.length} of its findings could not be archived`,
  );
  const letters = readdirSync(join(first.folder, "state", "dead-letters"), {
    recursive: true,
    encoding: "utf8",
  });
  assert.ok(
    letters.some((name) => name.endsWith("-shop.json")),
    letters.join(),
  );
  assert.equal(code, 3);
});

test("a cluster whose Region was disabled is not gone: the Region is missed, and nothing is archived", async (t) => {
  const region = "ap-east-1";
  const folder = makeFolder();
  mkdirSync(join(folder, "state"));
  const hidden = world([healthyCluster({ region, manifests })]);
  const optedIn = {
    ...hidden,
    accounts: hidden.accounts.map((one) => ({ ...one, enabledRegions: [...one.enabledRegions, region] })),
  };
  const first = await start(t, optedIn);
  assert.equal((await publish(first, folder)).code, 0);
  const second = await publish(await start(t, world([]), first), folder);
  const missed = second.report.coverage.find((entry) => entry.region === region);
  assert.deepEqual(
    [missed?.outcome, missed?.why, second.report.complete],
    ["missed", "access-denied", false],
  );
  assert.ok(second.report.findings.every(({ change }) => change !== "vanished"));
  const named = second.report.findings.find((finding) => finding.subject.name === region);
  assert.match(named?.remediation.text ?? "", /delete state\/ACCOUNT\/REGION\//);
  assert.equal(second.code, 3);
});
