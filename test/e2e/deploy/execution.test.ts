// The packaged deployment at work: osls's template, the zipped functions in bare Node processes, the state machine's
// definition, and an emulated cloud that enforces the roles which the templates define.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as v from "valibot";
import type { Cloud } from "../../../emulator/cloud.ts";
import type { World, WorldFault } from "../../../emulator/world.ts";
import { world } from "../../../emulator/worlds/build.ts";
import { worlds } from "../../../emulator/worlds/index.ts";
import {
  healthyCluster,
  HUB_ACCOUNT,
  hubAccount,
  MEMBER_ACCOUNT,
  memberAccount,
  organizationOfTwo,
  REGION,
} from "../../../emulator/worlds/scenarios/small-company.ts";
import type { Run } from "../../../lib/events.ts";
import { packageTemplate, type Parameters, type Template } from "./deployment.ts";
import {
  functionArn,
  inAccount,
  SCHEDULE,
  toChecksum,
  toParameters,
  type Account,
  type Intercept,
} from "./in-account.ts";
import { InvocationError } from "./lambda-service.ts";

let template: Template;
before(() => {
  template = packageTemplate();
});

function oneAccount(clusters: number): World {
  const names = Array.from({ length: clusters }, (_, index) => `shop-${String(index).padStart(3, "0")}`);
  return world({
    name: "one-account",
    description: "One account.",
    accounts: [hubAccount(names.map((name) => healthyCluster({ name })))],
  });
}

const ORGANIZATION: Parameters = { OrganizationId: organizationOfTwo.id };

function company(member: { readonly deployed?: boolean } = {}): World {
  return world({
    name: "company",
    description: "Two accounts.",
    organization: organizationOfTwo,
    accounts: [
      hubAccount([healthyCluster({ name: "hub-shop" })]),
      memberAccount([healthyCluster()], {
        memberRole: { deployed: member.deployed ?? true, withoutActions: [] },
      }),
    ],
  });
}

describe("a run", () => {
  it("of no cluster is complete, and enters no second map", () =>
    inAccount(template, oneAccount(0), {}, async ({ start, report }) => {
      const { status, states, run } = await start(SCHEDULE);
      assert.equal(status, "SUCCEEDED");
      assert.deepEqual(
        states.filter((state) => !state.startsWith("ReadItems")),
        [
          "Settle",
          "ListAccounts",
          "AreThereAccounts",
          "DiscoverAccounts",
          "Discover",
          "PlanChunks",
          "AreThereChunks",
          "Report",
          "WasEverythingSeen",
          "Complete",
        ],
      );
      assert.equal(report(run).complete, true);
    }));

  it("of one cluster in an account without an organization is complete", () =>
    inAccount(template, oneAccount(1), {}, async ({ start, report, cloud }) => {
      const { status, run } = await start(SCHEDULE);
      assert.equal(status, "SUCCEEDED");
      assert.equal(run.runId, "2026-11-21T05-00-00-000Z-schedule");
      const { complete, clusters, findings } = report(run);
      assert.deepEqual([complete, clusters.length], [true, 1]);
      assert.ok(findings.every(({ status: found }) => found !== "unknown"));
      assert.equal([...cloud.stores.messages.values()].flat().length, 1, "one digest");
    }));

  it("of 45 clusters is three chunks, each cluster once", () =>
    inAccount(template, oneAccount(45), {}, async ({ start, report, lines }) => {
      const { status, states, run } = await start(SCHEDULE);
      assert.equal(status, "SUCCEEDED");
      assert.equal(states.filter((state) => state === "Scan").length, 3);
      assert.equal(lines(`runs/${run.runId}/chunks.jsonl`).length, 3);
      assert.equal(report(run).clusters.length, 45);
    }));

  it("of which every stage runs twice is the same run, and tells nobody twice", async () => {
    const told: unknown[] = [];
    const runOnce = (intercept: Intercept) =>
      inAccount(
        template,
        oneAccount(2),
        {},
        async ({ start, report, cloud }) => {
          const { status, run } = await start(SCHEDULE);
          const { complete, findings } = report(run);
          assert.deepEqual([status, complete], ["SUCCEEDED", true]);
          assert.equal([...cloud.stores.messages.values()].flat().length, 1, "one digest");
          told.push(findings.map(({ controlId, subject, change }) => [controlId, subject, change]));
        },
        { intercept },
      );
    await runOnce((_, __, invoke) => invoke());
    await runOnce(async (_, __, invoke) => {
      await invoke();
      return invoke();
    });
    assert.deepEqual(told[0], told[1]);
  });

  it("of which no digest arrives is complete, and a number that an alarm reads says so", () => {
    const refused: WorldFault = {
      service: "sns",
      operation: "Publish",
      answer: { kind: "error", status: 403, code: "AuthorizationError", message: "not authorized" },
    };
    return inAccount(
      template,
      { ...oneAccount(1), faults: [refused] },
      {},
      async ({ start, report, logs }) => {
        const { status, run } = await start(SCHEDULE);
        assert.deepEqual([status, report(run).complete], ["SUCCEEDED", true]);
        const untold = logs.join("\n").match(/"trigger":"schedule".*"RunUntold":\d/g) ?? [];
        assert.equal(untold.length, 1);
        assert.match(untold.join(), /"RunUntold":1/);
      },
    );
  });

  it("of the demo's organization names what it cannot enter, and fails so that somebody looks", () => {
    const demo = worlds["demo"]?.() ?? assert.fail();
    const parameters = toParameters(demo);
    return inAccount(template, demo, parameters, async ({ start, report, cloud }) => {
      const { status, error, run } = await start(SCHEDULE);
      assert.deepEqual([status, error], ["FAILED", "Ringfence.Incomplete"]);
      const { complete, coverage, findings } = report(run);
      assert.equal(complete, false);
      assert.ok(coverage.some(({ outcome, why }) => outcome === "missed" && why === "access-denied"));
      assert.ok(findings.some(({ status: found }) => found === "fail"));
      const imported = [...cloud.stores.findings.values()].map((perRegion) => perRegion.size);
      assert.ok(imported.reduce((sum, count) => sum + count, 0) > 0);
    });
  });
});

