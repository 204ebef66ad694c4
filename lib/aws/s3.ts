// A bucket as an object store: whole objects as text, with compare-and-swap on the ETag. Never lists or reads
// outside the bucket it was opened for.

import { Readable } from "node:stream";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type GetObjectCommandOutput,
} from "@aws-sdk/client-s3";
import * as v from "valibot";
import { compareCodeUnits } from "../model/code-units.ts";
import type { ObjectStore, PutCondition, StoredKey, StoredObject } from "../scan/sources.ts";
import { absentAsNull, collectPages, parseAnswer, Text } from "./answer.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";
import { MalformedAnswerError } from "./errors.ts";

/** Somebody else wrote in between, or the object is not in the state that the condition asked for. */
class PreconditionFailedError extends Error {
  override readonly name = "PreconditionFailed";
}

const Stored = v.object({ ETag: Text });
const KeysPage = v.object({
  // Says that this is S3's answer; Contents is absent where there are no keys (ListObjectsV2, API reference).
  IsTruncated: v.boolean(),
  Contents: absentAsNull(v.array(v.object({ Key: Text, Size: v.number() }))),
  NextContinuationToken: absentAsNull(v.string()),
});

export interface BucketAccess {
  readonly bucket: string;
  readonly region: string;
  /** Without them the default chain is asked. */
  readonly credentials?: CredentialSource;
}

/**
 * A conditional PutObject answers 412; 409 where another conditional write is under way; 404 where If-Match names
 * an object that is gone (Amazon S3 User Guide, "conditional writes").
 */
const CONDITION_NOT_HELD = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"];

export function openS3Client(
  { region, credentials }: Pick<BucketAccess, "region" | "credentials">,
  transport: Transport,
): S3Client {
  const client = new S3Client({
    ...toClientConfig(transport, region, credentials),
    // An emulated cloud has no name per bucket.
    forcePathStyle: transport.endpointUrl !== undefined,
  });
  client.middlewareStack.use(observeCalls(transport, "s3"));
  return client;
}

export function openBucket(
  access: BucketAccess,
  transport: Transport,
  client: S3Client = openS3Client(access, transport),
): ObjectStore {
  const { bucket } = access;
  return {
    async getObject(key, bounds) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      try {
        return await inTime(transport, async (options) =>
          readObject(await client.send(command, options), bounds?.maxBytes ?? null),
        );
      } catch (error) {
        if (isNamed(error, ["NoSuchKey"])) return null;
        throw error;
      }
    },
    async putObject(key, body, condition) {
      const command = toPutCommand(bucket, key, body, condition);
      try {
        const answer = await inTime(transport, (options) => client.send(command, options));
        return parseAnswer(Stored, answer, "PutObject").ETag;
      } catch (error) {
        if (condition !== undefined && isNamed(error, CONDITION_NOT_HELD))
          throw new PreconditionFailedError("the object is not as the condition asked", { cause: error });
        throw error;
      }
    },
    async listObjects(prefix) {
      const found = await listStored(bucket, prefix, client, transport);
      return found.map(({ key }) => key);
    },
  };
}

/** Keys below a prefix with their sizes, in code-unit order. */
export async function listStored(
  bucket: string,
  prefix: string,
  client: S3Client,
  transport: Transport,
): Promise<readonly StoredKey[]> {
  const stored = await collectPages(async (ContinuationToken) => {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken });
    const answer = await inTime(transport, (options) => client.send(command, options));
    const page = parseAnswer(KeysPage, answer, "ListObjectsV2");
    const items = (page.Contents ?? []).map(({ Key, Size }) => ({ key: Key, bytes: Size }));
    return { items, nextToken: page.IsTruncated ? page.NextContinuationToken : null };
  }, "ListObjectsV2");
  return stored.toSorted((a, b) => compareCodeUnits(a.key, b.key));
}

/** `maxBytes`: null: however long it is. */
async function readObject(answer: GetObjectCommandOutput, maxBytes: number | null): Promise<StoredObject> {
  const { Body: body, ContentLength: length } = answer;
  if (body === undefined) throw new MalformedAnswerError("GetObject answered without a body");
  if (maxBytes !== null) refuseLarge(length, maxBytes, body);
  const { ETag: etag } = parseAnswer(Stored, answer, "GetObject");
  return { etag, body: await body.transformToString("utf-8") };
}

/** S3 always says how long an object is, and Node's parser ends the body there. */
function refuseLarge(length: number | undefined, maxBytes: number, body: object): void {
  if (length !== undefined && length <= maxBytes) return;
  // The connection is given up: its rest would have to be read to use it again.
  if (body instanceof Readable) body.destroy();
  throw new MalformedAnswerError(
    `the object has ${length ?? "an unknown number of"} bytes, and ${maxBytes} at most are read`,
  );
}

function toPutCommand(
  bucket: string,
  key: string,
  body: string,
  condition: PutCondition | undefined,
): PutObjectCommand {
  return new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    // The SDK finds no length in an empty body, and would warn on the console.
    ContentLength: Buffer.byteLength(body),
    ContentType: toContentType(key),
    ...toMembers(condition),
  });
}

function toMembers(condition: PutCondition | undefined): { IfMatch?: string; IfNoneMatch?: string } {
  if (condition === undefined) return {};
  return "ifMatch" in condition ? { IfMatch: condition.ifMatch } : { IfNoneMatch: condition.ifNoneMatch };
}

/** A page is shown by a browser only where S3 says that it is one. */
export function toContentType(key: string): string {
  return key.endsWith(".html") ? "text/html; charset=utf-8" : "application/json";
}

function isNamed(error: unknown, names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
