// Settings of the AWS SDKs that are wrong, or cannot be had together: told in the user's words, without a stack.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { makeFolder, run } from "./run-ringfence.ts";

const folder = makeFolder();
const profile = join(folder, "config");
writeFileSync(profile, "[default]\nuse_fips_endpoint = true\n");

const ENDPOINT = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
const WRONG: readonly (readonly [
  name: string,
  environment: Readonly<Record<string, string>>,
  says: RegExp,
])[] = [
  [
    "FIPS beside an endpoint",
    { ...ENDPOINT, AWS_USE_FIPS_ENDPOINT: "true" },
    /\n {2}AWS_USE_FIPS_ENDPOINT and AWS_ENDPOINT_URL\n.*one of the two/s,
  ],
  [
    "dual-stack beside an endpoint",
    { ...ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT: "true" },
    /\n {2}AWS_USE_DUALSTACK_ENDPOINT and AWS_ENDPOINT_URL\n.*one of the two/s,
  ],
  ["FIPS of a profile", { ...ENDPOINT, AWS_CONFIG_FILE: profile }, /in a profile: use_fips_endpoint and/],
  ["an endpoint that is no URL", { AWS_ENDPOINT_URL: "localhost:4566" }, /begins with https:\/\/ or http/],
  ["a Region that is none", { ...ENDPOINT, AWS_REGION: "eu central" }, /AWS_REGION\n +seen: +"eu central"/],
  [
    "the other variable for it",
    { ...ENDPOINT, AWS_DEFAULT_REGION: "eu/central" },
    /AWS_DEFAULT_REGION\n +seen: +"eu\/central"/,
  ],
];

describe("wrong settings of AWS: exit 2, and which ones they are", { concurrency: 4 }, () => {
  for (const [name, environment, says] of WRONG)
    for (const command of ["scan", "doctor"])
      test(`${command}: ${name}`, async () => {
        const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "x" };
        const { exitCode, stdout, stderr } = await run([command], {
          environment: { ...credentials, ...environment },
        });
        assert.deepEqual([exitCode, stdout], [2, ""]);
        assert.match(stderr, /^ringfence: the environment has 1 problem:/);
        assert.match(stderr, says);
      });
});
