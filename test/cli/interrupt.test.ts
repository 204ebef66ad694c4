// Ctrl-C in the middle of a scan: the run ends at once, and what was done is reported, as incomplete.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { world } from "../../emulator/worlds/build.ts";
import { healthyCluster, hubAccount } from "../../emulator/worlds/scenarios/small-company.ts";
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run, start, type Finished, type StartOptions } from "./run-ringfence.ts";

const half = world({
  name: "half",
  description: "One cluster that answers, and one whose requests hang for ever.",
  accounts: [hubAccount([healthyCluster(), healthyCluster({ name: "hanging", vpcOctet: 21 })])],
  faults: [{ service: "kubernetes", operation: "/", cluster: "hanging", answer: { kind: "hang" } }],
});

interface Interrupted extends Finished {
  readonly tookMs: number;
  readonly cloud: Cloud;
}

interface InterruptOptions extends Pick<StartOptions, "node" | "ownGroup"> {
  readonly args?: readonly string[];
  readonly signal?: NodeJS.Signals;
  /** What else has to have happened before the interruption. */
  readonly ready?: (cloud: Cloud) => boolean;
}

/** Starts a scan, waits until one cluster is read and the other hangs, and interrupts it. */
async function interrupt(given: InterruptOptions = {}): Promise<Interrupted> {
  const { args = [], signal = "SIGINT", ready = () => true, ...options } = given;
  const cloud = await startCloud(half);
  try {
    const all = ["scan", "--format", "json", ...args];
    const { child, finished } = start(all, { environment: { ...cloud.environment }, ...options });
    await waitUntilHalfDone(cloud, ready);
    const sentMs = performance.now();
    const { pid } = child;
    if (options.ownGroup === true && pid !== undefined) process.kill(-pid, signal);
    else child.kill(signal);
    return { ...(await finished), cloud, tookMs: performance.now() - sentMs };
  } finally {
    await cloud.close();
  }
}

async function waitUntilHalfDone(cloud: Cloud, ready: (cloud: Cloud) => boolean): Promise<void> {
  const { clusters } = cloud;
  const requestsTo = (name: string) =>
    [...clusters].flatMap(([key, { requests }]) => (key.endsWith(`/${name}`) ? requests : []));
  while (requestsTo("hanging").length === 0 || requestsTo("shop").length < 12 || !ready(cloud))
    await sleep(20);
  // The last answers are on their way.
  await sleep(200);
}

function assertReported({ exitCode, stdout, stderr, tookMs }: Interrupted, written = stdout): void {
  assert.equal(exitCode, 3, stderr);
  assert.ok(tookMs < 3_000, `${tookMs} ms`);
  assert.match(stderr, /^Interrupted: this is what was looked at until then/m);
  const { complete, coverage } = JSON.parse(written) as Report;
  assert.equal(complete, false);
  assert.deepEqual(
    coverage.map(({ cluster, outcome, why }) => [cluster, outcome, why]),
    [
      ["hanging", "missed", "deadline"],
      ["shop", "scanned", undefined],
    ],
  );
}

const execute = promisify(execFile);

/** A Node on this machine that is too old to run Ringfence itself, so that the launcher brings its own. */
async function findOldNode(): Promise<string | null> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, "node");
    const version = await execute(file, ["--version"]).then(
      ({ stdout }) => stdout,
      () => "",
    );
    if (/^v(18|20)\./.test(version)) return file;
  }
  return null;
}

