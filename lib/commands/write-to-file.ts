// A command's result into a file, block by block: whoever reads it meets the old result or the new one, never a part.

import { randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { resolve } from "node:path";
import { toBlocks, type Output } from "../report/output.ts";

const MODE_OF_NEW_FILES = 0o666;

/** Throws where the file cannot be written, which is then as it was. */
export function writeToFile(file: string, output: Output): void {
  const existing = statSync(file, { throwIfNoEntry: false });
  // A device or a pipe cannot be replaced, and what /dev/stdout leads to belongs to the shell.
  if (existing !== undefined && (!existing.isFile() || resolve(file).startsWith("/dev/")))
    return writeInPlace(file, output, "w");
  const path = existing === undefined ? file : realpathSync(file);
  const temporary = `${path}~${randomUUID()}`;
  try {
    writeInPlace(temporary, output, "wx", existing?.mode);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeInPlace(file: string, output: Output, flag: "w" | "wx", mode = MODE_OF_NEW_FILES): void {
  const descriptor = openSync(file, flag, mode);
  try {
    // fs: "If file is specified as a file descriptor, the file is not replaced"; the next block follows the one before.
    for (const block of toBlocks(output)) writeFileSync(descriptor, block);
    if (flag === "wx") fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
