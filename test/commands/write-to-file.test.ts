import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeToFile } from "../../lib/commands/write-to-file.ts";

const pieces = Array.from({ length: 40_000 }, () => "né à Łódź 🙂\n");

test("a file holds exactly the pieces, and nothing of what it held before", () => {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-output-"));
  const file = join(folder, "report.csv");
  try {
    writeToFile(file, "x".repeat(2_000_000));
    writeToFile(file, { pieces });
    assert.equal(readFileSync(file, "utf8"), pieces.join(""));
    writeToFile(file, "short");
    assert.equal(readFileSync(file, "utf8"), "short");
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.throws(() => writeToFile(join(folder, "gone", "report.csv"), "text"), { code: "ENOENT" });
});

function* failingLate(): Generator<string, void> {
  yield* pieces;
  throw new Error("the report could not be finished");
}

test("a result that breaks off leaves the file as it was, and nothing beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-output-"));
  const file = join(folder, "report.csv");
  const fail = () => writeToFile(file, { pieces: failingLate() });
  try {
    assert.throws(fail, /could not be finished/);
    assert.deepEqual(readdirSync(folder), []);
    writeToFile(file, "yesterday's");
    assert.throws(fail, /could not be finished/);
    assert.deepEqual(readdirSync(folder), ["report.csv"]);
    assert.equal(readFileSync(file, "utf8"), "yesterday's");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a link goes on leading to the file, whose permissions stay; a device is written to", () => {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-output-"));
  const file = join(folder, "report.csv");
  const link = join(folder, "latest.csv");
  try {
    writeFileSync(file, "old", { mode: 0o600 });
    symlinkSync(file, link);
    writeToFile(link, "new");
    assert.equal(readlinkSync(link), file);
    assert.equal(readFileSync(file, "utf8"), "new");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    writeToFile("/dev/null", "new");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the file that the shell sent standard output to stays the one that it writes on to", () => {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-output-"));
  const file = join(folder, "both.txt");
  const module = new URL("../../lib/commands/write-to-file.ts", import.meta.url);
  const script = `(await import("${module.href}")).writeToFile("/dev/stdout", "first ")`;
  try {
    const command = `{ "$0" --input-type=module -e "$1"; printf second; } > "$2"`;
    execFileSync("sh", ["-c", command, process.execPath, script, file]);
    assert.equal(readFileSync(file, "utf8").endsWith("second"), true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
