// What Security Hub shows of the cluster itself is brought up to date when it changes, and by nothing else.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toClusterProfile, toProfileHash } from "../../lib/model/cluster-profile.ts";
import type { ClusterDescription } from "../../lib/model/snapshot.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { cluster } from "../enforcement/facts.ts";
import { blind, day, finding, observe, place } from "./life.ts";
import { context, openMemoryCloud, type MemoryCloud } from "./memory-cloud.ts";

function inNetwork(securityGroupIds: readonly string[], subnetIds: readonly string[]) {
  return { securityGroupIds, subnetIds, clusterSecurityGroupId: null };
}

const whole = cluster({
  roleArn: "arn:aws:iam::111122223333:role/eks",
  resourcesVpcConfig: inNetwork(["sg-1", "sg-2"], ["subnet-1", "subnet-2"]),
});
const hashOf = (description: ClusterDescription): string => toProfileHash(toClusterProfile(description));

describe("the hash", () => {
  const changes: Readonly<Record<string, Partial<ClusterDescription>>> = {
    version: { version: "1.35" },
    roleArn: { roleArn: "arn:aws:iam::111122223333:role/other" },
    endpointPublicAccess: { endpointPublicAccess: false },
    "security groups": {
      resourcesVpcConfig: inNetwork(["sg-3"], ["subnet-1", "subnet-2"]),
    },
    subnets: { resourcesVpcConfig: inNetwork(["sg-1", "sg-2"], ["subnet-1"]) },
  };
  for (const [name, change] of Object.entries(changes))
    test(`changes with ${name}`, () => assert.notEqual(hashOf({ ...whole, ...change }), hashOf(whole)));

  const same: Readonly<Record<string, Partial<ClusterDescription>>> = {
    "an update that is under way": { status: "UPDATING" },
    "another order of lists": {
      resourcesVpcConfig: inNetwork(["sg-2", "sg-1"], ["subnet-2", "subnet-1"]),
    },
    "tags, which nobody sends": { tags: { team: "shop" } },
    "a new platform version": { platformVersion: "eks.10" },
  };
  for (const [name, change] of Object.entries(same))
    test(`does not change with ${name}`, () => assert.equal(hashOf({ ...whole, ...change }), hashOf(whole)));
});

describe("a finding", () => {
  async function run(
    cloud: MemoryCloud,
    days: number,
    resourceHash: string | null,
    seen = [finding("fail")],
  ) {
    const observedFrom = day(days).toISOString();
    const observation = { ...(seen.length > 0 ? observe(seen) : blind()), observedFrom, resourceHash };
    const [told] = (await publishFindings(place, observation, cloud.sink, context(cloud, days))).findings;
    return told?.change;
  }

  test("of a cluster with a new version is sent once more, and is no news", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, "1.34");
    assert.equal(await run(cloud, 1, "1.35"), "unchanged");
    assert.equal(cloud.events.length, 2);
    await run(cloud, 2, "1.35");
    assert.equal(cloud.events.length, 2);
  });

  test("is not sent because the cluster was not described", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, "1.34");
    await run(cloud, 1, null);
    await run(cloud, 2, "1.34");
    assert.equal(cloud.events.length, 1);
  });

  test("that was sent without the description gets it when it is seen", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, null);
    await run(cloud, 1, "1.34");
    assert.equal(cloud.events.length, 2);
  });

  test("that passed long ago is not sent for it", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, "1.34");
    await run(cloud, 1, "1.34", [finding("pass")]);
    await run(cloud, 2, "1.35", [finding("pass")]);
    assert.equal(cloud.events.length, 2);
  });
});
