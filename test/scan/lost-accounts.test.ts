// An account that was closed, suspended or let go: marked lost, with an honest end, and nothing called repaired.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { toLostFinding } from "../../lib/controls/visibility.ts";
import type { Coverage } from "../../lib/model/target.ts";
import { READS_AT_ONCE } from "../../lib/scan/expected-clusters.ts";
import { endLostAccounts } from "../../lib/scan/lost-accounts.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { publishWide } from "../../lib/scan/publish-wide.ts";
import { parseState, toGoneKey, toStateKey } from "../../lib/scan/state.ts";
import { day, finding, observe, place } from "./life.ts";
import { awsError, context, openMemoryCloud, shown, type MemoryCloud } from "./memory-cloud.ts";

const LOST = place.account;
const SCANNER = "999999999999";
const failed = finding("fail");

/** The lost account's own hub and the state, and the scanner's hub. */
interface Estate {
  readonly member: MemoryCloud;
  readonly scanner: MemoryCloud;
}

async function openEstate(to: "member" | "scanner"): Promise<Estate> {
  const estate = { member: openMemoryCloud(), scanner: openMemoryCloud() };
  const observation = { ...observe([failed]), observedFrom: day(0).toISOString() };
  const sink = to === "member" ? estate.member.sink : scannerSink(estate);
  await publishFindings(place, observation, sink, context(estate.member, 0));
  return estate;
}

function scannerSink({ scanner }: Estate) {
  const productArn = `arn:aws:securityhub:eu-central-1:${SCANNER}:product/${SCANNER}/default`;
  return { ...scanner.sink, productArn };
}

const suspended: Coverage = {
  account: LOST,
  region: null,
  cluster: null,
  outcome: "skipped",
  detail: "the account is SUSPENDED",
};

interface Run {
  readonly coverage?: readonly Coverage[];
  readonly accounts?: ReadonlySet<string> | null;
}

/** What lib/publishing/publishing.ts does at the end of a run of the whole organization. */
async function end(estate: Estate, days: number, run: Run = {}) {
  const { coverage = [], accounts = new Set(["333333333333"]) } = run;
  const sink = scannerSink(estate);
  const now = context(estate.member, days);
  const ended = await endLostAccounts({ coverage, accounts }, sink, now);
  const findings = ended.lost.map(toLostFinding);
  const view = {
    startedAt: day(days).toISOString(),
    findings,
    coverage,
    complete: true,
    isWhole: true,
    accounts,
  };
  const wide = await publishWide(view, SCANNER, sink, now);
  return { ...ended, wide };
}

function spot({ scanner }: Estate): string | undefined {
  const found = [...scanner.hub.values()].find(({ Id }) => Id.includes(`/${LOST}/-/NETPOL.9/`));
  return found && `${found.RecordState} ${found.Compliance.Status} ${found.Description}`;
}

const statusOf = ({ member }: Estate) =>
  parseState(member.objects.get(toStateKey(place)) ?? "")?.findings.map(({ confirmed }) => confirmed?.status);

describe("an account that was", () => {
  for (const [name, coverage, words] of [
    ["suspended", [suspended], "the account is SUSPENDED"],
    ["closed", [{ ...suspended, detail: "the account is CLOSED" }], "the account is CLOSED"],
    ["let go", [], "the organization does not have it any more"],
  ] as const)
    test(`${name} is lost: NETPOL.9 says so, and what was open stays as it was`, async () => {
      const estate = await openEstate("member");
      await end(estate, 1, { coverage });
      assert.equal(
        spot(estate),
        `ACTIVE FAILED Account ${LOST} is lost: ${words}. 1 cluster had been looked at there: shop (eu-central-1). What was open there was not repaired, and nobody can update it; Security Hub forgets the last of it on 2027-01-30.`,
      );
      assert.deepEqual(shown(estate.member), { [failed.id]: "FAILED" });
      assert.deepEqual(statusOf(estate), ["fail"]);
    });
});

