// Which files are read, in which order, and what happens where one cannot be.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { evaluatePaths, workloadsOf } from "./evaluate-text.ts";

const POD = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: main, image: web}]}\n`;

function folder(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), "ringfence-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

test("a folder is read with everything below it: YAML and JSON, not the tools' own folders", async (t) => {
  const root = folder(t, {
    "a.yaml": POD("a"),
    "b/c.yml": POD("c"),
    "b/d/e.json": JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "e" },
      spec: { containers: [{ name: "m", image: "w" }] },
    }),
    "README.md": "no manifest",
    ".github/workflows/ci.yaml": "on: push",
  });
  const result = await evaluatePaths([root]);
  assert.deepEqual(result.problems, []);
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (1)", "default: Pod/c (1)", "default: Pod/e (1)"]);
});

test("a named file is read whatever its name, and - is standard input", async (t) => {
  const root = folder(t, { manifest: POD("a") });
  const result = await evaluatePaths([join(root, "manifest"), "-"], {}, POD("b"));
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (1)", "default: Pod/b (1)"]);
});

test("files are read in the order of their names, so that the last one stands", async (t) => {
  const hostNetwork = POD("same").replace("spec: {", "spec: {hostNetwork: true, ");
  const root = folder(t, { "1.yaml": POD("same"), "2.yaml": hostNetwork });
  const result = await evaluatePaths([root]);
  assert.deepEqual(workloadsOf(result), ["default: Pod/same (0)"]);
  assert.match(result.remarks, /2\.yaml:1: Pod same stands a second time/);
});

test("a file that is named twice is read once", async (t) => {
  const file = join(folder(t, { "a.yaml": POD("a") }), "a.yaml");
  assert.equal((await evaluatePaths([file, file])).remarks, "");
});

test("UTF-16 with its mark is read; what is no text is named", async (t) => {
  const root = folder(t, {
    "utf16.yaml": Buffer.from(`\uFEFF${POD("a")}`, "utf16le"),
    "binary.yaml": Uint8Array.from({ length: 256 }, (_, index) => index),
  });
  const result = await evaluatePaths([root]);
  assert.deepEqual(result.problems, [
    `${join(root, "binary.yaml")}: malformed: not a text in UTF-8 or UTF-16; save it as UTF-8`,
  ]);
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (1)"]);
  assert.equal(result.exitCode, 3);
});

test("a link to a file counts, a link to a folder does not, a broken one is named", async (t) => {
  const root = folder(t, { "a.yaml": POD("a"), "elsewhere/b.txt": POD("b") });
  symlinkSync(join(root, "elsewhere/b.txt"), join(root, "b.yaml"));
  symlinkSync(root, join(root, "circle"));
  symlinkSync(join(root, "nothing"), join(root, "broken.yaml"));
  const result = await evaluatePaths([root]);
  assert.deepEqual(workloadsOf(result), ["default: Pod/a (1)", "default: Pod/b (1)"]);
  assert.deepEqual(result.problems, [`${join(root, "broken.yaml")}: unreachable: cannot be read (ENOENT)`]);
  assert.equal(result.exitCode, 3);
});

test("paths that lead nowhere are told all at once", async (t) => {
  const root = folder(t, { "README.md": "x" });
  await assert.rejects(evaluatePaths([root, join(root, "missing.yaml")]), (error: Error) => {
    assert.equal(error.name, "ConfigurationError");
    assert.match(error.message, /2 problems/);
    assert.match(error.message, /without any \.yaml, \.yml or \.json/);
    assert.match(error.message, /missing\.yaml/);
    return true;
  });
});
