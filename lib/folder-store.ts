// A local folder as an object store, with the compare-and-swap that lib/aws/s3.ts gives: whole objects, replaced
// in one step, whatever ends the process. For processes of one machine; it never leaves its folder.

import { createHash, randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./make-folder.ts";
import { toBackoffMs } from "./model/jitter.ts";
import { unseen, type Unseen } from "./model/observed.ts";
import type { ObjectStore, PutCondition } from "./scan/sources.ts";

/** Somebody else wrote in between, or the object is not in the state that the condition asked for. */
class PreconditionFailedError extends Error {
  override readonly name = "PreconditionFailed";
}

/**
 * Throws what the file system threw; `toUnseen` translates it. Unlike in S3, no key may be another one followed by `/`:
 * one would be a file and the other one needs a folder there.
 */
export function openFolder(folder: string): ObjectStore {
  const pathOf = (key: string): string => join(folder, ...toSegments(key));
  return {
    getObject: (key, bounds) => readObject(pathOf(key), bounds?.maxBytes),
    async putObject(key, body, condition) {
      const path = pathOf(key);
      makeFolder(dirname(path));
      return withLock(`${path}~lock`, async () => {
        if (condition !== undefined) requireCondition(await readObject(path), condition);
        await replaceFile(path, body);
        return toEtag(body);
      });
    },
    async listObjects(prefix) {
      const files = await listFiles(folder);
      const keys = files
        .filter((file) => !basename(file).includes("~"))
        .map((file) => toKey(relative(folder, file)));
      return keys.filter((key) => key.startsWith(prefix)).toSorted();
    },
  };
}

// A key may hold any character. What a file system treats specially is escaped, and so are `%`, which escapes, and
// `~`, which marks our own files; `.` and `..` as whole segments would leave the folder.
function toSegments(key: string): string[] {
  return key.split("/").map((segment) => {
    const escaped = segment.replace(/[^A-Za-z0-9._-]/gu, (character) =>
      [...Buffer.from(character, "utf8")].map(toEscape).join(""),
    );
    return /^\.{0,2}$/.test(escaped) ? `${escaped.replaceAll(".", "%2E")}%` : escaped;
  });
}

function toEscape(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function toKey(path: string): string {
  const segments = path.split(sep);
  return segments.map((segment) => decodeURIComponent(segment.replace(/%$/, ""))).join("/");
}

async function readObject(
  path: string,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<{ body: string; etag: string } | null> {
  const bytes = (await absentAsNull(stat(path)))?.size ?? 0;
  if (bytes > maxBytes)
    throw Object.assign(new Error(`${bytes} bytes, and ${maxBytes} at most are read`), { code: "EFBIG" });
  const body = await absentAsNull(readFile(path, "utf8"));
  return body === null ? null : { body, etag: toEtag(body) };
}

function toEtag(body: string): string {
  return `"${createHash("sha256").update(body, "utf8").digest("hex")}"`;
}

function requireCondition(object: { readonly etag: string } | null, condition: PutCondition): void {
  const holds = "ifMatch" in condition ? object?.etag === condition.ifMatch : object === null;
  if (!holds) throw new PreconditionFailedError("the object is not as the condition asked");
}

/** A reader sees the old file or the new one, also after a power cut. */
async function replaceFile(path: string, body: string): Promise<void> {
  const temporary = `${path}~${randomUUID()}`;
  try {
    await writeToDisk(temporary, body);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeToDisk(path: string, body: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(body, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A lock is held for one read and one write: an older one was left by a process that died. */
const STALE_LOCK_MS = 10_000;
const LOCK_POLL_MS = 20;

async function withLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  while (!(await tryLock(path))) {
    const age = await lockAgeMs(path);
    if (age !== null && age > STALE_LOCK_MS) await rm(path, { force: true });
    else await sleep(toBackoffMs(LOCK_POLL_MS));
  }
  try {
    return await run();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx")).close();
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** null: it was just released. */
async function lockAgeMs(path: string): Promise<number | null> {
  const stats = await absentAsNull(stat(path));
  return stats === null ? null : Date.now() - stats.mtimeMs;
}

/** Each folder by itself: one that is gone before its turn held nothing, and must not make the others read as absent. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = (await absentAsNull(readdir(folder, { withFileTypes: true }))) ?? [];
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return listFiles(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return lists.flat();
}

async function absentAsNull<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code: unknown = Object.getOwnPropertyDescriptor(error, "code")?.value;
  return typeof code === "string" ? code : null;
}

const WHY_BY_CODE: ReadonlyMap<string | null, Unseen["why"]> = new Map([
  ["EACCES", "access-denied"],
  ["EPERM", "access-denied"],
  ["EROFS", "access-denied"],
  ["EDQUOT", "server-error"],
  ["EEXIST", "malformed"],
  ["EFBIG", "malformed"],
  ["EIO", "server-error"],
  ["EISDIR", "malformed"],
  ["EMFILE", "server-error"],
  ["ENAMETOOLONG", "not-supported"],
  ["ENOENT", "unreachable"],
  ["ENOSPC", "server-error"],
  ["ENOTDIR", "malformed"],
]);

/** Null: not an error of a file system. */
export function toUnseen(error: unknown): Unseen | null {
  const code = codeOf(error);
  const why = WHY_BY_CODE.get(code);
  return why === undefined ? null : unseen(why, `the folder of the state answered ${code}`);
}
