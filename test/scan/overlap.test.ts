// Two runs at a time, in both orders, also where the later one found nothing new and so would leave no trace.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { Scope } from "../../lib/events.ts";
import type { Finding, Status } from "../../lib/model/finding.ts";
import type { HubSink, Publication } from "../../lib/scan/publish.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { announceRun, endRun, watchRunning } from "../../lib/scan/running.ts";
import { parseState, toStateKey } from "../../lib/scan/state.ts";
import { day, finding, namespace, observe, place } from "./life.ts";
import {
  awsError,
  context,
  openMemoryCloud,
  outside,
  shown,
  writes,
  type MemoryCloud,
} from "./memory-cloud.ts";

const web = (status: Status): Finding => finding(status);
const api = (status: Status): Finding => finding(status, { subject: namespace("api") });
const id = web("fail").id;

/** As start-run.ts names runs. */
const runIdOf = (days: number): string => `${day(days).toISOString().replaceAll(/[:.]/g, "-")}-schedule`;

interface Look {
  readonly began: number;
  readonly published: number;
  readonly findings: readonly Finding[];
  readonly sink?: HubSink | null;
}

function begin(cloud: MemoryCloud, days: number, scope: Scope = {}): Promise<void> {
  return announceRun(cloud.store, runIdOf(days), { startedAt: day(days).toISOString(), scope });
}

async function publish(cloud: MemoryCloud, look: Look): Promise<Publication> {
  const { began, published, findings, sink = cloud.sink } = look;
  const now = () => day(published);
  const runId = runIdOf(began);
  const isOverlapped = watchRunning(cloud.store, { runId, observe: outside, now });
  const observation = { ...observe(findings), observedFrom: day(began + 0.001).toISOString() };
  return publishFindings(place, observation, sink, context(cloud, published, { runId, isOverlapped }));
}

async function first(cloud: MemoryCloud, findings: readonly Finding[]): Promise<void> {
  await begin(cloud, 0);
  await publish(cloud, { began: 0, published: 0.01, findings });
  await endRun(cloud.store, runIdOf(0));
}

const ofState = ({ calls }: MemoryCloud): number =>
  writes({ calls } as MemoryCloud).filter((call) => call.startsWith("put state/")).length;

describe("a slow old run beside a newer one that found nothing new", () => {
  test("newer first: the old one is superseded, and its stale view is never shown", async () => {
    const cloud = openMemoryCloud();
    await first(cloud, [web("pass")]);
    await begin(cloud, 1);
    await begin(cloud, 1.01);
    await publish(cloud, { began: 1.01, published: 1.02, findings: [web("pass")] });
    const late = await publish(cloud, { began: 1, published: 1.03, findings: [web("fail")] });
    assert.deepEqual([late.outcome, shown(cloud)], ["superseded", {}]);
  });

  test("older first: the newer one sets it right", async () => {
    const cloud = openMemoryCloud();
    await first(cloud, [web("pass")]);
    await begin(cloud, 1);
    await begin(cloud, 1.01);
    await publish(cloud, { began: 1, published: 1.02, findings: [web("fail")] });
    await publish(cloud, { began: 1.01, published: 1.03, findings: [web("pass")] });
    assert.deepEqual(shown(cloud), { [id]: "PASSED" });
  });

  test("the old one is just about to import: the newer one reads again and has the last word", async () => {
    const cloud = openMemoryCloud();
    await first(cloud, [web("pass")]);
    await begin(cloud, 1);
    await begin(cloud, 1.01);
    let isRacing = false;
    cloud.weather = {
      before(call) {
        // The newer run is about to leave its trace: the old one has written its intentions in this moment.
        if (!call.startsWith("put state/") || isRacing) return;
        isRacing = true;
        const key = toStateKey(place);
        const state = parseState(cloud.objects.get(key) ?? "");
        assert.ok(state !== null);
        const told = {
          status: "fail",
          severity: "medium",
          contentHash: "0123456789abcdef",
          recordState: "ACTIVE",
          sentAt: day(1.015).toISOString(),
          wasFailing: true,
        };
        const { controlId, title, subject } = web("fail");
        const record = {
          id,
          controlId,
          title,
          subject,
          firstSeenAt: day(1.015).toISOString(),
          confirmed: null,
        };
        const findings = [{ ...record, intended: told }];
        const older = { ...state, observedFrom: day(1.001).toISOString(), findings };
        cloud.objects.set(key, JSON.stringify(older));
      },
    };
    await publish(cloud, { began: 1.01, published: 1.02, findings: [web("pass")] });
    assert.ok(isRacing);
    assert.deepEqual(shown(cloud), { [id]: "PASSED" });
  });

  test("with a finding that Security Hub never takes", async () => {
    const cloud = openMemoryCloud();
    cloud.poison.add(id);
    await first(cloud, [web("fail"), api("fail")]);
    await begin(cloud, 1);
    await begin(cloud, 1.01);
    await publish(cloud, { began: 1.01, published: 1.02, findings: [web("fail"), api("fail")] });
    const late = await publish(cloud, { began: 1, published: 1.03, findings: [web("fail"), api("pass")] });
    assert.equal(late.outcome, "superseded");
  });

  test("where only the state is kept: the newer one that conflicts reads again", async () => {
    const cloud = openMemoryCloud();
    await first(cloud, [web("pass")]);
    let isRacing = false;
    cloud.weather = {
      before(call) {
        if (!call.startsWith("put state/") || isRacing) return;
        isRacing = true;
        const key = toStateKey(place);
        const older = { ...JSON.parse(cloud.objects.get(key) ?? ""), observedFrom: day(1.001).toISOString() };
        cloud.objects.set(key, JSON.stringify(older));
      },
    };
    await publish(cloud, { began: 1.01, published: 1.02, findings: [web("fail")], sink: null });
    const state = parseState(cloud.objects.get(toStateKey(place)) ?? "");
    assert.deepEqual(
      [state?.observedFrom, state?.findings[0]?.confirmed?.status],
      [day(1.011).toISOString(), "fail"],
    );
  });
});

