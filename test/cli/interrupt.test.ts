// Ctrl-C in the middle of a scan: the run ends at once, and what was done is reported, as incomplete.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { world } from "../../emulator/worlds/build.ts";
import { healthyCluster, hubAccount } from "../../emulator/worlds/scenarios/small-company.ts";
import type { Report } from "../../lib/model/report.ts";
import { start, type Finished, type StartOptions } from "./run-ringfence.ts";

const half = world({
  name: "half",
  description: "One cluster that answers, and one whose requests hang for ever.",
  accounts: [hubAccount([healthyCluster(), healthyCluster({ name: "hanging", vpcOctet: 21 })])],
  faults: [{ service: "kubernetes", operation: "/", cluster: "hanging", answer: { kind: "hang" } }],
});

interface Interrupted extends Finished {
  readonly tookMs: number;
}

/** Starts a scan, waits until one cluster is read and the other hangs, and interrupts it. */
async function interrupt(options: Pick<StartOptions, "node" | "ownGroup"> = {}): Promise<Interrupted> {
  const cloud = await startCloud(half);
  try {
    const args = ["scan", "--format", "json"];
    const { child, finished } = start(args, { environment: { ...cloud.environment }, ...options });
    await waitUntilHalfDone(cloud);
    const sentMs = performance.now();
    const { pid } = child;
    if (options.ownGroup === true && pid !== undefined) process.kill(-pid, "SIGINT");
    else child.kill("SIGINT");
    return { ...(await finished), tookMs: performance.now() - sentMs };
  } finally {
    await cloud.close();
  }
}

async function waitUntilHalfDone({ clusters }: Cloud): Promise<void> {
  const requestsTo = (name: string) =>
    [...clusters].flatMap(([key, { requests }]) => (key.endsWith(`/${name}`) ? requests : []));
  while (requestsTo("hanging").length === 0 || requestsTo("shop").length < 12) await sleep(20);
  // The last answers are on their way.
  await sleep(200);
}

function assertReported({ exitCode, stdout, tookMs }: Interrupted): void {
  assert.equal(exitCode, 3);
  assert.ok(tookMs < 3_000, `${tookMs} ms`);
  const { complete, coverage } = JSON.parse(stdout) as Report;
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

  test("Ctrl-C in a shell, which interrupts the launcher and the Node that it brought", async (t) => {
    const node = await findOldNode();
    if (node === null) {
      t.skip("no Node 18 or 20 on this machine");
      return;
    }
    assertReported(await interrupt({ node, ownGroup: true }));
  });
});
