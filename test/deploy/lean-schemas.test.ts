// Of S3's shapes the Lambda bundles carry what our code names, found in the code itself: nobody has to keep a list.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";

const require = createRequire(import.meta.url);
const path = join(require.resolve("@aws-sdk/client-s3"), "../../dist-es/schemas/schemas_0.js");
const text = readFileSync(path, "utf8");
const { leanSchemas } = v.parse(
  v.object({ leanSchemas: v.function() }),
  await import(new URL("../../build/lean-schemas.mjs", import.meta.url).href),
);
const lean = v.parse(v.string(), leanSchemas(path, text));

/** The names of a shape's members, which stand there as constants. */
function membersOf(shape: string): readonly string[] {
  const [, names = ""] =
    new RegExp(String.raw`^export var ${shape}\$ = [^[]*\[3.*\n.*\n {4}\[(.*)\],$`, "m").exec(lean) ?? [];
  return names.split(", ").map((name) => new RegExp(`^const ${name} = "(.*)";$`, "m").exec(lean)?.[1] ?? "");
}

test("what lib/aws names is kept, whichever call names it, and all else is left out", () => {
  // A condition, which only PutObject has today, and a part's number.
  for (const member of ["Bucket", "Key", "IfMatch", "PartNumber", "ChecksumMode"])
    assert.ok(membersOf("GetObjectRequest").includes(member), member);
  assert.ok(!membersOf("GetObjectRequest").includes("SSECustomerKey"));
  assert.ok(membersOf("GetObjectOutput").includes("ETag"));
  assert.deepEqual(membersOf("ListObjectsV2Request"), ["Bucket", "Prefix", "ContinuationToken"]);
});
