// Every way in which the emulated aws-iam-authenticator refuses a token, and the forms that it accepts.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  authenticate,
  type AuthenticatorContext,
  toCanonicalArn,
  toMappedPrincipal,
} from "../../emulator/kubernetes/authenticator.ts";
import {
  NOW,
  PRESIGNED_QUERY,
  ROLE_ARN,
  SESSION_ARN,
  toPresignedUrl,
  toToken,
} from "./kubernetes-fixture.ts";

const CONTEXT: AuthenticatorContext = {
  region: "eu-west-1",
  partition: "aws",
  now: () => NOW,
  clusterHeader: "prod",
  mappedPrincipals: new Set([ROLE_ARN]),
  verifyPresignedIdentity: (_url, clusterHeader) =>
    Promise.resolve(clusterHeader === "prod" ? { arn: SESSION_ARN, accountId: "111122223333" } : null),
};

function withQuery(changes: Record<string, string | undefined>): string {
  const entries = Object.entries({ ...PRESIGNED_QUERY, ...changes });
  const query = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return toToken(toPresignedUrl(query));
}

function withUrl(from: string | RegExp, to: string): string {
  return toToken(toPresignedUrl().replace(from, to));
}

const HOST = "sts.eu-west-1.amazonaws.com";

const REFUSED: readonly (readonly [why: string, authorization: string | undefined, refusal: RegExp])[] = [
  ["no header", undefined, /no bearer token/],
  ["another scheme", "Basic dXNlcjpwYXNz", /no bearer token/],
  ["no token", "Bearer ", /no bearer token/],
  ["two words", `Bearer ${toToken()} more`, /no bearer token/],
  ["4097 bytes", `Bearer k8s-aws-v1.${"A".repeat(4097 - 11)}`, /too large/],
  ["no prefix", `Bearer ${toToken().slice("k8s-aws-v1.".length)}`, /prefix/],
  ["another version", `Bearer ${toToken().replace("v1", "v2")}`, /prefix/],
  ["padded base64", `Bearer ${toToken()}=`, /base64/],
  ["standard base64", `Bearer ${toToken()}+/`, /base64/],
  ["one character over", "Bearer k8s-aws-v1.AAAAA", /base64/],
  ["not a URL", `Bearer ${toToken("sts")}`, /not a URL/],
  ["a line break in the URL", `Bearer ${withUrl("/?", "/\n?")}`, /not a URL/],
  ["http", `Bearer ${withUrl("https:", "http:")}`, /scheme/],
  ["another host", `Bearer ${withUrl(HOST, "sts.attacker.example")}`, /hostname/],
  ["another Region's STS", `Bearer ${withUrl("sts.eu-west-1", "sts.us-east-1")}`, /hostname/],
  ["the emulated cloud's own host", `Bearer ${withUrl(HOST, "127.0.0.1:4566")}`, /hostname/],
  ["the default port spelt out", `Bearer ${withUrl(HOST, `${HOST}:443`)}`, /hostname/],
  ["a user in front of the host", `Bearer ${withUrl(HOST, `x@${HOST}`)}`, /hostname/],
  ["a suffix of the host", `Bearer ${withUrl(HOST, `${HOST}.attacker.example`)}`, /hostname/],
  ["no path", `Bearer ${withUrl("/?", "?")}`, /path/],
  ["a path", `Bearer ${withUrl("/?", "/x?")}`, /path/],
  ["a path that goes back to /", `Bearer ${withUrl("/?", "/x/..?")}`, /path/],
  ["a parameter that is not listed", `Bearer ${withQuery({ "X-Amz-User-Agent": "x" })}`, /non-whitelisted/],
  ["the SDK's x-id", `Bearer ${withQuery({ "x-id": "GetCallerIdentity" })}`, /non-whitelisted/],
  ["a payload hash", `Bearer ${withQuery({ "X-Amz-Content-Sha256": "x" })}`, /non-whitelisted/],
  ["a parameter twice", `Bearer ${withUrl(/$/, "&Version=2011-06-15")}`, /duplicate/],
  ["a parameter twice in two cases", `Bearer ${withUrl(/$/, "&action=GetCallerIdentity")}`, /duplicate/],
  ["a bare semicolon", `Bearer ${withUrl("%3B", ";")}`, /malformed/],
  ["a broken escape", `Bearer ${withUrl("%3B", "%ZZ")}`, /malformed/],
  ["another action", `Bearer ${withQuery({ Action: "AssumeRole" })}`, /action/],
  ["no action", `Bearer ${withQuery({ Action: undefined })}`, /action/],
  ["cluster not signed", `Bearer ${withQuery({ "X-Amz-SignedHeaders": "host" })}`, /did not sign/],
  ["no signed headers", `Bearer ${withQuery({ "X-Amz-SignedHeaders": undefined })}`, /did not sign/],
  ["expires in 901 s", `Bearer ${withQuery({ "X-Amz-Expires": "901" })}`, /Expires/],
  ["expires in the past", `Bearer ${withQuery({ "X-Amz-Expires": "-1" })}`, /Expires/],
  ["expires in half a second", `Bearer ${withQuery({ "X-Amz-Expires": "0.5" })}`, /Expires/],
  ["never expires", `Bearer ${withQuery({ "X-Amz-Expires": undefined })}`, /Expires/],
  ["no date", `Bearer ${withQuery({ "X-Amz-Date": undefined })}`, /must be present/],
  ["a date of another form", `Bearer ${withQuery({ "X-Amz-Date": "2026-11-21" })}`, /must be present/],
  ["an impossible date", `Bearer ${withQuery({ "X-Amz-Date": "20261321T115900Z" })}`, /must be present/],
  ["signed 15 min 1 s ago", `Bearer ${withQuery({ "X-Amz-Date": "20261121T114459Z" })}`, /expired/],
  ["signed for tomorrow", `Bearer ${withQuery({ "X-Amz-Date": "20261122T120000Z" })}`, /not yet valid/],
];