describe("a failure on the way", () => {
  const missedOf = (run: Run, { lines }: Account) =>
    lines(`runs/${run.runId}/missed.jsonl`).map((line) => {
      const { account, cluster, why } = v.parse(
        v.object({ account: v.nullable(v.string()), cluster: v.nullable(v.string()), why: v.string() }),
        line,
      );
      return [account, cluster, why];
    });

  it("of a chunk misses its clusters alone; a rescan scans just them", () => {
    let isBroken = true;
    const killed: Intercept = (stage, event, invoke) =>
      isBroken && stage === "scan" && JSON.stringify(event).includes(MEMBER_ACCOUNT)
        ? Promise.reject(new InvocationError("Sandbox.Timedout", "timed out after 900 seconds"))
        : invoke();
    return inAccount(
      template,
      company(),
      ORGANIZATION,
      async (account) => {
        const first = await account.start(SCHEDULE);
        assert.deepEqual([first.status, first.error], ["FAILED", "Ringfence.Incomplete"]);
        assert.deepEqual(missedOf(first.run, account), [[MEMBER_ACCOUNT, "shop", "incomplete"]]);
        assert.equal(account.report(first.run).clusters.length, 1);

        isBroken = false;
        const again = await account.start({ rescanMissed: first.run.runId });
        assert.equal(again.status, "SUCCEEDED");
        assert.deepEqual(account.lines(`runs/${again.run.runId}/accounts.jsonl`), [
          {
            runId: again.run.runId,
            account: MEMBER_ACCOUNT,
            scope: { regions: [REGION], clusters: ["shop"] },
          },
        ]);
        assert.deepEqual(
          account.report(again.run).clusters.map(({ name }) => name),
          ["shop"],
        );
      },
      { intercept: killed },
    );
  });

  it("of the time cuts a chunk: what was seen is judged, the rest is missed, and a rescan has it all", () => {
    const names = ["shop-000", "shop-001", "shop-002"];
    const slow = world({
      name: "slow-cluster",
      description: "One cluster never answers the first request for its pods.",
      accounts: [hubAccount(names.map((name) => healthyCluster({ name })))],
      faults: [
        {
          service: "kubernetes",
          operation: "/api/v1/pods",
          cluster: "shop-000",
          calls: [1],
          answer: { kind: "hang" },
        },
      ],
    });
    return inAccount(
      template,
      slow,
      {},
      async (account) => {
        const first = await account.start(SCHEDULE);
        assert.deepEqual([first.status, first.error], ["FAILED", "Ringfence.Incomplete"]);
        const { coverage, clusters, findings } = account.report(first.run);
        assert.deepEqual(
          coverage.map(({ cluster, outcome, why }) => [cluster, outcome, why]),
          [
            ["shop-000", "partial", "deadline"],
            ["shop-001", "missed", "deadline"],
            ["shop-002", "missed", "deadline"],
          ],
        );
        assert.deepEqual(
          clusters.map(({ name }) => name),
          ["shop-000"],
        );
        const judged = new Set(findings.map(({ cluster, status }) => `${cluster}: ${status}`));
        assert.ok(judged.has("shop-000: pass") && judged.has("shop-000: unknown"));
        assert.deepEqual(
          missedOf(first.run, account),
          names.map((name) => [HUB_ACCOUNT, name, "deadline"]),
        );

        const again = await account.start({ rescanMissed: first.run.runId });
        assert.equal(again.status, "SUCCEEDED");
        const seen = account.report(again.run).coverage.map(({ cluster, outcome }) => [cluster, outcome]);
        assert.deepEqual(
          seen,
          names.map((name) => [name, "scanned"]),
        );
      },
      {
        // 15 seconds more than the handler keeps for itself, and one cluster at a time.
        remainingMs: 45_000,
        environment: { RINGFENCE_CONCURRENCY: "1", RINGFENCE_REQUEST_TIMEOUT_MS: "60000" },
      },
    );
  });

  it("of Lambda itself is repeated", () => {
    let refusals = 3;
    const throttled: Intercept = (stage, _, invoke) =>
      stage === "scan" && refusals-- > 0
        ? Promise.reject(new InvocationError("Lambda.TooManyRequestsException", "Rate Exceeded."))
        : invoke();
    return inAccount(
      template,
      oneAccount(1),
      {},
      async ({ start }) => {
        assert.equal((await start(SCHEDULE)).status, "SUCCEEDED");
        assert.ok(refusals < 0);
      },
      { intercept: throttled },
    );
  });

  it("of a discovery is that account's; a role that is not there is said as such", () => {
    const killed: Intercept = (stage, event, invoke) =>
      stage === "discover" && JSON.stringify(event).includes(HUB_ACCOUNT)
        ? Promise.reject(new InvocationError("Runtime.ExitError", "killed"))
        : invoke();
    return inAccount(
      template,
      company({ deployed: false }),
      ORGANIZATION,
      async (account) => {
        const { status, run } = await account.start(SCHEDULE);
        assert.equal(status, "FAILED");
        assert.deepEqual(missedOf(run, account), [
          [HUB_ACCOUNT, null, "incomplete"],
          [MEMBER_ACCOUNT, null, "access-denied"],
        ]);
      },
      { intercept: killed },
    );
  });

  for (const stage of ["accounts", "plan"])
    it(`of ${stage} leads to the report`, () =>
      inAccount(
        template,
        oneAccount(1),
        {},
        async ({ start, report }) => {
          const { status, error, run, states } = await start(SCHEDULE);
          assert.deepEqual([status, error], ["FAILED", "Ringfence.Incomplete"]);
          assert.ok(states.includes("Report"));
          assert.equal(report(run).complete, false);
        },
        {
          intercept: (called, _, invoke) =>
            called === stage ? Promise.reject(new InvocationError("Error", "broken")) : invoke(),
        },
      ));

  it("of the report fails the run by its own name", () =>
    inAccount(
      template,
      oneAccount(1),
      {},
      async ({ start }) => {
        const { status, error } = await start(SCHEDULE);
        assert.deepEqual([status, error], ["FAILED", "TypeError"]);
      },
      {
        intercept: (stage, _, invoke) =>
          stage === "report" ? Promise.reject(new InvocationError("TypeError", "broken")) : invoke(),
      },
    ));

  for (const garbage of ["{", "[]", '{"coverage":{}}'])
    it(`of the store, which gives ${garbage} for a result, misses that cluster`, () => {
      const account: { cloud?: Cloud; bucket?: string } = {};
      return inAccount(
        template,
        oneAccount(2),
        {},
        async (opened) => {
          Object.assign(account, { cloud: opened.cloud, bucket: opened.deployment.bucket });
          const { status, run } = await opened.start(SCHEDULE);
          assert.equal(status, "FAILED");
          assert.deepEqual(missedOf(run, opened), [[HUB_ACCOUNT, "shop-001", "incomplete"]]);
        },
        {
          intercept: async (stage, _, invoke) => {
            const result = await invoke();
            const objects = account.cloud?.stores.objects.get(account.bucket ?? "");
            const key = [...(objects?.keys() ?? [])].find((name) => /^runs\/.*\/shop-001\.json$/.test(name));
            const object = objects?.get(key ?? "");
            if (stage === "scan" && object !== undefined)
              objects?.set(key ?? "", {
                ...object,
                body: Buffer.from(garbage),
                checksumCrc32: toChecksum(garbage),
              });
            return result;
          },
        },
      );
    });
});

