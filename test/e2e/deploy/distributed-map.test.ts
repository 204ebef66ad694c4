// The definition as it is, with its Distributed Maps and S3 readers, executed by moto's engine with the packaged
// functions. The engine does not enforce the tolerance and writes no result files: both are AWS's word.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { world } from "../../../emulator/worlds/build.ts";
import { healthyCluster, hubAccount } from "../../../emulator/worlds/scenarios/small-company.ts";
import { packageTemplate, type Template } from "./deployment.ts";
import { inAccount, SCHEDULE } from "./in-account.ts";
import { InvocationError } from "./lambda-service.ts";
import { findMotoProblem, runInMoto } from "./run-in-moto.ts";

const problem = findMotoProblem();
if (problem !== null) console.error(`SKIPPED: Distributed Maps are not executed, because ${problem}.`);

function accountWith(clusters: number) {
  const names = Array.from({ length: clusters }, (_, index) => `shop-${String(index).padStart(3, "0")}`);
  const account = hubAccount(names.map((name) => healthyCluster({ name })));
  return world({ name: "one-account", description: "One account.", accounts: [account] });
}

describe("Distributed Maps", { skip: problem ?? false }, () => {
  let template: Template;
  before(() => {
    template = packageTemplate();
  });

  for (const clusters of [0, 1, 500])
    it(`${clusters} clusters`, async () => {
      await inAccount(
        template,
        accountWith(clusters),
        {},
        async ({ start, report }) => {
          const { status, error, run, states } = await start(SCHEDULE);
          assert.deepEqual([status, error], ["SUCCEEDED", null]);
          assert.deepEqual([report(run).complete, report(run).clusters.length], [true, clusters]);
          assert.equal(states.includes("ScanChunks"), clusters > 0);
          assert.equal(states.at(-1), "Complete");
        },
        { execute: runInMoto },
      );
    });

  it("a failing child is missed, and the machine fails by its own name", async () => {
    await inAccount(
      template,
      accountWith(45),
      {},
      async ({ start, report }) => {
        const { status, error, run } = await start(SCHEDULE);
        assert.deepEqual([status, error], ["FAILED", "Ringfence.Incomplete"]);
        const missed = report(run).coverage.filter(({ outcome }) => outcome === "missed");
        assert.equal(missed.length, 20);
      },
      {
        execute: runInMoto,
        intercept: (stage, event, invoke) =>
          stage === "scan" && JSON.stringify(event).includes("shop-000")
            ? Promise.reject(new InvocationError("Sandbox.Timedout", "timed out after 900 seconds"))
            : invoke(),
      },
    );
  });
});
