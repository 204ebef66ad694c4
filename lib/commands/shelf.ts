// Where a run of the terminal puts what waits for its report: the first megabyte stays in memory, the rest goes into a
// file without a name, which nobody else can open and which is gone with the process, however that ends.

import { randomUUID } from "node:crypto";
import { openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shelveInMemory } from "../scan/pack.ts";
import type { Shelve, Shelved } from "../scan/sources.ts";

/** A hundred small clusters: smaller runs write nothing. */
const IN_MEMORY_BYTES = 1024 * 1024;

/** `open` gives the descriptor of an empty file to write and read. */
export function openShelf(open: () => number = openNamelessFile): Shelve {
  const shelveInFile = createFileShelf(open);
  let heldBytes = 0;
  return (bytes) => {
    if (heldBytes >= IN_MEMORY_BYTES) return shelveInFile(bytes);
    heldBytes += bytes.length;
    return shelveInMemory(bytes);
  };
}

/** Not found in the folder any more, so that nothing needs to be removed later. A system that refuses that gets no file. */
function openNamelessFile(): number {
  const path = join(tmpdir(), `ringfence-${randomUUID()}`);
  const descriptor = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return descriptor;
}

/** What the disk does not take stays in memory, and so does all that follows: a full disk is not asked again. */
function createFileShelf(open: () => number): Shelve {
  let file: number | null = null;
  let endsAt = 0;
  let isRefused = false;
  return (bytes) => {
    if (isRefused) return shelveInMemory(bytes);
    try {
      file ??= open();
      writeAt(file, endsAt, bytes);
    } catch (error) {
      if (!isOfSystem(error)) throw error;
      isRefused = true;
      return shelveInMemory(bytes);
    }
    const part = new FilePart(file, endsAt, bytes.length);
    endsAt += bytes.length;
    return part;
  };
}

/** A class, because a run has tens of thousands: it takes half of what a function with its context would. */
class FilePart implements Shelved {
  readonly #file: number;
  readonly #at: number;
  readonly #length: number;

  constructor(file: number, at: number, length: number) {
    this.#file = file;
    this.#at = at;
    this.#length = length;
  }

  take(): Uint8Array {
    return readAt(this.#file, this.#at, this.#length);
  }
}

function writeAt(file: number, at: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

function readAt(file: number, at: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const read = readSync(file, bytes, done, length - done, at + done);
    if (read === 0) throw new Error("the temporary file is shorter than what was written into it");
    done += read;
  }
  return bytes;
}

/** A full or read-only disk, no such folder, too many open files: not a bug of ours. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
