// Blind spots wider than a cluster: they age, and they are closed by being looked into, not by being out of sight.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toVisibilityFindings } from "../../lib/controls/visibility.ts";
import type { Coverage } from "../../lib/model/target.ts";
import type { Publication } from "../../lib/scan/publish.ts";
import { publishWide } from "../../lib/scan/publish-wide.ts";
import type { WideView } from "../../lib/scan/wide-observation.ts";
import { day, finding, place } from "./life.ts";
import { context, openMemoryCloud, shown, writes, type MemoryCloud } from "./memory-cloud.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { observe } from "./life.ts";

const [LOCKED, OPEN] = ["222222222222", "333333333333"];

const missed = (account: string | null, region: string | null = null): Coverage => ({
  account,
  region,
  cluster: null,
  outcome: "missed",
  why: "access-denied",
  detail: "AccessDenied (HTTP 403)",
});
const scanned: Coverage = { account: OPEN, region: "eu-central-1", cluster: "shop", outcome: "scanned" };

function view(coverage: readonly Coverage[], change: Partial<WideView> = {}): WideView {
  return {
    startedAt: day(0).toISOString(),
    findings: toVisibilityFindings(coverage),
    coverage,
    complete: coverage.every(({ outcome }) => outcome !== "missed"),
    isWhole: true,
    accounts: new Set([LOCKED, OPEN]),
    ...change,
  };
}

function publish(cloud: MemoryCloud, days: number, seen: WideView): Promise<Publication> {
  const startedAt = day(days).toISOString();
  return publishWide({ ...seen, startedAt }, place.account, cloud.sink, context(cloud, days + 0.01));
}

function spots(cloud: MemoryCloud): readonly string[] {
  return Object.entries(shown(cloud)).map(([id, status]) => `${id.slice(0, id.lastIndexOf("/"))} ${status}`);
}

const account = `ringfence/-/${LOCKED}/-/NETPOL.9`;
const region = `ringfence/eu-west-1/${LOCKED}/-/NETPOL.9`;

describe("a blind spot", () => {
  test("ages: the same finding in every run, with its first day", async () => {
    const cloud = openMemoryCloud();
    const first = await publish(cloud, 0, view([missed(LOCKED)]));
    assert.equal(first.findings[0]?.change, "new");
    const second = await publish(cloud, 0.5, view([missed(LOCKED)]));
    assert.deepEqual([second.findings[0]?.change, second.delivery.sent], ["unchanged", 0]);
    assert.equal(second.findings[0]?.firstSeenAt, day(0.01).toISOString());
    assert.deepEqual(spots(cloud), [`${account} FAILED`]);
  });

  test("is resolved when the account is looked into again, also when it has no cluster", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, view([missed(LOCKED), missed(LOCKED, "eu-west-1")]));
    const run = await publish(cloud, 1, view([scanned]));
    assert.deepEqual(spots(cloud).toSorted(), [`${account} PASSED`, `${region} PASSED`]);
    assert.deepEqual(
      run.findings.map(({ change, because }) => [change, because.includes(LOCKED)]),
      [
        ["resolved", true],
        ["resolved", true],
      ],
    );
    cloud.calls.length = 0;
    await publish(cloud, 2, view([scanned]));
    assert.deepEqual(writes(cloud), []);
  });

  test("is resolved by a look at one cluster, where the accounts of the run are not known", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, view([missed(OPEN)]));
    await publish(cloud, 1, view([scanned], { accounts: null }));
    assert.deepEqual(spots(cloud), [`ringfence/-/${OPEN}/-/NETPOL.9 PASSED`]);
  });

  test("of a Region stays while the rest of its account is looked into, and is said once", async () => {
    const cloud = openMemoryCloud();
    const seen = [{ ...scanned, account: LOCKED }, missed(LOCKED, "eu-west-1")];
    await publish(cloud, 0, view(seen));
    const again = await publish(cloud, 1, view(seen));
    assert.deepEqual(
      again.findings.map(({ status, change }) => [status, change]),
      [["fail", "unchanged"]],
    );
    assert.deepEqual(spots(cloud), [`${region} FAILED`]);
  });

  test("of a Region stays while its whole account is dark", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, view([missed(LOCKED, "eu-west-1")]));
    await publish(cloud, 1, view([missed(LOCKED)]));
    assert.deepEqual(spots(cloud).toSorted(), [`${account} FAILED`, `${region} FAILED`]);
  });

  test("stays where the accounts themselves could not be listed", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, view([missed(LOCKED)]));
    await publish(cloud, 1, view([missed(null)], { accounts: new Set() }));
    assert.deepEqual(spots(cloud).toSorted(), ["ringfence/-/-/-/NETPOL.9 FAILED", `${account} FAILED`]);
    await publish(cloud, 2, view([missed(LOCKED)]));
    assert.deepEqual(spots(cloud).toSorted(), ["ringfence/-/-/-/NETPOL.9 PASSED", `${account} FAILED`]);
  });

  test("stays where the run was narrowed", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, view([missed(LOCKED)]));
    await publish(cloud, 1, view([scanned], { isWhole: false }));
    assert.deepEqual(spots(cloud), [`${account} FAILED`]);
  });

  test("stays where nobody knows whether the account was looked into", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 0, view([missed(LOCKED)]));
    await publish(cloud, 1, view([scanned], { accounts: null }));
    assert.deepEqual(spots(cloud), [`${account} FAILED`]);
  });

  for (const [name, coverage, accounts, words] of [
    [
      "was closed",
      [{ ...missed(LOCKED), outcome: "skipped" as const, detail: "the account is SUSPENDED" }],
      new Set([OPEN]),
      /SUSPENDED/,
    ],
    ["left", [scanned], new Set([OPEN]), /not among the accounts/],
  ] as const)
    test(`of an account that ${name} is archived, and says that the account is lost`, async () => {
      const cloud = openMemoryCloud();
      await publish(cloud, 0, view([missed(LOCKED)]));
      const run = await publish(cloud, 1, view(coverage, { accounts }));
      assert.deepEqual(spots(cloud), []);
      assert.match(run.vanished[0]?.because ?? "", words);
    });
});

test("findings about clusters in the same hub are left alone, also when the state is lost", async () => {
  const cloud = openMemoryCloud();
  await publishFindings(place, observe([finding("fail")]), cloud.sink, context(cloud, 0));
  await publish(cloud, 0, view([missed(LOCKED)]));
  cloud.objects.clear();
  await publish(cloud, 1, view([scanned]));
  assert.deepEqual(shown(cloud)[finding("fail").id], "FAILED");
});

test("another home Region: the copies in the former hub are archived, and findings about clusters are not", async () => {
  const [former, current] = [openMemoryCloud(), openMemoryCloud()];
  const productArn = former.sink.productArn.replaceAll(place.region, "eu-north-1");
  await publishFindings(place, observe([finding("fail")]), former.sink, context(former, 0));
  await publish(former, 0, view([missed(LOCKED)]));
  const openHub = () => Promise.resolve(former.sink);
  await publishWide(
    { ...view([missed(LOCKED)]), startedAt: day(1).toISOString() },
    place.account,
    { ...current.sink, productArn },
    context(former, 1.01, { openHub }),
  );
  assert.deepEqual(spots(current), [`${account} FAILED`]);
  assert.deepEqual(Object.keys(shown(former)), [finding("fail").id]);
});
