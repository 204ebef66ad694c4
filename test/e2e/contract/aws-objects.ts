// What the scanner relies on to remember: S3 keeps whole objects, and changes them only for who knew them last.

import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { readPages, refusalOf } from "./aws-answers.ts";
import type { AwsApi, AwsContract } from "./aws-api.ts";

function put({ own, bucket }: AwsApi, Key: string, more: Partial<PutObjectCommandInput> = {}) {
  return own.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "body", ...more }));
}

async function read({ own, bucket }: AwsApi, Key: string): Promise<string | undefined> {
  return (await own.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString();
}

export const S3: readonly AwsContract[] = [
  {
    title: "an object comes back as it was put, whatever its key",
    observe: async (api) => {
      const keys = ["state/1.json", "state/a b+c&d=(e)'!*~", "state/é/🔥", "state/__proto__", "state/<&>"];
      for (const key of keys) await put(api, key, { Body: `body of ${key}` });
      const bodies = await Promise.all(keys.map((key) => read(api, key)));
      return keys.map((key, index) => bodies[index] === `body of ${key}`);
    },
    expected: [true, true, true, true, true],
  },
  {
    title: "the tag of an object is its MD5 in quotes",
    observe: async (api) => (await put(api, "state/1.json")).ETag,
    expected: '"841a2d689ad86bd1611447453c22c6fc"',
  },
  {
    title: "what is absent",
    observe: (api) => refusalOf(read(api, "state/absent")),
    expected: ["NoSuchKey", 404],
  },
  {
    title: "a bucket that is absent",
    observe: (api) => refusalOf(read({ ...api, bucket: "nobody-has-this-bucket" }, "state/absent")),
    expected: ["NoSuchBucket", 404],
  },
  {
    title: "If-None-Match: only where there is nothing yet",
    observe: async (api) => [
      await refusalOf(put(api, "state/new", { IfNoneMatch: "*" })),
      await refusalOf(put(api, "state/new", { IfNoneMatch: "*", Body: "other" })),
      await read(api, "state/new"),
    ],
    expected: [["answered", 200], ["PreconditionFailed", 412], "body"],
  },
  {
    title: "If-Match: only where it is still what one read",
    observe: async (api) => {
      const { ETag } = await put(api, "state/changed");
      return [
        await refusalOf(put(api, "state/changed", { IfMatch: ETag, Body: "second" })),
        await refusalOf(put(api, "state/changed", { IfMatch: ETag, Body: "third" })),
        await read(api, "state/changed"),
      ];
    },
    expected: [["answered", 200], ["PreconditionFailed", 412], "second"],
  },
  {
    title: "If-Match where there is nothing",
    observe: (api) => refusalOf(put(api, "state/never", { IfMatch: '"841a2d689ad86bd1611447453c22c6fc"' })),
    expected: ["NoSuchKey", 404],
  },
  {
    title: "a list of a prefix goes on by its token, in the order of its bytes",
    observe: async (api) => {
      for (const name of ["b", "a", "Z", "é"]) await put(api, `runs/${name}`);
      const pages = await readPages(
        (ContinuationToken) =>
          api.own.s3.send(
            new ListObjectsV2Command({ Bucket: api.bucket, Prefix: "runs/", MaxKeys: 3, ContinuationToken }),
          ),
        ({ NextContinuationToken }) => NextContinuationToken,
      );
      return pages.map(({ Contents = [], KeyCount, IsTruncated }) => [
        Contents.map(({ Key }) => Key),
        KeyCount,
        IsTruncated,
      ]);
    },
    expected: [
      [["runs/Z", "runs/a", "runs/b"], 3, true],
      [["runs/é"], 1, false],
    ],
  },
  {
    title: "a list that begins after a key",
    observe: async ({ own, bucket }) => {
      const { Contents = [] } = await own.s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: "runs/", StartAfter: "runs/a" }),
      );
      return Contents.map(({ Key }) => Key);
    },
    expected: ["runs/b", "runs/é"],
  },
];
