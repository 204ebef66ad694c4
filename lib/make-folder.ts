// A folder and those that it stands in. Where none can be made, as below /proc or in a working folder that was deleted,
// Node's own `recursive` asks the same question for ever (seen with 24.21).

import { existsSync, mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Throws the system's error; one with the code ENOENT where no folder can be made at all. */
export function makeFolder(folder: string): void {
  if (tryMakeFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  if (!tryMakeFolder(folder)) throw Object.assign(new Error("no folder can be made"), { code: "ENOENT" });
}

/** Throws the system's error where the folder cannot be made, or nothing can be written in it. Leaves nothing behind. */
export function tryFolder(folder: string): void {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  // Made and not only asked about: permissions say nothing of a full disk, of /proc, or to root.
  rmdirSync(mkdtempSync(join(nearest, ".ringfence-")));
}

/** False: the folder that it would stand in is not there. */
function tryMakeFolder(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    // A file of that name is met when something is written below it.
    if (code === "EEXIST") return true;
    if (code === "ENOENT") return false;
    throw error;
  }
}
