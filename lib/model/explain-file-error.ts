// What the operating system says of a file or folder that somebody named, in one clause. Never the system's own
// message: that shows the names of our temporary files. What is no answer of the system is our bug, and thrown again.

const EXPLAINED: ReadonlyMap<string, string> = new Map([
  ["EACCES", "the permissions do not allow it"],
  ["EEXIST", "a file is in the way"],
  ["EISDIR", "it is a folder; name a file"],
  ["ELOOP", "its links lead in a circle"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ENOENT", "there is no such file or folder"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a part of its path is a file, not a folder"],
  ["EPERM", "the permissions do not allow it"],
  // Of Node: a pipe, of which nobody knows the length before.
  ["ERR_STRING_TOO_LONG", "it is longer than can be read at once; name a file, not a pipe"],
  ["EROFS", "the file system is read-only"],
]);

export function explainFileError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (typeof code !== "string") throw error;
  const clause = EXPLAINED.get(code);
  return clause === undefined ? `the system says ${code}` : `${clause} (${code})`;
}
