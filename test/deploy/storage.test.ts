// What becomes of data: what stays when the stack goes, what a failed deployment leaves behind, and what expires.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { toFields } from "../../emulator/aws/cloud-formation.ts";
import { parseHubTemplate, readServerless } from "../../emulator/aws/hub-template.ts";
import { privateCluster } from "../../emulator/worlds/scenarios/private-cluster.ts";
import { runKeys } from "../../lib/scan/run-store.ts";
import { toSnapshotKey } from "../../lib/spoke/snapshot-object.ts";
import { toDeadLetterKey, toStateKey } from "../../lib/scan/state.ts";

const { resources } = parseHubTemplate(privateCluster(), readServerless() ?? assert.fail(), {});
const place = { account: "111111111111", region: "eu-central-1", cluster: "shop" };

const Lifecycle = v.object({
  LifecycleConfiguration: v.object({
    Rules: v.array(v.object({ Prefix: v.optional(v.string()), ExpirationInDays: v.optional(v.unknown()) })),
  }),
});

// "RetainExceptOnCreate behaves like Retain … except for the stack operation that initially creates the resource"
// (CloudFormation user guide, DeletionPolicy): a bucket with a fixed name would make each further attempt fail.
test("bucket, its policy and its key stay when the stack goes, and not when their own creation is rolled back", () => {
  for (const name of ["Bucket", "BucketPolicy", "Key"]) {
    const { DeletionPolicy, UpdateReplacePolicy } = toFields(resources[name]);
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], ["RetainExceptOnCreate", "Retain"], name);
  }
});

test("whatever is written expires, but for the state", () => {
  const { LifecycleConfiguration } = v.parse(Lifecycle, toFields(resources["Bucket"])["Properties"]);
  const expiring = LifecycleConfiguration.Rules.flatMap(({ Prefix, ExpirationInDays }) =>
    ExpirationInDays === undefined ? [] : [Prefix ?? ""],
  );
  const expires = (key: string): boolean => expiring.some((prefix) => key.startsWith(prefix));
  const { report } = runKeys("run-1");
  for (const key of [
    report,
    "runs/_running/run-1.ended.json",
    toDeadLetterKey("run-1", place),
    toSnapshotKey(place),
  ])
    assert.ok(expires(key), key);
  assert.ok(!expires(toStateKey({ ...place, createdAt: "2026-01-01T00:00:00Z" })));
});