describe("a token is refused", () => {
  for (const [why, authorization, expected] of REFUSED) {
    it(why, async () => {
      const result = await authenticate(authorization, CONTEXT);
      assert.ok("refusal" in result, "it was accepted");
      assert.match(result.refusal, expected);
    });
  }

  it("by STS", async () => {
    const result = await authenticate(`Bearer ${toToken()}`, { ...CONTEXT, clusterHeader: "other" });
    assert.deepEqual(result, { refusal: "STS refused the presigned URL" });
  });

  it("because nobody mapped the principal", async () => {
    const result = await authenticate(`Bearer ${toToken()}`, { ...CONTEXT, mappedPrincipals: new Set() });
    assert.deepEqual(result, { refusal: "the principal is not mapped" });
  });

  it("before STS is asked, whatever else is wrong", async () => {
    let asked = 0;
    const verifyPresignedIdentity = (): Promise<null> => {
      asked += 1;
      return Promise.resolve(null);
    };
    for (const [, authorization] of REFUSED) {
      await authenticate(authorization, { ...CONTEXT, verifyPresignedIdentity });
    }
    assert.equal(asked, 0);
  });
});

describe("a token is accepted", () => {
  const accepted: readonly (readonly [
    what: string,
    token: string,
    changes?: Partial<AuthenticatorContext>,
  ])[] = [
    ["as `aws eks get-token` makes it", toToken()],
    ["with a session token", withQuery({ "X-Amz-Security-Token": "Ab+/=cd" })],
    ["signed exactly 15 minutes ago", withQuery({ "X-Amz-Date": "20261121T114500Z" })],
    ["with the longest expiry", withQuery({ "X-Amz-Expires": "900" })],
    ["from the global STS", withUrl(HOST, "sts.amazonaws.com")],
    ["from the FIPS STS", withUrl(HOST, "sts-fips.eu-west-1.amazonaws.com")],
    ["from the dual-stack STS", withUrl(HOST, "sts.eu-west-1.api.aws")],
    [
      "in China, from its own domain",
      withUrl(HOST, "sts.cn-north-1.amazonaws.com.cn"),
      { partition: "aws-cn", region: "cn-north-1" },
    ],
  ];
  for (const [what, token, changes] of accepted) {
    it(what, async () => {
      const result = await authenticate(`Bearer ${token}`, { ...CONTEXT, ...changes });
      assert.deepEqual(result, { identity: { userName: SESSION_ARN, principalArn: ROLE_ARN } });
    });
  }

  it("but not from the global STS in another partition", async () => {
    const changes = { partition: "aws-us-gov", region: "us-gov-west-1" };
    const result = await authenticate(`Bearer ${withUrl(HOST, "sts.amazonaws.com")}`, {
      ...CONTEXT,
      ...changes,
    });
    assert.ok("refusal" in result);
  });

  it("and STS is handed the URL as it was signed", async () => {
    const urls: string[] = [];
    await authenticate(`Bearer ${toToken()}`, {
      ...CONTEXT,
      verifyPresignedIdentity: (url) => {
        urls.push(url.href);
        return Promise.resolve(null);
      },
    });
    assert.deepEqual(urls, [toPresignedUrl()]);
  });
});

describe("principals", () => {
  it("are canonical: an assumed role is its role", () => {
    assert.equal(toCanonicalArn(SESSION_ARN), ROLE_ARN);
    assert.equal(toCanonicalArn("arn:aws:sts::111122223333:assumed-role/RingfenceReader"), null);
    assert.equal(toCanonicalArn("arn:aws:iam::111122223333:user/a/b"), "arn:aws:iam::111122223333:user/a/b");
    assert.equal(toCanonicalArn("arn:aws:s3:::bucket"), null);
    assert.equal(toCanonicalArn("root"), null);
  });

  it("lose their path in an access entry, but not in the aws-auth ConfigMap", () => {
    const withPath = "arn:aws:iam::111122223333:role/security/tools/RingfenceReader";
    assert.equal(toMappedPrincipal(withPath, "API"), ROLE_ARN);
    assert.equal(toMappedPrincipal(withPath, "API_AND_CONFIG_MAP"), ROLE_ARN);
    assert.equal(toMappedPrincipal(withPath, "CONFIG_MAP"), withPath);
    assert.equal(toMappedPrincipal(ROLE_ARN, "API"), ROLE_ARN);
  });
});
