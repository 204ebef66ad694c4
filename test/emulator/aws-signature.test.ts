// Who is believed: every way in which the emulated AWS refuses a caller, in the words of each protocol.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { DescribeClusterCommand, EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { ListRootsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import { identifyPresigned } from "../../emulator/aws/presigned-identity.ts";
import { SessionStore } from "../../emulator/aws/session.ts";
import type { Cloud } from "../../emulator/cloud.ts";
import { computeSignature, parseSignature } from "../../emulator/sigv4.ts";
import { HOME, refusal, toClients, toCredentials, toWorld, withCloud } from "./aws-world.ts";
import type { Credentials } from "./aws-world.ts";

const HOUR_MS = 60 * 60 * 1000;

describe("a signature", () => {
  it("is what the example of the IAM guide says", () => {
    const credential = "AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request";
    const request = {
      method: "GET",
      rawPath: "/",
      query: [
        ["Version", "2010-05-08"],
        ["Action", "ListUsers"],
      ] as const,
      headers: new Map([
        ["host", "iam.amazonaws.com"],
        ["content-type", "application/x-www-form-urlencoded; charset=utf-8"],
        ["x-amz-date", "20150830T123600Z"],
        [
          "authorization",
          `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=content-type;host;x-amz-date, Signature=x`,
        ],
      ]),
      body: Buffer.alloc(0),
    };
    const signature = parseSignature(request);
    assert.ok(signature !== null);
    assert.equal(
      computeSignature(request, signature, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    );
  });

  it("covers names that need encoding, in paths, queries and object keys", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { eks, s3 } = toClients(cloud);
      const name = "shop (1)*'!~é/x y";
      await assert.rejects(
        eks.send(new DescribeClusterCommand({ name })),
        refusal("ResourceNotFoundException", 404),
      );
      await assert.rejects(
        eks.send(new ListClustersCommand({ nextToken: `${name}&=+%` })),
        refusal("InvalidParameterException", 400),
      );
      await assert.rejects(
        s3.send(new GetObjectCommand({ Bucket: "ringfence-x", Key: name })),
        refusal("NoSuchKey", 404),
      );
    });
  });
});

/** One call per protocol, with the name that each gives a refusal. */
async function rejectEverywhere(
  cloud: Cloud,
  settings: { readonly credentials: Credentials; readonly systemClockOffset?: number },
  names: { readonly query: string; readonly json: string; readonly s3: string },
  message: RegExp,
  s3Status = 403,
): Promise<void> {
  const all = { endpoint: cloud.endpoint, region: HOME, maxAttempts: 1, ...settings };
  await assert.rejects(
    new STSClient(all).send(new GetCallerIdentityCommand({})),
    refusal(names.query, 403, message),
  );
  await assert.rejects(
    new SNSClient(all).send(new PublishCommand({ TopicArn: cloud.topicArn, Message: "x" })),
    refusal(names.query, 403, message),
  );
  await assert.rejects(
    new OrganizationsClient(all).send(new ListRootsCommand({})),
    refusal(names.json, 400, message),
  );
  await assert.rejects(
    new EKSClient(all).send(new ListClustersCommand({})),
    refusal(names.json, 403, message),
  );
  await assert.rejects(
    new S3Client(all).send(new GetObjectCommand({ Bucket: "ringfence-x", Key: "a" })),
    refusal(names.s3, s3Status, message),
  );
}

