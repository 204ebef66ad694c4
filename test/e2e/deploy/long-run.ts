// A run that ended before its report, and whose report is longer than S3 gets in one part: made of one that ended.

import { toCrc32, toMd5 } from "../../../emulator/aws/s3/payload.ts";
import type { Stores } from "../../../emulator/aws/stores.ts";

/** More than the part of lib/aws/bulk-store.ts. */
const LONG = "a very long sentence; ".repeat(500_000);

/** Copies what the stages before the report left of `from`, with one endless sentence in what passes. */
export function leaveLongRun(stores: Stores, bucket: string, from: string, to: string): void {
  const objects = stores.objects.get(bucket);
  if (objects === undefined) throw new Error(`no bucket ${bucket}`);
  const parts = [...objects].filter(
    ([key]) => key.startsWith(`runs/${from}/`) && !/\/(?:report\.|missed\.|wide\.)/.test(key),
  );
  for (const [key, object] of parts) {
    const text = object.body.toString("utf8").replaceAll(from, to);
    const body = Buffer.from(key.includes("/scanned/") ? lengthen(text) : text);
    const etag = `"${toMd5(body).toString("hex")}"`;
    objects.set(key.replace(from, to), { ...object, body, etag, checksumCrc32: toCrc32(body) });
  }
}

function lengthen(text: string): string {
  const at = text.indexOf('"status":"pass"');
  if (at === -1) return text;
  const because = text.indexOf('"because":"', at) + '"because":"'.length;
  return `${text.slice(0, because)}${LONG}${text.slice(because)}`;
}