describe("the end", () => {
  test("is when Security Hub has forgotten: archived, and never called repaired", async () => {
    const estate = await openEstate("member");
    const changes: (string | undefined)[] = [];
    for (let days = 1; days <= 120; days += 1) {
      const { wide } = await end(estate, days);
      changes.push(...[...wide.findings, ...wide.vanished].map(({ change }) => change));
      if (days === 89) assert.match(spot(estate) ?? "", /^ACTIVE FAILED .* is lost/);
    }
    assert.match(spot(estate) ?? "", /^ARCHIVED NOT_AVAILABLE/);
    assert.deepEqual([changes[0], changes.includes("resolved"), changes.at(-1)], ["new", false, "vanished"]);
    const imports = estate.scanner.events.length;
    assert.ok(imports <= 8, `${imports} imports in 120 days`);
  });

  test("of copies in the scanner's own hub comes at once: there they can be ended", async () => {
    const estate = await openEstate("scanner");
    const { publications } = await end(estate, 1);
    assert.equal(publications.length, 1);
    const copy = estate.scanner.hub.get(failed.id);
    assert.deepEqual([copy?.RecordState, copy?.Compliance.Status], ["ARCHIVED", "NOT_AVAILABLE"]);
    assert.match(copy?.Description ?? "", /is lost: .* Nothing of it was repaired\./);
    assert.match(spot(estate) ?? "", /^ACTIVE FAILED .* is lost/);
    const before = estate.scanner.events.length;
    await end(estate, 1.5);
    assert.equal(estate.scanner.events.length, before, "once");
  });

  test("is taken back when the account is there again", async () => {
    const estate = await openEstate("member");
    await end(estate, 1);
    await end(estate, 2, { accounts: new Set([LOST]) });
    assert.match(spot(estate) ?? "", /^ACTIVE PASSED Ringfence can look into account/);
    const observation = { ...observe([failed]), observedFrom: day(3).toISOString() };
    const [again] = (await publishFindings(place, observation, estate.member.sink, context(estate.member, 3)))
      .findings;
    assert.equal(again?.change, "unchanged");
    assert.equal(estate.member.hub.get(failed.id)?.CreatedAt, day(0).toISOString());
  });
});

test("many accounts with many clusters are read and ended some at a time", async () => {
  const estate = await openEstate("scanner");
  const state = estate.member.objects.get(toStateKey(place)) ?? "";
  for (let cluster = 1; cluster < 200; cluster += 1)
    estate.member.objects.set(toStateKey({ ...place, cluster: `shop-${cluster}` }), state);
  const now = context(estate.member, 1);
  const { store } = now;
  assert.ok(store !== null);
  let reading = 0;
  let most = 0;
  const getObject = async (key: string) => {
    reading += 1;
    most = Math.max(most, reading);
    await setImmediate();
    reading -= 1;
    return store.getObject(key);
  };
  const run = { coverage: [suspended], accounts: new Set(["333333333333"]) };
  const busy = { ...now, store: { ...store, getObject } };
  const { lost, publications } = await endLostAccounts(run, scannerSink(estate), busy);
  assert.deepEqual([lost.length, lost[0]?.clusters.length, publications.length], [1, 200, 200]);
  assert.ok(most <= READS_AT_ONCE, `${most} states at the same time`);
});

describe("not lost is an account", () => {
  const runs: Readonly<Record<string, Run>> = {
    "that is in the run": { accounts: new Set([LOST]) },
    "that the configuration leaves out": {
      coverage: [{ ...suspended, detail: "excluded by organization.accounts" }],
    },
    "that could not be entered": { coverage: [{ ...suspended, outcome: "missed", why: "access-denied" }] },
    "of a run that could not list the accounts": {
      coverage: [{ ...suspended, account: null, outcome: "missed", why: "access-denied" }],
    },
    "of a run of which nobody knows the accounts": { accounts: null },
  };
  for (const [name, run] of Object.entries(runs))
    test(name, async () => {
      const estate = await openEstate("scanner");
      const { lost, publications } = await end(estate, 1, run);
      assert.deepEqual([lost, publications], [[], []]);
      assert.deepEqual(shown(estate.scanner)[failed.id], "FAILED");
    });

  test("whose clusters were all known to be gone", async () => {
    const estate = await openEstate("member");
    estate.member.objects.set(toGoneKey(place), "{}");
    assert.deepEqual((await end(estate, 1)).lost, []);
  });

  test("where the state cannot be read", async () => {
    const estate = await openEstate("member");
    estate.member.weather = {
      before(call) {
        if (call === "list state/") throw awsError("SlowDown", 503);
      },
    };
    assert.deepEqual((await end(estate, 1)).lost, []);
  });
});

test("many clusters are counted, and the first five named", () => {
  const clusters = Array.from({ length: 7 }, (_, index) => `c${index} (eu-west-1)`);
  const { because, severity } = toLostFinding({
    account: LOST,
    why: "the account is CLOSED",
    clusters,
    forgottenAt: day(90).toISOString(),
  });
  assert.match(
    because,
    /7 clusters had been looked at there: c0 \(eu-west-1\), .*c4 \(eu-west-1\) and 2 more\./,
  );
  assert.equal(severity, "low");
});
