// Finds and reads the files that --manifests names, one at a time. What was named and does not exist is told
// wrong; what exists and cannot be read is a blind spot, which is handed on and never skipped in silence.

import { createReadStream, readdirSync, statSync, type Dirent, type Stats } from "node:fs";
import { join } from "node:path";
import { ConfigurationError, type Problem } from "../model/configuration-error.ts";
import { decodeFile, SAVE_AS_UTF_8 } from "../model/decode-file.ts";
import type { Why } from "../model/observed.ts";

export type ManifestFile =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly why: Why; readonly detail: string };

export type ByteStream = AsyncIterable<Uint8Array>;

/** V8 holds no text beyond 512 MB; the largest dump that we know of, 5,000 full pods as JSON, has 60. */
const MAX_FILE_BYTES = 256_000_000;

/** The name of standard input, on the command line and in the report. */
const STANDARD_INPUT = "-";
const MANIFEST_NAME = /\.(?:ya?ml|json)$/;

export async function* readManifestFiles(
  paths: readonly string[],
  stdin: ByteStream,
): AsyncGenerator<ManifestFile> {
  for (const name of findManifestFiles(paths)) yield await readOne(name, stdin);
}

/** Files as named, folders with everything below them in code-unit order. */
function findManifestFiles(paths: readonly string[]): readonly string[] {
  const problems: Problem[] = [];
  const found = paths.flatMap((path) => {
    const files = filesAt(path);
    if (typeof files !== "string") return files;
    problems.push(toProblem(path, files));
    return [];
  });
  if (problems.length > 0) throw new ConfigurationError("--manifests", problems);
  return [...new Set(found)];
}

/** A sentence where the path leads to no manifests. */
function filesAt(path: string): readonly string[] | string {
  if (path === STANDARD_INPUT) return [path];
  const stats = statOf(path);
  if (stats === null) return "there is no such file or folder, or it may not be looked at";
  if (!stats.isDirectory()) return [path];
  const files = filesBelow(path);
  return files.length > 0 ? files : "a folder without any .yaml, .yml or .json file";
}

function toProblem(path: string, seen: string): Problem {
  return {
    path,
    line: null,
    seen,
    expected: "a file, a folder with manifests, or - for standard input",
    hint: null,
  };
}

/** Folders whose name starts with a dot hold the tools' own files, and are not entered. */
function filesBelow(folder: string): readonly string[] {
  const entries = attempt(() => readdirSync(folder, { withFileTypes: true }));
  // Read as if it were a file, a folder that cannot be listed says why.
  if (entries === null) return [folder];
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith(".") ? [] : filesBelow(path);
      return MANIFEST_NAME.test(entry.name) && isFile(entry, path) ? [path] : [];
    });
}

/** A link to a file counts; a link to a folder does not, because it may lead in a circle. */
function isFile(entry: Dirent, path: string): boolean {
  if (entry.isSymbolicLink()) return statOf(path)?.isDirectory() !== true;
  return entry.isFile();
}

function statOf(path: string): Stats | null {
  return attempt(() => statSync(path));
}

/** null where the operating system refuses. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return null;
  }
}

async function readOne(name: string, stdin: ByteStream): Promise<ManifestFile> {
  try {
    const bytes = await readBounded(name === STANDARD_INPUT ? stdin : createReadStream(name));
    if (bytes === null)
      return { name, why: "malformed", detail: "larger than 256 MB; split it or leave parts out" };
    const text = decodeFile(bytes);
    return text === null ? { name, why: "malformed", detail: SAVE_AS_UTF_8 } : { name, text };
  } catch (error) {
    return { name, ...toReason(error) };
  }
}

/** null: more than the limit. */
async function readBounded(stream: ByteStream): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_FILE_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const NOT_ALLOWED = new Set(["EACCES", "EPERM"]);

/** Only what the operating system said; everything else is our own bug. */
function toReason(error: unknown): { readonly why: Why; readonly detail: string } {
  const code = codeOf(error);
  if (code === null) throw error;
  return { why: NOT_ALLOWED.has(code) ? "access-denied" : "unreachable", detail: `cannot be read (${code})` };
}

/** ENOENT, EACCES, … */
function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