describe("a change", () => {
  it("of one cluster scans that cluster, once for all events of its time bucket", () =>
    inAccount(template, company(), ORGANIZATION, async ({ start, report, cloud, deployment, invoke }) => {
      const change = {
        ...SCHEDULE,
        source: "aws.eks",
        "detail-type": "AWS API Call via CloudTrail",
        account: MEMBER_ACCOUNT,
        detail: {
          eventSource: "eks.amazonaws.com",
          eventName: "UpdateAddon",
          requestParameters: { name: "shop" },
        },
      };
      const { status, run } = await start(change);
      assert.equal(status, "SUCCEEDED");
      assert.deepEqual(
        report(run).clusters.map(({ account, name }) => [account, name]),
        [[MEMBER_ACCOUNT, "shop"]],
      );
      assert.ok(run.waitSeconds > 300 && run.waitSeconds <= 600);
      await invoke(functionArn(deployment, "start"), change);
      const executions = cloud.stores.executions.get(deployment.stateMachineArn)?.size ?? 0;
      // Two, where the clock passed into the next bucket in between.
      assert.ok(executions === 1 || executions === 2);
    }));

  it("of nothing that is there scans nothing", () =>
    inAccount(template, company(), ORGANIZATION, async ({ start, report }) => {
      const { status, run } = await start({ accounts: [MEMBER_ACCOUNT], clusters: ["not-there"] });
      assert.equal(status, "SUCCEEDED");
      assert.deepEqual(report(run).clusters, []);
    }));
});
