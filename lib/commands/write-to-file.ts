// A command's result into a file, block by block.

import { closeSync, openSync, writeFileSync } from "node:fs";
import { toBlocks, type Output } from "../report/output.ts";

/** Throws where the file cannot be opened or written. */
export function writeToFile(file: string, output: Output): void {
  const descriptor = openSync(file, "w");
  try {
    // fs: "If file is specified as a file descriptor, the file is not replaced"; the next block follows the one before.
    for (const block of toBlocks(output)) writeFileSync(descriptor, block);
  } finally {
    closeSync(descriptor);
  }
}
