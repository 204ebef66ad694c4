// The bytes that a request brings for an object or a part of one, with their checksums.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

import { AwsError } from "../aws-error.ts";
import type { StoredObject } from "../stores.ts";
import type { WireRequest } from "../wire.ts";
import { parsePayload } from "./aws-chunked.ts";

export const CRC32 = "x-amz-checksum-crc32";

export type Content = Pick<StoredObject, "body" | "etag" | "checksumCrc32">;

/** Refuses bytes that are not those of the checksum that came with them. */
export function toContent(request: WireRequest): Content {
  const { body, trailers } = parsePayload(request);
  const checksumCrc32 = toCrc32(body);
  const declared = request.headers.get(CRC32) ?? trailers.get(CRC32);
  if (declared !== undefined && declared !== checksumCrc32) {
    throw new AwsError("BadDigest", 400, "The CRC32 you specified did not match the calculated checksum.");
  }
  // "The ETag of an object uploaded in one part and not encrypted with a key of yours is its MD5." (API reference)
  return { body, etag: `"${toMd5(body).toString("hex")}"`, checksumCrc32 };
}

export function toMd5(body: Buffer): Buffer {
  return createHash("md5").update(body).digest();
}

/** Big-endian, in base64. */
export function toCrc32(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
}
