// What cannot be written where the shell sends it: half a report is no report, and remarks that nobody reads end nothing.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder, ROOT, run, start } from "./run-ringfence.ts";

const LAUNCHER = join(ROOT, "bin", "ringfence.mjs");
const UNION = join(ROOT, "docs", "examples", "union.yaml");
const folder = makeFolder();

/** As a shell starts it; `$0` is Node, and `$@` the rest. */
function runInShell(script: string, args: readonly string[]) {
  return spawnSync("sh", ["-c", script, process.execPath, LAUNCHER, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
}

test("a report that no longer fits on the disk is told, and not cut short", () => {
  const report = ["evaluate", "--manifests", UNION, "--format", "html", "--exit-zero"];
  // POSIX: "ulimit -f": in units of 512 bytes (of 1024 in bash). The first write stops there, the next one fails.
  const { status, stderr } = runInShell('ulimit -f 16; exec "$0" "$@" > short.html', report);
  assert.ok(statSync(join(folder, "short.html")).size < 20_000);
  assert.deepEqual(
    [status, stderr],
    [2, "ringfence: Standard output cannot be written: the system says EFBIG.\n"],
  );
});

test("a report in a file, and behind what stands there, is the report", async () => {
  const { stdout } = await run(["controls", "--format", "json"]);
  const { status } = runInShell('"$0" "$@" > twice.json && "$0" "$@" >> twice.json', [
    "controls",
    "--format",
    "json",
  ]);
  assert.equal(status, 0);
  assert.equal(readFileSync(join(folder, "twice.json"), "utf8"), stdout + stdout);
});

for (const args of [["controls"], ["--help"], ["completion", "bash"]])
  test(`a full disk is no bug of ours: ringfence ${args.join(" ")}`, () => {
    const { status, stderr } = runInShell('exec "$0" "$@" > /dev/full', args);
    assert.deepEqual(
      [status, stderr],
      [2, "ringfence: Standard output cannot be written: the disk is full (ENOSPC).\n"],
    );
  });

test("the exit code stands where the disk of the log is full", () => {
  const { status } = runInShell('exec "$0" "$@" 2> /dev/full', ["controls", "--format", "cvs"]);
  assert.equal(status, 2);
});

test("a scan whose remarks nobody reads to the end, as in `2>&1 | head -1`, ends as it would", async () => {
  const { child, finished } = start(["demo", "--world", "single-account", "--format", "json"]);
  child.stderr?.destroy();
  const { exitCode, stdout } = await finished;
  assert.equal(exitCode, 0);
  assert.match(stdout, /^\{[^]*\}\n$/);
});
