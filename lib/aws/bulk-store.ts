// A bucket for what is many and long: keys with their sizes, and objects that are sent in parts, so that no more than
// two parts of one are in memory. What is not sent to its end is given up, and is never to be seen.

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import * as v from "valibot";
import type { BulkStore } from "../scan/sources.ts";
import { parseAnswer, Text } from "./answer.ts";
import { inTime, type Transport } from "./clients.ts";
import { inParts } from "./in-parts.ts";
import { listStored, openBucket, openS3Client, toContentType, type BucketAccess } from "./s3.ts";

/** S3 takes parts from 5 MiB on, the last aside, and 10,000 of them: so an object has 80 GB at most. */
const PART_BYTES = 8 * 1024 * 1024;

const Begun = v.object({ UploadId: Text });
// S3 wants to hear each part's checksum again at the end: "Verify the integrity of uploaded parts" (User Guide).
const Taken = v.object({ ETag: Text, ChecksumCRC32: v.exactOptional(Text) });
// An error may come with status 200, as the body (CompleteMultipartUpload): then there is no ETag.
const Completed = v.object({ ETag: Text });

export function openBulkStore(access: BucketAccess, transport: Transport, partBytes = PART_BYTES): BulkStore {
  const client = openS3Client(access, transport);
  const store = openBucket(access, transport, client);
  const { bucket } = access;
  return {
    ...store,
    listSizes: (prefix) => listStored(bucket, prefix, client, transport),
    async putPieces(key, pieces) {
      const parts = inParts(pieces, partBytes);
      const first = await take(parts);
      const second = await take(parts);
      if (first === null || second === null) {
        await store.putObject(key, (first ?? Buffer.alloc(0)).toString("utf8"));
        return;
      }
      await sendParts({ Bucket: bucket, Key: key }, chain([first, second], parts), client, transport);
    },
  };
}

async function take(parts: AsyncGenerator<Buffer>): Promise<Buffer | null> {
  const next = await parts.next();
  return next.done === true ? null : next.value;
}

async function* chain(first: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (let part = first.shift(); part !== undefined; part = first.shift()) yield part;
  yield* rest;
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

async function sendParts(
  place: Place,
  parts: AsyncIterable<Buffer>,
  client: S3Client,
  transport: Transport,
): Promise<void> {
  const begin = new CreateMultipartUploadCommand({ ...place, ContentType: toContentType(place.Key) });
  const begun = await inTime(transport, (options) => client.send(begin, options));
  const { UploadId } = parseAnswer(Begun, begun, "CreateMultipartUpload");
  const upload = { ...place, UploadId };
  try {
    const Parts: CompletedPart[] = [];
    for await (const body of parts) {
      const PartNumber = Parts.length + 1;
      const command = new UploadPartCommand({
        ...upload,
        PartNumber,
        Body: body,
        ContentLength: body.length,
      });
      const taken = await inTime(transport, (options) => client.send(command, options));
      Parts.push({ ...parseAnswer(Taken, taken, "UploadPart"), PartNumber });
    }
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
    const completed = await inTime(transport, (options) => client.send(complete, options));
    parseAnswer(Completed, completed, "CompleteMultipartUpload");
  } catch (error) {
    await giveUp(upload, client, transport);
    throw error;
  }
}

/** Parts that nobody asks for cost money until then. Where even this fails, the bucket's own rule removes them later. */
async function giveUp(
  upload: Place & { readonly UploadId: string },
  client: S3Client,
  transport: Transport,
): Promise<void> {
  try {
    await inTime(transport, (options) => client.send(new AbortMultipartUploadCommand(upload), options));
  } catch {
    // What went wrong first is what somebody has to know.
  }
}
