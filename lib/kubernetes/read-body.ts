// The body of an answer, decompressed and bounded: null where it is larger than it may be, counted after
// decompression. Knows nothing of what it says.

import type { IncomingMessage } from "node:http";
import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { createGunzip, gunzip, gunzipSync } from "node:zlib";

const MEGABYTE = 1024 * 1024;

/** Compressed. A page of 500 objects has a tenth of it, and is opened in one go: in pieces it took half as long again. */
const WHOLE_BYTES = MEGABYTE;

export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  if (response.headers["content-encoding"] !== "gzip") return collect(response, maxBytes);
  const arriving: AsyncIterableIterator<Buffer> = response[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let next = await arriving.next(); next.done !== true; next = await arriving.next()) {
    chunks.push(next.value);
    bytes += next.value.length;
    // More may never end, so it is opened as it arrives.
    if (bytes > WHOLE_BYTES) return collect(open(chunks, arriving), maxBytes);
  }
  return openWhole(Buffer.concat(chunks, bytes), maxBytes);
}

async function collect(stream: Readable, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function open(arrived: readonly Buffer[], arriving: AsyncIterable<Buffer>): Readable {
  const compressed = Readable.from(
    (async function* () {
      yield* arrived;
      yield* arriving;
    })(),
  );
  // pipeline hands an error of one stream to the other; the reader of the last one meets it.
  return pipeline(compressed, createGunzip({ chunkSize: MEGABYTE / 4 }), () => {});
}

const gunzipWhole = promisify(gunzip);

/** Compressed. Opened in a tenth of a millisecond, half of what the way to another thread and back costs. */
const SMALL_BYTES = MEGABYTE / 32;

/** zlib keeps the last block of each call until a major garbage collection, so that of many small ones is small. */
const SMALL_CHUNK_SIZE = 4096;

async function openWhole(compressed: Buffer, maxBytes: number): Promise<Buffer | null> {
  const maxOutputLength = maxBytes;
  try {
    if (compressed.length <= SMALL_BYTES)
      return gunzipSync(compressed, { maxOutputLength, chunkSize: SMALL_CHUNK_SIZE });
    return await gunzipWhole(compressed, { maxOutputLength, chunkSize: MEGABYTE });
  } catch (error) {
    if (error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return null;
    throw error;
  }
}
