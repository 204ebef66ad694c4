// The folder that `ringfence fix` writes. It is written again only where everything in the way is ours and as we
// left it: a file that somebody filled in, or somebody else's file, is never overwritten.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { makeFolder } from "../make-folder.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import { UsageError } from "../model/usage-error.ts";
import type { PlannedFile } from "../remediation/fix-plan.ts";

const MARKER = ".ringfence-fix.json";

/** A path that we could have written: below the folder, without `.` and `..` segments. */
const PathSchema = v.pipe(v.string(), v.regex(/^(?!\.)[A-Za-z0-9._-]+(?:\/(?!\.)[A-Za-z0-9._-]+){0,2}$/));
const MarkerSchema = v.object({ files: v.array(v.object({ path: PathSchema, sha256: v.string() })) });

type Written = v.InferOutput<typeof MarkerSchema>["files"];

/** Throws a UsageError where the folder may not be written. */
export function checkFixFolder(folder: string): void {
  readOwnFiles(folder);
}

export function writeFixFolder(folder: string, files: readonly PlannedFile[]): void {
  const old = readOwnFiles(folder);
  const foreign = files.find(
    ({ path }) => !old.some((own) => own.path === path) && existsSync(join(folder, path)),
  );
  if (foreign !== undefined)
    throw new UsageError(`--output ${folder}: ${foreign.path} is in the way and not written by Ringfence.`);
  for (const { path } of old) rmSync(join(folder, path), { force: true });
  for (const { path, content } of files) writeOne(join(folder, path), content);
  const marker = { files: files.map(({ path, content }) => ({ path, sha256: hashOf(content) })) };
  writeOne(join(folder, MARKER), `${JSON.stringify(marker, null, 2)}\n`);
}

function readOwnFiles(folder: string): Written {
  const names = listFolder(folder);
  if (names.length === 0) return [];
  if (!names.includes(MARKER))
    throw new UsageError(
      `--output ${folder} is not empty, and Ringfence did not write it. Name a new folder.`,
    );
  const written = parseMarker(readFileSync(join(folder, MARKER), "utf8"));
  if (written === null)
    throw new UsageError(`--output ${folder}: ${MARKER} in it cannot be read. Name a new folder.`);
  for (const { path, sha256 } of written) {
    const file = join(folder, path);
    if (existsSync(file) && hashOf(readFileSync(file, "utf8")) !== sha256)
      throw new UsageError(
        `--output ${folder}: ${path} was changed since Ringfence wrote it. Name a new folder.`,
      );
  }
  return written;
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new UsageError(`--output ${folder} cannot be read as a folder: ${explainFileError(error)}.`);
  }
}

function parseMarker(text: string): Written | null {
  try {
    const parsed = v.safeParse(MarkerSchema, JSON.parse(text));
    return parsed.success ? parsed.output.files : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function writeOne(file: string, content: string): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, content);
  } catch (error) {
    throw new UsageError(`--output: ${file} cannot be written: ${explainFileError(error)}.`);
  }
}

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
