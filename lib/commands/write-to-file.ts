// A command's result into a file, block by block.

import { closeSync, openSync, writeSync } from "node:fs";
import { toBlocks, type Output } from "../report/output.ts";

/** Throws where the file cannot be opened or written. */
export function writeToFile(file: string, output: Output): void {
  const descriptor = openSync(file, "w");
  try {
    for (const block of toBlocks(output)) writeWhole(descriptor, Buffer.from(block));
  } finally {
    closeSync(descriptor);
  }
}

/** write(2) may take a part: "the number of bytes written may be less than the number requested". */
function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
}
