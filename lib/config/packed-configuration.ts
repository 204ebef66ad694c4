// A configuration file as the environment of a function holds it: JSON, and deflated where that is long, because Lambda
// allows 4 KB for all variables together. Reads no file and judges nothing.

import type * as Zlib from "node:zlib";

const PACKED = "deflate:";

/** As long as a person reads it in a console at a glance. */
const LONG = 1000;

/** More than the file may have (config-yaml.ts): whoever can set the variable fills no memory with it. */
const MAX_BYTES = 2_000_000;

export function packConfiguration(json: string): string {
  if (json.length <= LONG) return json;
  return PACKED + openZlib().deflateRawSync(json, { level: 9 }).toString("base64");
}

/** Throws what zlib throws where it was not packed here. */
export function unpackConfiguration(text: string): string {
  if (!text.startsWith(PACKED)) return text;
  const packed = Buffer.from(text.slice(PACKED.length), "base64");
  return openZlib().inflateRawSync(packed, { maxOutputLength: MAX_BYTES }).toString("utf8");
}

/** Not with the module: most functions start without it. */
function openZlib(): typeof Zlib {
  return process.getBuiltinModule("node:zlib");
}
