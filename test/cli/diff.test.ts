// `ringfence diff` as a process: reports by file and by run, exit codes, and files that are no reports.

import assert from "node:assert/strict";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import type { Report } from "../../lib/model/report.ts";
import type { ReportDiff } from "../../lib/report/report-diff.ts";
import { sampleReport } from "../report/sample-report.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const folder = makeFolder();
const full: Report = { ...sampleReport, complete: true };
const withoutFailures: Report = {
  ...full,
  findings: full.findings.map((finding) =>
    finding.status === "fail" ? { ...finding, status: "pass" as const } : finding,
  ),
};
const failed = full.findings.filter(({ status }) => status === "fail").length;

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const paths = { full: "", clean: "", blind: "" };
before(() => {
  paths.full = write("full.json", full);
  paths.clean = write("clean.json", withoutFailures);
  paths.blind = write("blind.json", { ...full, coverage: [], clusters: [], findings: [] });
});

describe("exit codes", { concurrency: 3 }, () => {
  test("0: nothing is worse", async () => {
    const { exitCode, stdout } = await run(["diff", paths.full, paths.clean]);
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, new RegExp(`0 new findings, 0 regressed, ${failed} resolved`));
  });

  test("1: worse at or above --fail-on; none: only told", async () => {
    const worse = await run(["diff", paths.clean, paths.full, "--format", "json"]);
    assert.equal(worse.exitCode, 1);
    const { findings } = JSON.parse(worse.stdout) as ReportDiff;
    assert.deepEqual([findings.regressed.length, findings.resolved.length], [failed, 0]);
    const none = await run(["diff", paths.clean, paths.full, "--fail-on", "none"]);
    assert.equal(none.exitCode, 0);
  });

  test("3: the second report sees less, and nothing counts as resolved", async () => {
    const { exitCode, stdout } = await run(["diff", paths.full, paths.blind]);
    assert.equal(exitCode, 3);
    assert.match(stdout, new RegExp(`Not seen any more, which is not resolved: ${failed}`));
    assert.match(stdout, /0 resolved/);
  });
});

test("--format markdown", async () => {
  const { stdout } = await run(["diff", paths.full, paths.clean, "--format", "markdown"]);
  assert.match(stdout, /^## Ringfence diff\n/);
  assert.match(stdout, new RegExp(`^### Resolved: ${failed}$`, "m"));
});

test("runs by their ids, from the state folder", async () => {
  const home = makeFolder();
  for (const [id, report] of [
    ["run-1", full],
    ["run-2", withoutFailures],
  ] as const) {
    mkdirSync(join(home, "state", "runs", id), { recursive: true });
    writeFileSync(join(home, "state", "runs", id, "report.json"), JSON.stringify(report));
  }
  writeFileSync(join(home, "ringfence.config.yaml"), "state: {folder: state}\n");
  const { exitCode, stdout, stderr } = await run(["diff", "run-1", "run-2"], { folder: home });
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, new RegExp(`${failed} resolved`));
});

describe("told wrong: exit 2, and the file by its name", { concurrency: 3 }, () => {
  for (const [name, content, says] of [
    [
      "not-json.json",
      "{",
      /not-json\.json is not a report that can be read: it is not JSON\. Write one with/,
    ],
    ["list.json", [], /list\.json is not a report that can be read: schemaVersion is missing/],
    ["other.json", { schemaVersion: 1 }, /other\.json is not a report .*: tool is missing or wrong\./],
    [
      "newer.json",
      { ...full, schemaVersion: 2 },
      /newer\.json .*: its schemaVersion is 2; this .* reads 1\./,
    ],
    ["later.json", { ...full, trust: 1 }, /later\.json .*: the key trust is of another version of Ringfence/],
    [
      "deep.json",
      { ...full, coverage: [{ ...full.coverage[0], outcome: "guessed" }] },
      /deep\.json .*: coverage\.0\.outcome is missing or wrong\./,
    ],
  ] as const)
    test(name, async () => {
      const { exitCode, stdout, stderr } = await run(["diff", paths.full, write(name, content)]);
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, says);
    });

  test("a run whose report is longer than a text: its file can be named", async () => {
    const home = makeFolder();
    const run1 = join(home, "state", "runs", "run-1");
    mkdirSync(run1, { recursive: true });
    writeFileSync(join(run1, "report.json"), "{");
    truncateSync(join(run1, "report.json"), 600_000_000);
    writeFileSync(join(home, "ringfence.config.yaml"), "state: {folder: state}\n");
    const { exitCode, stderr } = await run(["diff", "run-1", paths.full], { folder: home });
    assert.equal(exitCode, 2);
    assert.match(
      stderr,
      /cannot be read for run-1: .*Copy runs\/run-1\/report\.json out of it, and name that/,
    );
  });

  test("a file that is not there, a folder, and a path as a run", async () => {
    for (const [name, says] of [
      ["missing.json", /missing\.json is no file, and no run of the configured state has that id/],
      [folder, /cannot be read: it is a folder; name a file \(EISDIR\)/],
      ["../no-such-run", /is no file, and no run/],
    ] as const) {
      const { exitCode, stderr } = await run(["diff", name, paths.full]);
      assert.equal(exitCode, 2);
      assert.match(stderr, says);
    }
  });
});