describe("an interrupted scan exits 3 within 3 s and reports what was done", { concurrency: 3 }, () => {
  test("Ctrl-C", async () => assertReported(await interrupt()));

  test("SIGTERM, as a job's end sends it", async () =>
    assertReported(await interrupt({ signal: "SIGTERM" })));

  test("--output: the file is whole", async () => {
    const folder = makeFolder();
    const file = join(folder, "report.json");
    const interrupted = await interrupt({ args: ["--output", file] });
    assert.equal(interrupted.stdout, "");
    assertReported(interrupted, readFileSync(file, "utf8"));
    assert.deepEqual(readdirSync(folder), ["report.json"]);
  });

  test("--publish: what was read is told or not, nothing by halves, and the next run goes on", async () => {
    const folder = makeFolder();
    const state = join(folder, "state");
    const config = join(folder, "config.json");
    const topicArn = "arn:aws:sns:eu-central-1:111111111111:ringfence-findings";
    const publish = { securityHub: { enabled: true, include: "all" }, sns: { topicArn } };
    writeFileSync(config, JSON.stringify({ publish, state: { folder: state } }));
    const args = ["--publish", "--config", config];
    // The hub was asked what it has; what shop hands in waits for the cluster that hangs in the same Region.
    const ready = ({ stores: { findings } }: Cloud): boolean => findings.size > 0;
    const interrupted = await interrupt({ args, ready });
    assertReported(interrupted);
    assert.match(interrupted.stderr, /nothing else was published, and no digest was sent/);
    const { messages, findings } = interrupted.cloud.stores;
    assert.equal(messages.size, 0, "no digest of half a run");
    const toIds = (hubs: Cloud["stores"]["findings"]) => [...hubs.values()].flatMap((hub) => [...hub.keys()]);
    assert.deepEqual(toIds(findings), [], "not told yet, and the state knows what was to be told");
    const files = readdirSync(state, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.[a-z]+/.test(name),
    );
    for (const name of files) assert.match(name, /\.json$/, "nothing half-written is left");
    for (const name of files) JSON.parse(readFileSync(join(state, name), "utf8"));
    const cloud = await startCloud({ ...half, faults: [] });
    const next = await run(["scan", ...args], { environment: { ...cloud.environment } });
    await cloud.close();
    assert.match(next.stderr, /SNS: the digest was sent/);
    assert.ok(toIds(cloud.stores.findings).some((id) => id.includes("/shop/")));
    assert.notEqual(next.exitCode, 3, next.stderr);
  });

  test("Ctrl-C in a shell, which interrupts the launcher and the Node that it brought", async (t) => {
    const node = await findOldNode();
    if (node === null) {
      t.skip("no Node 18 or 20 on this machine");
      return;
    }
    assertReported(await interrupt({ node, ownGroup: true }));
  });
});

describe("what else asks a cloud says that it was interrupted, and advises nothing else", () => {
  test("estimate", async () => {
    const cloud = await startCloud(half);
    const { child, finished } = start(["estimate"], { environment: { ...cloud.environment } });
    await waitUntilHalfDone(cloud, () => true);
    child.kill("SIGINT");
    const { exitCode, stderr } = await finished;
    await cloud.close();
    assert.equal(exitCode, 3, stderr);
    assert.match(stderr, /^Interrupted: this counts what was looked at until then\.$/m);
  });

  test("doctor: a topic that did not answer yet is no missing right", async () => {
    const topicArn = "arn:aws:sns:eu-central-1:111111111111:ringfence-findings";
    const config = join(makeFolder(), "config.json");
    writeFileSync(config, JSON.stringify({ publish: { sns: { topicArn } } }));
    const hang = { service: "sns", operation: "GetTopicAttributes", answer: { kind: "hang" } } as const;
    const cloud = await startCloud({ ...half, faults: [hang] });
    const { child, finished } = start(["doctor", "--config", config], {
      environment: { ...cloud.environment },
    });
    while (!cloud.calls.some(({ service }) => service === "sns")) await sleep(20);
    child.kill("SIGINT");
    const { exitCode, stdout, stderr } = await finished;
    await cloud.close();
    assert.equal(exitCode, 3, stderr);
    assert.match(stderr, /^Interrupted: what was not answered until then is marked with \?\.$/m);
    assert.match(stdout, /\n\? SNS .*\n.*Ask again: no answer came in time/s);
    assert.doesNotMatch(stdout, /Allow sns:GetTopicAttributes/);
  });
});

describe("what reads manifests from standard input ends at Ctrl-C, and says so", { concurrency: 3 }, () => {
  for (const args of [
    ["evaluate", "--manifests", "-", "--output", "report.txt"],
    ["explain", "web", "--manifests", "-"],
    ["fix", "--manifests", "-", "--output", "fixes"],
  ])
    test(args.join(" "), async () => {
      const folder = makeFolder();
      const { child, finished } = start(args, { folder, openInput: true });
      const input = child.stdin;
      assert.ok(input !== null);
      // More than a pipe holds: it is gone when the command reads.
      await new Promise((resolve) => input.write("# \n".repeat(300_000), resolve));
      child.kill("SIGINT");
      const { exitCode, stdout, stderr } = await finished;
      assert.deepEqual([exitCode, stdout], [3, ""], stderr);
      assert.equal(stderr, "Interrupted before the manifests were judged.\n");
      assert.deepEqual(readdirSync(folder), []);
    });
});