describe("a caller is refused", () => {
  it("with a wrong secret key", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const credentials = { ...toCredentials(cloud.environment), secretAccessKey: "not-the-secret" };
      const names = {
        query: "SignatureDoesNotMatch",
        json: "InvalidSignatureException",
        s3: "SignatureDoesNotMatch",
      };
      await rejectEverywhere(cloud, { credentials }, names, /signature we calculated does not match/u);
    });
  });

  it("with an unknown access key, and with another session's token", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const own = toCredentials(cloud.environment);
      const names = {
        query: "InvalidClientTokenId",
        json: "UnrecognizedClientException",
        s3: "InvalidAccessKeyId",
      };
      const unknown = { ...own, accessKeyId: "ASIAAAAAAAAAAAAAAAAA" };
      await rejectEverywhere(cloud, { credentials: unknown }, names, /security token .* is invalid/u);
      const { sessionToken } = toCredentials(cloud.environmentFor("ringfence-prod-scan"));
      await rejectEverywhere(cloud, { credentials: { ...own, sessionToken } }, names, /is invalid/u);
    });
  });

  it("after the session has expired", async () => {
    let offsetMs = 0;
    const now = () => new Date(Date.now() + offsetMs);
    await withCloud(
      toWorld(),
      async (cloud) => {
        offsetMs = 13 * HOUR_MS;
        const credentials = toCredentials(cloud.environment);
        const names = { query: "ExpiredToken", json: "ExpiredTokenException", s3: "ExpiredToken" };
        await rejectEverywhere(cloud, { credentials, systemClockOffset: offsetMs }, names, /expired/u, 400);
      },
      { now },
    );
  });

  it("with a clock that is wrong by more than five minutes, fifteen for S3", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const credentials = toCredentials(cloud.environment);
      const names = {
        query: "SignatureDoesNotMatch",
        json: "InvalidSignatureException",
        s3: "RequestTimeTooSkewed",
      };
      const early = { credentials, systemClockOffset: -16 * 60_000 };
      await rejectEverywhere(cloud, early, names, /Signature expired: .* is now earlier than/u);
      const late = { credentials, systemClockOffset: 16 * 60_000 };
      await rejectEverywhere(cloud, late, names, /Signature not yet current/u);
      const { s3 } = toClients(cloud);
      s3.config.systemClockOffset = 6 * 60_000;
      await assert.rejects(
        s3.send(new GetObjectCommand({ Bucket: "ringfence-x", Key: "a" })),
        refusal("NoSuchKey", 404),
      );
    });
  });

  it("and an SDK that may try again corrects its clock by the answer's Date", async () => {
    const now = () => new Date(Date.now() + HOUR_MS);
    await withCloud(
      toWorld(),
      async (cloud) => {
        const credentials = toCredentials(cloud.environment);
        const eks = new EKSClient({ endpoint: cloud.endpoint, region: HOME, credentials, maxAttempts: 2 });
        assert.deepEqual((await eks.send(new ListClustersCommand({}))).clusters, []);
        assert.deepEqual(
          cloud.calls.map(({ status }) => status),
          [403, 200],
        );
      },
      { now },
    );
  });

  it("without a signature, and by an operation that is not served", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const answer = await fetch(`${cloud.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`);
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /<Code>MissingAuthenticationToken<\/Code>/u);
      const { eks, sts } = toClients(cloud);
      const { DeleteClusterCommand } = await import("@aws-sdk/client-eks");
      const { GetSessionTokenCommand } = await import("@aws-sdk/client-sts");
      await assert.rejects(
        eks.send(new DeleteClusterCommand({ name: "x" })),
        refusal("UnknownOperationException", 404),
      );
      await assert.rejects(sts.send(new GetSessionTokenCommand({})), refusal("InvalidAction", 400));
    });
  });

  /** Changes the SDK's request after it was signed. */
  function tamper(eks: EKSClient, change: (request: { query: object; headers: object }) => void): void {
    eks.middlewareStack.add(
      (next) => (args) => {
        const { request } = args;
        assert.ok(typeof request === "object" && request !== null);
        assert.ok("query" in request && typeof request.query === "object" && request.query !== null);
        assert.ok("headers" in request && typeof request.headers === "object" && request.headers !== null);
        change({ query: request.query, headers: request.headers });
        return next(args);
      },
      { step: "finalizeRequest", priority: "low", name: "tamper" },
    );
  }

  it("when anything signed was changed on the way, or anything was added that must be signed", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const bad = refusal("InvalidSignatureException", 403);
      const changed = toClients(cloud).eks;
      tamper(changed, ({ query }) => Object.assign(query, { include: "all" }));
      await assert.rejects(changed.send(new ListClustersCommand({})), bad);
      const extended = toClients(cloud).eks;
      tamper(extended, ({ headers }) => Object.assign(headers, { "x-amz-account": "222222222222" }));
      await assert.rejects(extended.send(new ListClustersCommand({})), bad);
      const decorated = toClients(cloud).eks;
      tamper(decorated, ({ headers }) => Object.assign(headers, { "x-trace": "1" }));
      assert.ok(await decorated.send(new ListClustersCommand({})));
    });
  });
});

