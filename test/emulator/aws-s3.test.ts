// Amazon S3 through its SDK: whole objects, compare-and-swap, streamed bodies with trailing checksums, lists.

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { describe, it } from "node:test";

import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client as SdkS3Client,
} from "@aws-sdk/client-s3";
import type { PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";

import { requireObject } from "../../emulator/aws/s3/object.ts";
import { SessionStore, type Session } from "../../emulator/aws/session.ts";
import { createStores } from "../../emulator/aws/stores.ts";
import {
  enter,
  HOME,
  MEMBER,
  refusal,
  SCANNER,
  toAccount,
  toClients,
  toCredentials,
  toWorld,
  withCloud,
} from "./aws-world.ts";

const Bucket = "ringfence-prod-111111111111-eu-west-1";

type Payload = NonNullable<PutObjectCommandInput["Body"]>;
type PutConditions = Pick<PutObjectCommandInput, "ContentLength" | "ContentType" | "IfMatch" | "IfNoneMatch">;

function put(s3: S3Client, Key: string, Body: Payload, more: PutConditions = {}) {
  return s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
}

async function read(s3: S3Client, Key: string): Promise<string | undefined> {
  return (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

describe("an object", () => {
  it("comes back as it was put, whatever its key", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud);
      const keys = ["runs/1/report.json", "a b+c&d=(e)'!*~", "é/🔥", "__proto__", "a//b/../c", "<&>"];
      for (const key of keys) {
        await put(s3, key, `body of ${key}`, { ContentType: "application/json" });
        assert.equal(await read(s3, key), `body of ${key}`);
        assert.equal(cloud.stores.objects.get(Bucket)?.get(key)?.body.toString(), `body of ${key}`);
      }
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "<&>" }));
      assert.equal(head.ContentLength, 11);
      assert.equal(head.ContentType, "application/json");
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      assert.deepEqual(
        Contents.map(({ Key }) => Key),
        keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
    });
  });

  it("may be empty, large, or streamed in chunks with its checksum behind them", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud);
      await put(s3, "empty", "");
      assert.equal(await read(s3, "empty"), "");
      const large = "0123456789abcdef".repeat(400_000);
      await put(s3, "large", large);
      assert.equal(await read(s3, "large"), large);
      const parts = [Buffer.alloc(70_000, "a"), Buffer.alloc(1, "b"), Buffer.alloc(70_000, "c")];
      await put(s3, "streamed", Readable.from(parts), { ContentLength: 140_001 });
      assert.equal(await read(s3, "streamed"), Buffer.concat(parts).toString());
    });
  });

  it("that is not there is 404 to who may list the bucket, and 403 to others", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud);
      await assert.rejects(read(s3, "no"), refusal("NoSuchKey", 404));
      await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: "no" })), refusal("NotFound", 404));
      const report = toClients(cloud, toCredentials(cloud.environmentFor("ringfence-prod-report"))).s3;
      // It may list below runs/, which says nothing to a read.
      await assert.rejects(read(report, "runs/1/no"), refusal("AccessDenied", 403));
      await assert.rejects(read(report, "other/no"), refusal("AccessDenied", 403));
    });
  });

  it("lives in buckets of the scanner's account, and is closed to members", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud);
      const elsewhere = new PutObjectCommand({ Bucket: "someone-elses", Key: "a", Body: "x" });
      await assert.rejects(s3.send(elsewhere), refusal("NoSuchBucket", 404));
      const member = toClients(cloud, await enter(cloud)).s3;
      await assert.rejects(read(member, "a"), refusal("AccessDenied", 403));
    });
  });
});

function toSession(accountId: string): Session {
  const arn = `arn:aws:iam::${accountId}:role/reader`;
  const role = { accountId, name: "reader", arn, trust: null, policies: [], maxSessionSeconds: 3600 };
  const request = { role, sessionName: "test", durationSeconds: 60, sessionPolicy: null };
  return new SessionStore(() => new Date()).issue(request);
}

describe("a bucket", () => {
  const name = { bucket: Bucket, key: "a" };
  const see = (accountId: string, mayList: boolean) => () =>
    requireObject(name, {
      world: toWorld(),
      stores: createStores(),
      account: toAccount(accountId),
      session: toSession(accountId),
      region: HOME,
      bucketPolicies: new Map(),
      isAllowed: () => mayList,
    });

  it("does not tell who may not list it what is missing, and nothing at all to another account", () => {
    assert.throws(see(SCANNER, true), { code: "NoSuchKey", status: 404 });
    assert.throws(see(SCANNER, false), { code: "AccessDenied", status: 403 });
    assert.throws(see(MEMBER, true), { code: "AccessDenied", status: 403 });
  });
});

describe("a bucket's Region", () => {
  it("is the one that a request has to be signed for", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = cloud.environment;
      const elsewhere = new SdkS3Client({
        region: "us-east-1",
        endpoint: cloud.endpoint,
        forcePathStyle: true,
        credentials: {
          accessKeyId: AWS_ACCESS_KEY_ID,
          secretAccessKey: AWS_SECRET_ACCESS_KEY,
          sessionToken: AWS_SESSION_TOKEN,
        },
      });
      await assert.rejects(read(elsewhere, "a"), refusal("AuthorizationHeaderMalformed", 400));
      elsewhere.destroy();
    });
  });
});

