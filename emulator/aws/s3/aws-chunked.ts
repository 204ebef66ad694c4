// The aws-chunked content encoding: an SDK streams a body in chunks and puts its checksum behind the last one.

import { AwsError } from "../aws-error.ts";
import type { WireRequest } from "../wire.ts";

export interface Payload {
  readonly body: Buffer;
  /** By lower-case name. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** The object's own bytes, whichever way they were sent. Signed chunks are refused: no client of ours sends them. */
export function parsePayload(request: WireRequest): Payload {
  const mode = request.headers.get("x-amz-content-sha256");
  if (mode?.startsWith("STREAMING-") !== true) return { body: request.body, trailers: new Map() };
  if (mode !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    throw new AwsError("NotImplemented", 501, `${mode} is not implemented`);
  }
  const payload = parseChunks(request.body);
  const declared = request.headers.get("x-amz-decoded-content-length");
  if (declared !== String(payload.body.length)) throw incomplete();
  return payload;
}

/** `<size in hex>\r\n<bytes>\r\n` repeated, a chunk of size 0, then trailers. */
function parseChunks(encoded: Buffer): Payload {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = encoded.indexOf("\r\n", at);
    const size = lineEnd === -1 ? NaN : Number.parseInt(encoded.toString("latin1", at, lineEnd), 16);
    if (!Number.isInteger(size)) throw incomplete();
    at = lineEnd + 2;
    if (size === 0)
      return { body: Buffer.concat(chunks), trailers: parseTrailers(encoded.toString("latin1", at)) };
    if (encoded.toString("latin1", at + size, at + size + 2) !== "\r\n") throw incomplete();
    chunks.push(encoded.subarray(at, at + size));
    at += size + 2;
  }
}

function parseTrailers(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\r\n").filter((line) => line.includes(":"));
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function incomplete(): AwsError {
  return new AwsError("IncompleteBody", 400, "The request body terminated unexpectedly");
}