describe("a presigned identity", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const sessions = new SessionStore(() => now);
  const role = {
    accountId: "222222222222",
    name: "RingfenceReader",
    arn: "arn:aws:iam::222222222222:role/RingfenceReader",
    trust: null,
    policies: [],
    maxSessionSeconds: 3600,
  };
  const session = sessions.issue({ role, sessionName: "s", durationSeconds: 3600, sessionPolicy: null });

  /** Signed as asked, right or wrong. */
  function presign(signedHeaders: string, service = "sts", action = "GetCallerIdentity"): URL {
    const url = new URL("https://sts.eu-west-1.amazonaws.com/");
    const parameters = {
      Action: action,
      Version: "2011-06-15",
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `${session.accessKeyId}/20261121/eu-west-1/${service}/aws4_request`,
      "X-Amz-Date": "20261121T120000Z",
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": signedHeaders,
      "X-Amz-Security-Token": session.sessionToken,
      "X-Amz-Signature": "x",
    };
    const request = {
      method: "GET",
      rawPath: "/",
      query: Object.entries(parameters),
      headers: new Map([
        ["host", url.host],
        ["x-k8s-aws-id", "shop"],
      ]),
      body: Buffer.alloc(0),
    };
    const signature = parseSignature(request);
    assert.ok(signature !== null);
    const value = computeSignature(request, signature, session.secretAccessKey);
    const pairs = Object.entries({ ...parameters, "X-Amz-Signature": value });
    url.search = pairs.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join("&");
    return url;
  }

  it("must sign the cluster's name, for STS, and ask who it is", () => {
    const identify = (url: URL) => identifyPresigned(url, "shop", sessions, now);
    assert.deepEqual(identify(presign("host;x-k8s-aws-id")), { arn: session.arn, accountId: role.accountId });
    assert.equal(identify(presign("host")), null);
    assert.equal(identify(presign("x-k8s-aws-id")), null);
    assert.equal(identify(presign("host;x-k8s-aws-id", "eks")), null);
    assert.equal(identify(presign("host;x-k8s-aws-id", "sts", "GetSessionToken")), null);
    assert.equal(identify(new URL("https://sts.eu-west-1.amazonaws.com/")), null);
  });
});

describe("the call log and the list of secrets", () => {
  it("name each call with its caller, and hold every secret that was issued", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { eks } = toClients(
        cloud,
        toCredentials(cloud.environmentFor("ringfence-prod-scan")),
        "us-east-1",
      );
      await assert.rejects(eks.send(new ListClustersCommand({})), refusal("AccessDeniedException", 403));
      assert.deepEqual(cloud.calls, [
        {
          service: "eks",
          operation: "ListClusters",
          accountId: "111111111111",
          region: "us-east-1",
          principal: "arn:aws:sts::111111111111:assumed-role/ringfence-prod-scan/ringfence-prod-scan",
          status: 403,
          permissions: [{ action: "eks:ListClusters", resource: "*" }],
        },
      ]);
      const { AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token } = cloud.environment;
      cloud.putSecret("slack", "https://hooks.example/secret");
      for (const secret of [key, token, "https://hooks.example/secret"]) {
        assert.ok(cloud.issuedSecrets.includes(secret));
      }
    });
  });
});
