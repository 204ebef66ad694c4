// `kill -9` at random points of 200 publishing runs, while the cluster changes: Security Hub never loses, doubles or
// wrongly archives a finding, and no digest is lost or comes more often than once and once again per crash.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cloud, startCloud } from "../../../emulator/cloud.ts";
import type { ClusterServer } from "../../../emulator/kubernetes/server.ts";
import { deployment, namespace } from "../../../emulator/worlds/objects.ts";
import { denyByDefault } from "../../../emulator/worlds/policies.ts";
import { singleAccount } from "../../../emulator/worlds/scenarios/single-account.ts";
import { healthyCluster, shop } from "../../../emulator/worlds/scenarios/small-company.ts";
import type { RawObject } from "../../../lib/model/kubernetes.ts";
import type { Report } from "../../../lib/model/report.ts";
import { makeFolder, run, start } from "../../cli/run-ringfence.ts";
import { isRight, toHubView } from "./hub-view.ts";
import { listRepeated, listUntold, parseDigests, type SentDigest } from "./sent-digests.ts";

const KILLS = 200;
const KILLS_PER_BATCH = 10;
const BUCKET = "ringfence-state-of-a-test";

/** The namespace `bare` without a policy, and with one: NETPOL.20 fails, and passes. */
const bare: readonly RawObject[] = [namespace("bare"), deployment("bare", "app")];
const open = healthyCluster({ manifests: [...shop(), ...bare] });
const closed = healthyCluster({ manifests: [...shop(), ...bare, denyByDefault("bare")] });

/** Deterministic, so that a failure can be seen again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test(
  "200 runs killed at random points lose, double and archive nothing",
  { timeout: 40 * 60_000 },
  async (t) => {
    const random = createRandom(20_261_122);
    const base = singleAccount();
    const [account] = base.accounts;
    assert.ok(account !== undefined);
    const cloud = await startCloud({ ...base, accounts: [{ ...account, clusters: [open] }] });
    cloud.stores.objects.set(BUCKET, new Map());
    const [server] = cloud.clusters.values();
    assert.ok(server !== undefined);
    const command = toCommand(cloud);
    const born = new Map<string, unknown>();
    try {
      let last = await runWhole(cloud, command);
      let readDigests = countDigests(cloud);
      let finishedAnyway = 0;
      for (let batch = 0; batch < KILLS / KILLS_PER_BATCH; batch += 1) {
        for (let kill = 0; kill < KILLS_PER_BATCH; kill += 1) {
          change(server, random);
          finishedAnyway += (await runAndKill(cloud, command, random() * last.durationMs)) ? 1 : 0;
        }
        change(server, random);
        const whole = await runWhole(cloud, command);
        judgeHub(cloud, whole.report, born);
        judgeDigests(cloud, readDigests, { from: last.report, to: whole.report });
        readDigests = countDigests(cloud);
        last = whole;
      }
      t.diagnostic(`${KILLS} runs, ${KILLS - finishedAnyway} killed before they ended`);
      assert.ok(finishedAnyway < (KILLS * 3) / 4, "many runs were killed on the way");
    } finally {
      await cloud.close();
    }
  },
);

interface Command {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

function toCommand(cloud: Cloud): Command {
  const file = join(makeFolder(), "ringfence.config.json");
  const configuration = {
    publish: { securityHub: { enabled: true }, sns: { topicArn: cloud.topicArn, format: "json" } },
    state: { bucket: BUCKET },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const args = ["scan", "--publish", "--format", "json", "--exit-zero", "--config", file];
  return { args, environment: { ...cloud.environment } };
}

function change(server: ClusterServer, random: () => number): void {
  server.replaceObjects((random() < 0.5 ? open : closed).objects);
}

interface Whole {
  readonly report: Report;
  readonly durationMs: number;
}

async function runWhole(cloud: Cloud, { args, environment }: Command): Promise<Whole> {
  const { exitCode, stdout, stderr, durationMs } = await run(args, { environment });
  assert.equal(exitCode, 0, `a run that nobody kills: ${stderr}`);
  assert.ok(cloud.calls.length > 0);
  return { report: JSON.parse(stdout) as Report, durationMs };
}

/** True: it was faster than the kill. */
async function runAndKill(cloud: Cloud, { args, environment }: Command, afterMs: number): Promise<boolean> {
  const { child, finished } = start(args, { environment });
  await Promise.race([sleep(afterMs), finished]);
  child.kill("SIGKILL");
  const { exitCode } = await finished;
  assert.ok(cloud.calls.length > 0);
  return exitCode !== null;
}

/** What Security Hub holds is what the last whole run saw, each finding once and since the first time. */
function judgeHub(cloud: Cloud, report: Report, born: Map<string, unknown>): void {
  const { findings, doubled } = toHubView(cloud);
  assert.deepEqual(doubled, [], "each finding is there once");
  const known = new Map(report.findings.map((finding) => [finding.id, finding.status]));
  for (const [id, shown] of findings) {
    assert.ok(known.has(id), `${id} is nobody's`);
    assert.ok(isRight(shown, known.get(id)), `${id} is ${shown.says}, and ${known.get(id)}`);
    assert.equal(shown.createdAt, born.get(id) ?? shown.createdAt, `${id} was born twice`);
    born.set(id, shown.createdAt);
  }
  for (const [id, status] of known)
    if (status === "fail") assert.ok(findings.has(id), `${id} fails and never arrived`);
}

function listDigests({ stores }: Cloud): readonly SentDigest[] {
  return parseDigests([...stores.messages.values()].flat().map(({ message }) => message));
}

function countDigests(cloud: Cloud): number {
  return listDigests(cloud).length;
}

/** A change between two whole runs was told, and no digest more than once beside once for each crash. */
function judgeDigests(
  cloud: Cloud,
  alreadyRead: number,
  { from, to }: { readonly from: Report; readonly to: Report },
): void {
  const digests = listDigests(cloud);
  assert.deepEqual(listRepeated(digests, 1 + KILLS_PER_BATCH), []);
  const before = new Map(from.findings.map((finding) => [finding.id, finding.status]));
  const changes = to.findings.map(({ id, status }) => ({ id, from: before.get(id), to: status }));
  assert.deepEqual(listUntold(digests.slice(alreadyRead), changes), []);
}
