// 200 publishing runs in one process: memory, sockets and timers do not grow. Counts and bytes, no times.

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { test } from "node:test";
import type { WorldFault } from "../../../emulator/world.ts";
import { startCloud } from "../../../emulator/cloud.ts";
import { faultWorld } from "./fault-world.ts";
import type { Held } from "./soak-child.ts";

const RUNS = 200;
/** Until then caches fill and code is compiled. */
const WARM_RUNS = 50;
/** A run holds some 10 MB while it works; a leak of its report alone would be 200 times 100 KB. */
const GROWTH_LIMIT_BYTES = 2 * 1024 * 1024;
const BUCKET = "ringfence-state-of-a-test";

test("200 runs in one process hold no more than 50 did", { timeout: 20 * 60_000 }, async (t) => {
  const faults: readonly WorldFault[] = [];
  const cloud = await startCloud(faultWorld(faults));
  cloud.stores.objects.set(BUCKET, new Map());
  const child = fork(new URL("soak-child.ts", import.meta.url), {
    execArgv: ["--expose-gc"],
    env: { ...process.env, ...cloud.environment },
  });
  const file = JSON.stringify({
    organization: {},
    role: { externalId: "an-external-id-of-a-test" },
    regions: ["eu-central-1"],
    publish: { securityHub: { enabled: true }, sns: { topicArn: cloud.topicArn } },
    state: { bucket: BUCKET },
    // A time limit is held in memory until it is over, so short ones show what is held beside them.
    limits: { deadlineSeconds: 5, requestTimeoutMs: 2_000 },
  });
  try {
    const held: Held[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      child.send(file);
      held.push(
        await new Promise<Held>((resolve) => child.once("message", (message) => resolve(message as Held))),
      );
    }
    assert.deepEqual([...new Set(held.map(({ exitCode }) => exitCode))], [0]);
    for (const [run, one] of held.entries())
      if ((run + 1) % 50 === 0) t.diagnostic(`heap after run ${run + 1}: ${toMegabytes(one)} MB`);
    const [warm, last] = [held[WARM_RUNS - 1], held.at(-1)];
    assert.ok(warm !== undefined && last !== undefined);
    t.diagnostic(`resources after run ${RUNS}: ${last.resources.join(" ")}`);
    assert.ok(last.heapBytes - warm.heapBytes < GROWTH_LIMIT_BYTES, "the heap grew");
    assert.ok(last.resources.length <= warm.resources.length + 1, "sockets or timers grew");
  } finally {
    child.kill("SIGKILL");
    await cloud.close();
  }
});

function toMegabytes({ heapBytes }: Held): string {
  return (heapBytes / 1024 / 1024).toFixed(1);
}