describe("nothing changed, nothing written", () => {
  test("holds where no other run is going on", async () => {
    const cloud = openMemoryCloud();
    await first(cloud, [web("fail")]);
    await begin(cloud, 1);
    const before = ofState(cloud);
    await publish(cloud, { began: 1, published: 1.01, findings: [web("fail")] });
    assert.equal(ofState(cloud), before);
  });

  const elsewhere: Readonly<Record<string, Scope>> = {
    "another account": { accounts: ["222222222222"] },
    "another Region": { regions: ["eu-west-1"] },
    "another cluster": { clusters: ["shop-2"] },
  };
  for (const [name, scope] of Object.entries(elsewhere))
    test(`holds beside an older run of ${name}`, async () => {
      const cloud = openMemoryCloud();
      await first(cloud, [web("fail")]);
      await begin(cloud, 1, scope);
      const before = ofState(cloud);
      await publish(cloud, { began: 1.01, published: 1.02, findings: [web("fail")] });
      assert.equal(ofState(cloud), before);
    });

  test("holds beside a younger run, and a day after one that died", async () => {
    const cloud = openMemoryCloud();
    await first(cloud, [web("fail")]);
    await begin(cloud, 1);
    const before = ofState(cloud);
    await publish(cloud, { began: 0.99, published: 1.02, findings: [web("fail")] });
    await publish(cloud, { began: 2.1, published: 2.2, findings: [web("fail")] });
    assert.equal(ofState(cloud), before);
  });

  for (const refused of ["list runs/", "list runs/_running/2026-11-01"])
    test(`does not where nobody can say which runs are going on (${refused}): a trace is never wrong`, async () => {
      const cloud = openMemoryCloud();
      await first(cloud, [web("fail")]);
      cloud.weather = {
        before(call) {
          if (call.startsWith(refused)) throw awsError("AccessDenied", 403);
        },
      };
      const before = ofState(cloud);
      await publish(cloud, { began: 1, published: 1.01, findings: [web("fail")] });
      assert.equal(ofState(cloud), before + 1);
    });

  test("the store is asked once for many clusters, and again for a look that began later", async () => {
    const cloud = openMemoryCloud();
    let time = 1;
    const isOverlapped = watchRunning(cloud.store, { runId: "x", observe: outside, now: () => day(time) });
    for (const began of [0.8, 0.9, 0.7]) await isOverlapped(place, day(began).toISOString());
    assert.equal(cloud.calls.length, 2);
    time = 3;
    await isOverlapped(place, day(2).toISOString());
    assert.equal(cloud.calls.length, 4);
  });

  test("a text that no run wrote is no run", async () => {
    const cloud = openMemoryCloud();
    cloud.objects.set(`runs/_running/${runIdOf(1)}.started.json`, "{");
    const isOverlapped = watchRunning(cloud.store, { runId: "x", observe: outside, now: () => day(1) });
    assert.equal(await isOverlapped(place, day(1.1).toISOString()), false);
  });
});

describe("both orders", () => {
  const statuses = fc.constantFrom<Status>("pass", "fail", "unknown", "exempt", "not-applicable");
  const views = fc.record({ web: fc.option(statuses), api: fc.option(statuses) });
  const toFindings = (view: { web: Status | null; api: Status | null }): Finding[] => [
    ...(view.web === null ? [] : [web(view.web)]),
    ...(view.api === null ? [] : [api(view.api)]),
  ];

  test("law: whatever two overlapping runs saw, the later start wins", async () => {
    await fc.assert(
      fc.asyncProperty(views, views, views, async (before, older, newer) => {
        const [olderFirst, newerFirst] = await Promise.all(
          [false, true].map(async (isNewerFirst) => {
            const cloud = openMemoryCloud();
            await first(cloud, toFindings(before));
            await begin(cloud, 1);
            await begin(cloud, 1.01);
            const looks = [
              { began: 1, findings: toFindings(older) },
              { began: 1.01, findings: toFindings(newer) },
            ];
            let published = 1.02;
            for (const look of isNewerFirst ? looks.toReversed() : looks)
              await publish(cloud, { ...look, published: (published += 0.01) });
            // What passed is shown or not: that depends on whether anybody was ever told that it failed.
            return Object.fromEntries(
              Object.entries(shown(cloud)).filter(([, status]) => status !== "PASSED"),
            );
          }),
        );
        assert.deepEqual(newerFirst, olderFirst);
      }),
    );
  });
});
