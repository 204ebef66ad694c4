// Folders are made with those that they stand in, and where none can be made that is said at once.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeFolder, tryFolder } from "../lib/make-folder.ts";
import { run } from "./cli/run-ringfence.ts";

const scratch = mkdtempSync(join(tmpdir(), "ringfence-folder-"));
after(() => rmSync(scratch, { recursive: true }));

test("a folder is made with those that it stands in, and may be there already", () => {
  const folder = join(scratch, "a", "b", "c");
  makeFolder(folder);
  makeFolder(folder);
  assert.equal(statSync(folder).isDirectory(), true);
});

test("a folder is tried and nothing is left of that, whether it is there or not", () => {
  const parent = mkdtempSync(join(scratch, "tried-"));
  for (const folder of [parent, join(parent, "a", "b")]) tryFolder(folder);
  assert.deepEqual(readdirSync(parent), []);
  const file = join(parent, "file");
  writeFileSync(file, "");
  for (const folder of [file, join(file, "a")]) assert.throws(() => tryFolder(folder), { code: "ENOTDIR" });
});

test("where none can be made it says so, and does not try for ever", () => {
  const link = join(scratch, "link");
  symlinkSync(join(scratch, "not-there", "either"), link);
  assert.throws(() => makeFolder(join(link, "a")), { code: "ENOENT" });
  const file = join(scratch, "file");
  writeFileSync(file, "");
  assert.throws(() => makeFolder(join(file, "a")), { code: "ENOTDIR" });
  if (process.platform === "linux") assert.throws(() => makeFolder("/proc/ringfence/a"), { code: "ENOENT" });
});

for (const args of [
  ["init", "--this-account"],
  ["fix", "--manifests", "not-there.yaml"],
])
  test(
    `ringfence ${args[0]} tells it as what it is, before any work`,
    { skip: process.platform !== "linux" && "needs /proc" },
    async () => {
      const { exitCode, stderr } = await run([...args, "--output", "/proc/ringfence"]);
      assert.equal(exitCode, 2);
      assert.match(
        stderr,
        /'--output <folder>' argument '\/proc\/ringfence' is invalid\. Nothing can be written in \/proc\/ringfence: there is no such file or folder/,
      );
    },
  );
