// The token against what aws-iam-authenticator checks, against a golden value, and against the aws CLI's own
// where the machine has one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { createEksToken, type EksTokenRequest } from "../../lib/aws/eks-token.ts";

const request: EksTokenRequest = {
  partition: "aws",
  region: "eu-west-1",
  clusterId: "prod-1",
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    sessionToken: "FwoGZXIvYXdzEBY+/token//with+all/of=base64==",
  },
  now: new Date("2026-11-21T12:34:56.789Z"),
};

function decode(token: string): URL {
  assert.ok(token.startsWith("k8s-aws-v1."));
  const encoded = token.slice("k8s-aws-v1.".length);
  assert.match(encoded, /^[A-Za-z0-9_-]+$/, "raw base64url, without padding");
  return new URL(Buffer.from(encoded, "base64url").toString());
}

test("the token is a presigned GetCallerIdentity that passes aws-iam-authenticator's checks", async () => {
  const token = await createEksToken(request);
  assert.ok(token.length <= 4096, "maxTokenLenBytes");
  const url = decode(token);
  assert.equal(url.protocol, "https:");
  assert.equal(url.host, "sts.eu-west-1.amazonaws.com");
  assert.equal(url.pathname, "/");
  assert.deepEqual([...url.searchParams.keys()].toSorted(), [
    "Action",
    "Version",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
  ]);
  assert.equal(url.searchParams.get("Action"), "GetCallerIdentity");
  assert.equal(url.searchParams.get("Version"), "2011-06-15");
  assert.equal(url.searchParams.get("X-Amz-Expires"), "60");
  assert.equal(url.searchParams.get("X-Amz-Date"), "20261121T123456Z");
  assert.equal(url.searchParams.get("X-Amz-SignedHeaders"), "host;x-k8s-aws-id");
  assert.equal(
    url.searchParams.get("X-Amz-Credential"),
    "AKIAIOSFODNN7EXAMPLE/20261121/eu-west-1/sts/aws4_request",
  );
  assert.equal(url.searchParams.get("X-Amz-Security-Token"), request.credentials.sessionToken);
});

test("the signature is the one that the aws CLI 1.45 makes of the same input", async () => {
  assert.equal(
    decode(await createEksToken(request)).searchParams.get("X-Amz-Signature"),
    "4aee5953a2f114b3595e857162be4eeed890d9fd1faffa4c4282f92132fbeac8",
  );
});

test("without a session token there is none in the query", async () => {
  const { accessKeyId, secretAccessKey } = request.credentials;
  const url = decode(await createEksToken({ ...request, credentials: { accessKeyId, secretAccessKey } }));
  assert.equal(url.searchParams.has("X-Amz-Security-Token"), false);
});

test("another cluster's name gives another signature", async () => {
  const one = decode(await createEksToken(request)).searchParams.get("X-Amz-Signature");
  const other = decode(await createEksToken({ ...request, clusterId: "prod-2" }));
  assert.notEqual(other.searchParams.get("X-Amz-Signature"), one);
});

for (const [partition, region, host] of [
  ["aws-cn", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
  ["aws-us-gov", "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"],
] as const)
  test(`in ${partition} the token names ${host}`, async () => {
    assert.equal(decode(await createEksToken({ ...request, partition, region })).host, host);
  });

test("the token names the real STS host while AWS_ENDPOINT_URL points elsewhere", async () => {
  const before = process.env["AWS_ENDPOINT_URL"];
  process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:4566";
  try {
    assert.equal(decode(await createEksToken(request)).host, "sts.eu-west-1.amazonaws.com");
  } finally {
    if (before === undefined) delete process.env["AWS_ENDPOINT_URL"];
    else process.env["AWS_ENDPOINT_URL"] = before;
  }
});

test("a partition that we do not know is refused by name", async () => {
  await assert.rejects(createEksToken({ ...request, partition: "aws-mars" }), { name: "UnknownPartition" });
});

test("the token is the aws CLI's, byte for byte", async (t) => {
  for (const sessionToken of [undefined, "with+slash/and=equals=="]) {
    const cli = askAwsCli(sessionToken);
    if (cli === null) {
      t.skip("SKIPPED: no aws CLI on this machine, so the token was compared with the golden value only");
      return;
    }
    const ours = await createEksToken({
      ...request,
      credentials: {
        accessKeyId: "AKIAEXAMPLE",
        secretAccessKey: "secret",
        ...(sessionToken && { sessionToken }),
      },
      now: parseAmzDate(decode(cli).searchParams.get("X-Amz-Date") ?? ""),
    });
    assert.equal(ours, cli.replace(/=+$/, ""));
  }
});

function askAwsCli(sessionToken: string | undefined): string | null {
  const environment = {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: sessionToken,
    AWS_STS_REGIONAL_ENDPOINTS: "regional",
  };
  try {
    const args = [
      "eks",
      "get-token",
      "--cluster-name",
      "prod-1",
      "--region",
      "eu-west-1",
      "--output",
      "json",
    ];
    const output = execFileSync("aws", args, { env: environment, encoding: "utf8" });
    const answer: unknown = JSON.parse(output);
    return (answer as { status: { token: string } }).status.token;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** `20261121T123456Z` */
function parseAmzDate(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