describe("compare-and-swap", () => {
  it("creates once", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud);
      const writers = ["a", "b", "c"].map((body) => put(s3, "state", body, { IfNoneMatch: "*" }));
      const results = await Promise.allSettled(writers);
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
      await assert.rejects(put(s3, "state", "d", { IfNoneMatch: "*" }), refusal("PreconditionFailed", 412));
    });
  });

  it("replaces only what was read", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud);
      const { ETag } = await put(s3, "state", "one");
      assert.equal(ETag, '"f97c5d29941bfb1b2fdab0874906ab82"');
      const second = await put(s3, "state", "two", { IfMatch: ETag });
      await assert.rejects(put(s3, "state", "three", { IfMatch: ETag }), refusal("PreconditionFailed", 412));
      assert.equal(await read(s3, "state"), "two");
      await assert.rejects(put(s3, "no", "x", { IfMatch: ETag }), refusal("NoSuchKey", 404));
      const unchanged = new GetObjectCommand({ Bucket, Key: "state", IfNoneMatch: second.ETag });
      await assert.rejects(s3.send(unchanged), refusal("Unknown", 304));
      await assert.rejects(
        s3.send(new GetObjectCommand({ Bucket, Key: "state", IfMatch: ETag })),
        refusal("PreconditionFailed", 412),
      );
    });
  });
});

describe("ListObjectsV2", () => {
  it("keeps to a prefix, rolls up at a delimiter and comes in pages", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud);
      const keys = ["a/1", "a/2", "a/b/3", "a/b/4", "z"];
      await Promise.all(keys.map((key) => put(s3, key, key)));
      const list = async (input: object): Promise<string> => {
        const answer = await s3.send(new ListObjectsV2Command({ Bucket, ...input }));
        const objects = (answer.Contents ?? []).map(({ Key }) => Key);
        const prefixes = (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix);
        return [...objects, ...prefixes, answer.IsTruncated === true ? "…" : "."].join(" ");
      };
      assert.equal(await list({ Prefix: "a/" }), "a/1 a/2 a/b/3 a/b/4 .");
      assert.equal(await list({ Prefix: "a/", Delimiter: "/" }), "a/1 a/2 a/b/ .");
      assert.equal(await list({ MaxKeys: 2 }), "a/1 a/2 …");
      assert.equal(await list({ StartAfter: "a/b/3" }), "a/b/4 z .");
      assert.equal(await list({ Prefix: "none" }), ".");
      const first = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 4 }));
      assert.equal(await list({ MaxKeys: 4, ContinuationToken: first.NextContinuationToken }), "z .");
    });
  });

  it("is allowed below the prefix that the role names", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { s3 } = toClients(cloud, toCredentials(cloud.environmentFor("ringfence-prod-report")));
      assert.ok(await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "runs/1/" })));
      await assert.rejects(
        s3.send(new ListObjectsV2Command({ Bucket })),
        refusal("AccessDenied", 403, /s3:ListBucket/u),
      );
    });
  });
});

describe("a body that is not what was signed", () => {
  /** Sends the SDK's own signed request with another body. */
  async function sendTampered(s3: S3Client, body: string, payload: Payload) {
    let answer: Promise<string> | undefined;
    s3.middlewareStack.add(
      () => (args) => {
        const { request } = args;
        assert.ok(typeof request === "object" && request !== null);
        const { hostname, port, path, query, method, headers } = Object(request);
        answer = new Promise((resolve, reject) => {
          const { expect: _, "transfer-encoding": _chunked, ...signed } = headers;
          const length = { "content-length": Buffer.byteLength(body) };
          const target = {
            host: hostname,
            port,
            path: `${path}?${new URLSearchParams(query).toString()}`,
            method,
            headers: { ...signed, ...length },
          };
          const sent = httpRequest(target, (response) => {
            response.setEncoding("utf8");
            let text = String(response.statusCode);
            response.on("data", (chunk: string) => (text += ` ${chunk}`)).on("end", () => resolve(text));
          });
          sent.on("error", reject).end(body);
        });
        throw new Error("sent by hand");
      },
      { step: "finalizeRequest", priority: "low", name: "tamper" },
    );
    await assert.rejects(put(s3, "a", payload, { ContentLength: 4 }), /sent by hand/u);
    return answer;
  }

  it("is refused by its hash, its checksum, and its length", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const plain = await sendTampered(toClients(cloud).s3, "evil", "good");
      assert.match(plain ?? "", /^400 .*<Code>XAmzContentSHA256Mismatch<\/Code>/su);
      const stream = () => Readable.from([Buffer.from("good")]);
      const checksum = "4\r\ngood\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
      const wrong = await sendTampered(toClients(cloud).s3, checksum, stream());
      assert.match(wrong ?? "", /^400 .*<Code>BadDigest<\/Code>/su);
      for (const broken of ["3\r\ngoo\r\n0\r\n\r\n", "4\r\ngo", "x", "4\r\ngood\r\n"]) {
        const answer = await sendTampered(toClients(cloud).s3, broken, stream());
        assert.match(answer ?? "", /^400 .*<Code>IncompleteBody<\/Code>/su, broken);
      }
      assert.equal(cloud.stores.objects.get(Bucket)?.size, 0);
    });
  });
});
