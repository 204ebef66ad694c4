// Where a bucket answers: what the Lambdas ask is what the SDK's own rules say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { defaultEndpointResolver, type BucketPlace } from "../../lib/aws/bucket-endpoint.ts";

const BUCKETS = [
  "ringfence-111122223333",
  "with.periods",
  "abc",
  "a".repeat(63),
  "ap-xyz123-s3alias",
  "Old_Name",
];
const REGIONS = ["eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1"];
const ENDPOINTS = [
  {},
  { Endpoint: "https://localhost:4566" },
  { Endpoint: "https://s3.example.test:8443/cloud/" },
];
const SWITCHES = [false, true];

/** The SDK's rules refuse an endpoint of one's own beside these two, which our resolver leaves unread. */
const FAMILIES = SWITCHES.flatMap((UseFIPS) => SWITCHES.map((UseDualStack) => ({ UseFIPS, UseDualStack })));

const places: readonly BucketPlace[] = BUCKETS.flatMap((Bucket) =>
  REGIONS.flatMap((Region) =>
    ENDPOINTS.flatMap((endpoint) =>
      SWITCHES.flatMap((ForcePathStyle) =>
        FAMILIES.map((family) => ({ Bucket, Region, ...endpoint, ForcePathStyle, ...family })),
      ),
    ),
  ),
);

const { endpointProvider } = new S3Client({ region: "eu-west-1" }).config;

/** Null: the rules refuse it. */
function askSdk(place: BucketPlace) {
  try {
    return endpointProvider({ Bucket: "", Region: "", UseGlobalEndpoint: false, ...place });
  } catch {
    return null;
  }
}

const toText = ({ href }: URL): string => href.replace(/\/$/, "");

test("each bucket answers where the SDK's rules say", () => {
  let compared = 0;
  for (const place of places) {
    const expected = askSdk(place);
    if (expected === null) continue;
    const found = defaultEndpointResolver(place);
    assert.equal(toText(found.url), toText(expected.url), JSON.stringify(place));
    assert.deepEqual(found.properties, expected.properties, JSON.stringify(place));
    compared += 1;
  }
  assert.ok(compared > places.length / 3, `${compared} of ${places.length} were compared`);
});

test("below an address no bucket has a name of its own", () => {
  const place = { Bucket: "own", Region: "eu-west-1", Endpoint: "http://127.0.0.1:4566" };
  assert.equal(defaultEndpointResolver(place).url.href, "http://127.0.0.1:4566/own");
  assert.equal(askSdk(place)?.url.href, "http://127.0.0.1:4566/own");
});

test("what is no general purpose bucket is refused by its name", () => {
  const Region = "us-west-2";
  for (const Bucket of [
    "arn:aws:s3:us-west-2:111122223333:accesspoint:own",
    "own--usw2-az1--x-s3",
    "own-e01234567890123456--op-s3",
  ])
    assert.throws(() => defaultEndpointResolver({ Bucket, Region }), {
      message: `${Bucket} is no general purpose bucket: name one`,
    });
  assert.throws(() => defaultEndpointResolver({ Region }), /names a bucket/);
});
