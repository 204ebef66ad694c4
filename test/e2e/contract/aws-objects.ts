// What the scanner relies on to remember: S3 keeps whole objects, and changes them only for who knew them last.

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { readPages, refusalOf } from "./aws-answers.ts";
import type { AwsApi, AwsContract } from "./aws-api.ts";

function put({ own, bucket }: AwsApi, Key: string, more: Partial<PutObjectCommandInput> = {}) {
  return own.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "body", ...more }));
}

async function read({ own, bucket }: AwsApi, Key: string): Promise<string | undefined> {
  return (await own.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString();
}

const PART = "x".repeat(5 * 1024 * 1024);

async function begin({ own, bucket: Bucket }: AwsApi, Key: string) {
  const { UploadId } = await own.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  return { Bucket, Key, UploadId };
}

type Upload = Awaited<ReturnType<typeof begin>>;

async function sendPart({ own }: AwsApi, upload: Upload, PartNumber: number, Body: string) {
  const { ETag, ChecksumCRC32 } = await own.s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { ETag, ChecksumCRC32, PartNumber };
}

function complete({ own }: AwsApi, upload: Upload, Parts: Awaited<ReturnType<typeof sendPart>>[]) {
  return own.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
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
  {
    title: "an object in parts is there when it is completed, in the order of their numbers",
    observe: async (api) => {
      const upload = await begin(api, "runs/parts");
      const end = await sendPart(api, upload, 2, "end");
      const first = await sendPart(api, upload, 1, PART);
      const before = await refusalOf(read(api, "runs/parts"));
      const { ETag } = await complete(api, upload, [first, end]);
      return [before, ETag, (await read(api, "runs/parts")) === `${PART}end`];
    },
    expected: [["NoSuchKey", 404], '"6d7c5fbffce55b2eb513ca823d7235b2-2"', true],
  },
  {
    title: "parts that are too small, in the wrong order, or not there",
    observe: async (api) => {
      const upload = await begin(api, "runs/refused");
      const small = await sendPart(api, upload, 1, "small");
      const second = await sendPart(api, upload, 2, PART);
      const third = await sendPart(api, upload, 3, PART);
      return [
        await refusalOf(complete(api, upload, [small, second])),
        await refusalOf(complete(api, upload, [third, second])),
        await refusalOf(complete(api, upload, [{ ...small, PartNumber: 4 }])),
      ];
    },
    expected: [
      ["EntityTooSmall", 400],
      ["InvalidPartOrder", 400],
      ["InvalidPart", 400],
    ],
    otherwise: {
      server: "moto",
      expected: [
        ["EntityTooSmall", 400],
        ["answered", 200],
        ["answered", 200],
      ],
      because: "it checks the sizes of parts and nothing else of their list",
    },
  },
  {
    title: "an upload that is given up is gone, and so are its parts",
    observe: async (api) => {
      const upload = await begin(api, "runs/aborted");
      await sendPart(api, upload, 1, "part");
      const giveUp = () => api.own.s3.send(new AbortMultipartUploadCommand(upload));
      await giveUp();
      return [await refusalOf(giveUp()), await refusalOf(read(api, "runs/aborted"))];
    },
    expected: [
      ["NoSuchUpload", 404],
      ["NoSuchKey", 404],
    ],
  },
];
