// Security Hub deletes an active finding 90 days after its last update. 120 days of runs, and what it still shows.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toVisibilityFindings } from "../../lib/controls/visibility.ts";
import type { Coverage } from "../../lib/model/target.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { publishUnseen } from "../../lib/scan/publish-unseen.ts";
import { publishWide } from "../../lib/scan/publish-wide.ts";
import type { Observation } from "../../lib/scan/reconcile.ts";
import { findUnlisted } from "../../lib/scan/unlisted.ts";
import { blind, cluster, day, finding, observe, place } from "./life.ts";
import { context, openMemoryCloud, outside, shown, type MemoryCloud } from "./memory-cloud.ts";

const RETENTION_MS = { ACTIVE: 90, ARCHIVED: 30 } as const;
const DAY_MS = 24 * 3600 * 1000;

const failed = finding("fail");
const dark = finding("fail", { controlId: "NETPOL.9", subject: cluster, because: "It is dark." });

function forget({ hub }: MemoryCloud, now: Date): void {
  for (const [id, { UpdatedAt, RecordState }] of hub)
    if (now.getTime() - Date.parse(UpdatedAt) > RETENTION_MS[RecordState] * DAY_MS) hub.delete(id);
}

/** One run a day; the ids that are missing in the hub, with the day, of those that should be there. */
async function live(
  cloud: MemoryCloud,
  days: { readonly from: number; readonly to: number },
  run: (days: number) => Promise<unknown>,
  expected: readonly string[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let at = days.from; at <= days.to; at += 1) {
    await run(at);
    forget(cloud, day(at));
    const open = shown(cloud);
    missing.push(...expected.filter((id) => open[id] === undefined).map((id) => `${at} ${id}`));
  }
  return missing;
}

function publish(cloud: MemoryCloud, days: number, observation: Observation) {
  const observedFrom = day(days).toISOString();
  return publishFindings(place, { ...observation, observedFrom }, cloud.sink, context(cloud, days));
}

function renew(cloud: MemoryCloud, days: number) {
  return publishUnseen(place, () => Promise.resolve(cloud.sink), context(cloud, days));
}

describe("120 days", () => {
  test("of the same failure: always shown, four heartbeats", async () => {
    const cloud = openMemoryCloud();
    const run = (days: number) => publish(cloud, days, observe([failed]));
    assert.deepEqual(await live(cloud, { from: 0, to: 120 }, run, [failed.id]), []);
    assert.equal(cloud.events.length, 5);
  });

  test("of a cluster that cannot be seen: shown, from day 60 on as unknown, and failed when it is seen again", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, observe([failed]));
    const told: (string | undefined)[] = [];
    const run = async (days: number): Promise<void> => {
      const { findings, vanished } = await publish(cloud, days, blind([dark]));
      told.push(...[...findings, ...vanished].map(({ change }) => change));
    };
    assert.deepEqual(await live(cloud, { from: 1, to: 59 }, run, [failed.id, dark.id]), []);
    assert.equal(shown(cloud)[failed.id], "FAILED");
    assert.deepEqual(await live(cloud, { from: 60, to: 120 }, run, [failed.id, dark.id]), []);
    assert.equal(shown(cloud)[failed.id], "NOT_AVAILABLE");
    const kept = cloud.hub.get(failed.id);
    assert.match(kept?.Description ?? "", /not seen this for 30 days or more.* it failed\.$/);
    assert.equal(kept?.CreatedAt, day(0).toISOString());
    assert.equal(cloud.events.filter((id) => id === failed.id).length, 3, "born, and renewed twice");
    assert.deepEqual(new Set(told.slice(1)), new Set(["unchanged", "heartbeat"]), "nobody is alarmed again");

    const [again] = (await publish(cloud, 121, observe([failed]))).findings;
    assert.equal(again?.change, "unchanged");
    assert.equal(shown(cloud)[failed.id], "FAILED");
    assert.equal(cloud.hub.get(failed.id)?.CreatedAt, day(0).toISOString());
  });

  test("of a cluster that is left out by its tag: the same, and nothing is asked of the hub before it is time", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, observe([failed]));
    cloud.calls.length = 0;
    await renew(cloud, 59);
    assert.deepEqual(
      cloud.calls.map((call) => call.split(" ")[0]),
      ["list", "get"],
    );
    const run = (days: number) => renew(cloud, days);
    assert.deepEqual(await live(cloud, { from: 60, to: 200 }, run, [failed.id]), []);
    assert.equal(shown(cloud)[failed.id], "NOT_AVAILABLE");
  });

  test("of a Region that cannot be listed: its clusters are found in the state", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, observe([failed]));
    const missed: Coverage = { ...place, cluster: null, outcome: "missed", why: "access-denied", detail: "" };
    const run = async (days: number): Promise<void> => {
      const targets = await findUnlisted(cloud.store, place.account, { coverage: [missed] }, outside);
      assert.deepEqual(targets, [{ account: place.account, region: place.region, cluster: place.cluster }]);
      await renew(cloud, days);
    };
    assert.deepEqual(await live(cloud, { from: 1, to: 120 }, run, [failed.id]), []);
  });

  test("of an account that cannot be entered: its NETPOL.9 is shown and ages, and what the hub forgot comes back", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, observe([failed]));
    const missed: Coverage = {
      account: "222222222222",
      region: null,
      cluster: null,
      outcome: "missed",
      why: "access-denied",
      detail: "AccessDenied",
    };
    const coverage = [missed];
    const findings = toVisibilityFindings(coverage);
    const view = { findings, coverage, complete: false, isWhole: true, accounts: new Set(["222222222222"]) };
    const run = (days: number) =>
      publishWide(
        { ...view, startedAt: day(days).toISOString() },
        place.account,
        cloud.sink,
        context(cloud, days),
      );
    const [spot] = findings;
    assert.ok(spot !== undefined);
    assert.deepEqual(await live(cloud, { from: 1, to: 120 }, run, [spot.id]), []);
    assert.match(cloud.hub.get(spot.id)?.Description ?? "", /for 30 days or more.*forgets each 90 days/);
    assert.equal(shown(cloud)[failed.id], undefined, "nobody could renew it");
    await publish(cloud, 121, observe([failed]));
    assert.equal(shown(cloud)[failed.id], "FAILED");
    assert.equal(cloud.hub.get(failed.id)?.CreatedAt, day(0).toISOString());
  });
});

test("nothing is renewed where nobody remembers, or the state cannot be read", async () => {
  const cloud = openMemoryCloud();
  assert.equal(await renew(cloud, 100), null);
  await publish(cloud, 0, observe([failed]));
  cloud.weather = {
    before(call) {
      if (call.startsWith("get")) throw Object.assign(new Error("slow"), { name: "SlowDown", $metadata: {} });
    },
  };
  assert.equal(await renew(cloud, 100), null);
  const stateless = context(cloud, 100, { store: null });
  assert.equal(await publishUnseen(place, () => Promise.resolve(cloud.sink), stateless), null);
});

test("an archived or passed finding is not renewed", async () => {
  const cloud = openMemoryCloud();
  await publish(cloud, 0, observe([failed]));
  await publish(cloud, 1, observe([finding("pass")]));
  assert.equal(await renew(cloud, 100), null);
});
