import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explainFileError } from "../../lib/model/explain-file-error.ts";

test("the system's code, in words and without its message, which names the file again", () => {
  assert.equal(explainFileError(errorOf("/no/such/file")), "there is no such file or folder (ENOENT)");
  assert.equal(explainFileError(errorOf(import.meta.dirname)), "it is a folder; name a file (EISDIR)");
  assert.equal(explainFileError(Object.assign(new Error("x"), { code: "EMFILE" })), "the system says EMFILE");
});

test("what the system did not say is a bug of ours, and goes on", () => {
  const bug = new TypeError("x is not a function");
  assert.throws(() => explainFileError(bug), bug);
});

function errorOf(file: string): unknown {
  try {
    return readFileSync(file);
  } catch (error) {
    return error;
  }
}
