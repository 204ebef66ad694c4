// The quotas of Security Hub, by a clock that only our own pauses move: the emulated service refuses what is beyond
// them, and we are never refused; where others have used them up, all of us wait.

import assert from "node:assert/strict";
import { test } from "node:test";
import { closeTransport, openTransport } from "../../lib/aws/clients.ts";
import { openCloud } from "../../lib/aws/cloud.ts";
import type { Clock } from "../../lib/aws/token-bucket.ts";
import { openClusterReader } from "../../lib/kubernetes/reader.ts";
import type { AsffFinding } from "../../lib/model/asff.ts";
import type { SecurityHub } from "../../lib/scan/sources.ts";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import type { World, WorldFault } from "../../emulator/world.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { missingPolicy } from "../report/sample-report.ts";
import { toAsff } from "../../lib/sinks/security-hub.ts";

const REGION = "eu-central-1";

interface Opened extends AsyncDisposable {
  readonly emulator: Cloud;
  readonly nowMs: () => number;
  readonly own: SecurityHub;
  /** The same hub, entered another way. */
  readonly same: SecurityHub;
}

/** A clock that goes on to the next sleeper as soon as nothing else is under way. */
function startTime() {
  let passedMs = 0;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => passedMs,
    sleep: (milliseconds) =>
      new Promise((wake) => void sleepers.push({ atMs: passedMs + milliseconds, wake })),
  };
  const run = (isBusy: () => boolean): (() => void) => {
    let idlePolls = 0;
    const timer = setInterval(() => {
      idlePolls = isBusy() ? 0 : idlePolls + 1;
      const [next] = sleepers.toSorted((a, b) => a.atMs - b.atMs);
      if (idlePolls < 3 || next === undefined) return;
      idlePolls = 0;
      passedMs = Math.max(passedMs, next.atMs);
      sleepers.splice(sleepers.indexOf(next), 1);
      next.wake();
    }, 3);
    return () => clearInterval(timer);
  };
  return { clock, run };
}

async function open(faults: readonly WorldFault[] = []): Promise<Opened> {
  const time = startTime();
  const world: World = { ...singleAccount(), faults };
  // The SDK signs with the time of this machine.
  const startMs = Date.now();
  const now = (): Date => new Date(startMs + time.clock.nowMs());
  const emulator = await startCloud(world, { now });
  const transport = openTransport({
    requestTimeoutMs: 10_000,
    endpointUrl: emulator.endpoint,
    clock: time.clock,
  });
  const isBusy = (): boolean => {
    const sent = Object.values(transport.callCounts).reduce((sum, count) => sum + count, 0);
    return sent > emulator.calls.filter(({ status }) => status !== null).length;
  };
  const stop = time.run(isBusy);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = emulator.environment;
  const cloud = openCloud({
    region: REGION,
    role: { name: "RingfenceReader", sessionPolicy: true },
    assumeInOwnAccount: false,
    transport,
    credentials: () =>
      Promise.resolve({
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        sessionToken: AWS_SESSION_TOKEN,
      }),
    openKubernetes: openClusterReader,
    now,
  });
  const own = (await cloud.enterOwnAccount()).securityHub(REGION);
  const same = (await cloud.enterAccount(world.scanner.accountId)).securityHub(REGION);
  return {
    emulator,
    nowMs: time.clock.nowMs,
    own,
    same,
    async [Symbol.asyncDispose]() {
      stop();
      closeTransport(transport);
      await emulator.close();
    },
  };
}

function toMessage(hub: SecurityHub, index: number): AsffFinding {
  const [, , , , accountId = ""] = hub.productArn.split(":");
  const about = missingPolicy();
  const now = new Date("2026-11-22T05:00:00Z");
  const context = { accountId, region: REGION, partition: "aws", now, createdAt: now.toISOString() };
  const message = toAsff(about, { ...context, productArn: hub.productArn });
  return { ...message, Id: `${message.Id}-${index}`, AwsAccountId: accountId };
}

function statuses({ emulator }: Opened, operation: string): (number | null)[] {
  return emulator.calls.filter((call) => call.operation === operation).map(({ status }) => status);
}

test("60 reads at once: a burst of 6 and then 3 a second, whichever way the account was entered", async () => {
  await using opened = await open();
  const { own, same } = opened;
  await Promise.all(Array.from({ length: 60 }, (_, index) => (index % 2 ? own : same).listFindings({})));
  assert.deepEqual(
    statuses(opened, "GetFindings"),
    Array.from({ length: 60 }, () => 200),
  );
  assert.ok(Math.abs(opened.nowMs() - 18_000) < 100, `${opened.nowMs()} ms`);
});

test("60 imports at once: within a burst of 30 and then 10 a second, beside the reads", async () => {
  await using opened = await open();
  const { own } = opened;
  await Promise.all(Array.from({ length: 60 }, (_, index) => own.importFindings([toMessage(own, index)])));
  await own.listFindings({ idPrefix: "ringfence/none/" });
  assert.deepEqual(
    statuses(opened, "BatchImportFindings"),
    Array.from({ length: 60 }, () => 200),
  );
  assert.ok(Math.abs(opened.nowMs() - 3200) < 100, `${opened.nowMs()} ms`);
});

test("a Retry-After holds everybody, for as long as was asked for", async () => {
  const answer = { kind: "error", status: 429, code: "LimitExceededException", message: "slow" } as const;
  await using opened = await open([
    {
      service: "securityhub",
      operation: "GetFindings",
      calls: [1],
      answer: { ...answer, retryAfterSeconds: 30 },
    },
  ]);
  await opened.own.listFindings({});
  assert.ok(opened.nowMs() >= 30_000, `${opened.nowMs()} ms`);
  assert.deepEqual(statuses(opened, "GetFindings"), [429, 200]);
  assert.equal((await opened.same.listFindings({})).length, 0);
});

test("a Retry-After beyond our patience ends the read, and is not answered by an earlier one", async () => {
  const answer = { kind: "error", status: 429, code: "LimitExceededException", message: "slow" } as const;
  await using opened = await open([
    { service: "securityhub", operation: "GetFindings", answer: { ...answer, retryAfterSeconds: 3600 } },
  ]);
  await assert.rejects(opened.own.listFindings({}), { name: "LimitExceededException" });
  assert.deepEqual(statuses(opened, "GetFindings"), [429]);
});

test("where others have used up the quota, a read is repeated a few times, with pauses that grow", async () => {
  const answer = { kind: "error", status: 429, code: "LimitExceededException", message: "slow" } as const;
  await using opened = await open([{ service: "securityhub", operation: "GetFindings", answer }]);
  await assert.rejects(opened.own.listFindings({}), { name: "LimitExceededException" });
  assert.deepEqual(statuses(opened, "GetFindings"), [429, 429, 429, 429]);
  assert.ok(opened.nowMs() >= 1500, `${opened.nowMs()} ms`);
});
