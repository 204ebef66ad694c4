import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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
