// Which clusters are remembered of Regions that could not be listed.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Coverage } from "../../lib/model/target.ts";
import { toGoneKey, toStateKey, WIDE_REGION } from "../../lib/scan/state.ts";
import { findUnlisted } from "../../lib/scan/unlisted.ts";
import { place } from "./life.ts";
import { awsError, openMemoryCloud, outside } from "./memory-cloud.ts";

const { account } = place;
const MISSED: Coverage = {
  account,
  region: place.region,
  cluster: null,
  outcome: "missed",
  why: "access-denied",
  detail: "AccessDenied (HTTP 403)",
};

const cloud = openMemoryCloud();
const gone = { ...place, cluster: "gone" };
for (const key of [
  toStateKey(place),
  toStateKey(gone),
  toGoneKey(gone),
  toStateKey({ ...place, region: "eu-west-1", cluster: "elsewhere" }),
  toStateKey({ ...place, region: WIDE_REGION, cluster: "wide" }),
  toStateKey({ ...place, account: "222222222222", cluster: "of-another-account" }),
  `state/${account}/${place.region}/notes.txt`,
])
  cloud.objects.set(key, "{}");

async function names(...coverage: readonly Coverage[]): Promise<readonly string[]> {
  const targets = await findUnlisted(cloud.store, account, { coverage }, outside);
  for (const target of targets) assert.equal(target.account, account);
  return targets.map(({ region, cluster }) => `${region} ${cluster}`);
}

test("those of the Region that was missed, and that are not known to be gone", async () => {
  assert.deepEqual(await names(MISSED), [`${place.region} shop`]);
});

test("those of all Regions where the Regions could not be listed", async () => {
  assert.deepEqual(await names({ ...MISSED, region: null }), [`${place.region} shop`, "eu-west-1 elsewhere"]);
});

test("none where a cluster was missed, or a Region was left out or scanned, and then nothing is asked", async () => {
  cloud.calls.length = 0;
  assert.deepEqual(await names({ ...MISSED, cluster: "shop" }), []);
  assert.deepEqual(await names({ ...MISSED, outcome: "skipped" }), []);
  assert.deepEqual(await names({ ...MISSED, outcome: "scanned" }), []);
  assert.deepEqual(await names(), []);
  assert.deepEqual(cloud.calls, []);
});

test("none where the state cannot be listed", async () => {
  const before = () => {
    throw awsError("AccessDenied", 403);
  };
  cloud.weather = { before };
  assert.deepEqual(await names(MISSED), []);
  cloud.weather = {};
});
