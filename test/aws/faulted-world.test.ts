// Credentials that end early and clocks that differ: what was learned from a refusal is used for the next attempt.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WorldFault } from "../../emulator/world.ts";
import { healthyCluster, MEMBER_ACCOUNT, REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import { openWorld } from "./open-world.ts";
import { twoAccounts } from "./two-accounts.ts";

function faulted(...faults: readonly WorldFault[]) {
  return twoAccounts([healthyCluster()], { faults });
}

describe("a session that ends before its time", () => {
  const expired = { service: "eks", operation: "DescribeCluster", answer: { kind: "expired" } } as const;

  test("is asked for anew, once for all calls that it ended", async () => {
    await using open = await openWorld(faulted({ ...expired, calls: [1] }));
    const account = await open.scanner.enterAccount(MEMBER_ACCOUNT);
    const described = await Promise.all(
      Array.from({ length: 5 }, () => account.describeCluster(REGION, "shop")),
    );
    assert.deepEqual(new Set(described.map(({ name }) => name)), new Set(["shop"]));
    assert.equal(open.scanner.callCounts["sts:AssumeRole"], 2);
  });

  test("and again in vain is told", async () => {
    await using open = await openWorld(faulted(expired));
    const account = await open.scanner.enterAccount(MEMBER_ACCOUNT);
    await assert.rejects(account.describeCluster(REGION, "shop"), { name: /^ExpiredToken/ });
    assert.equal(open.scanner.callCounts["eks:DescribeCluster"], 2);
    assert.deepEqual(await account.listClusters(REGION), ["shop"]);
  });
});

describe("a clock that is ten minutes wrong", () => {
  for (const offsetSeconds of [600, -600])
    test(`is no reason that a token is refused (${offsetSeconds} s)`, async () => {
      const answer = { kind: "clock", offsetSeconds } as const;
      const calls = ["GetCallerIdentity", "AssumeRole"].map((operation) => ({
        service: "sts",
        operation,
        answer,
      }));
      const eks = { service: "eks", operation: "DescribeCluster", answer };
      const everything = { service: "kubernetes", operation: "/", answer };
      await using open = await openWorld(faulted(...calls, eks, everything));
      const account = await open.scanner.enterAccount(MEMBER_ACCOUNT);
      const cluster = await account.describeCluster(REGION, "shop");
      const access = account.clusterAccess(REGION, cluster);
      const token = await access.bearerToken();
      const url = new URL(Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString());
      const [, day = "", time = ""] =
        /^(\d{8})T(\d{6})Z$/.exec(url.searchParams.get("X-Amz-Date") ?? "") ?? [];
      const iso = `${day.replace(/(....)(..)/, "$1-$2-")}T${time.replace(/(..)(..)/, "$1:$2:")}Z`;
      const aheadSeconds = (Date.parse(iso) - Date.now()) / 1000;
      assert.ok(Math.abs(aheadSeconds - offsetSeconds) < 60, String(aheadSeconds));
    });
});
