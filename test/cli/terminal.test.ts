// What a person at a terminal sees and a pipe never does: colours and a live line. `script` plays the terminal.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { toWidth } from "../../lib/report/layout.ts";
import { makeFolder, ROOT } from "./run-ringfence.ts";

const execute = promisify(execFile);

// oxlint-disable no-control-regex -- what a terminal obeys
const COLOR = /\u001b\[\d+(;\d+)*m/;
const LIVE_LINE = /\r\u001b\[2Kaccounts \d+\/\d+ {2}clusters \d+\/\d+/;

const folder = makeFolder();

/** util-linux's; the one of macOS takes other options. */
async function findScript(): Promise<boolean> {
  return execute("script", ["--version"]).then(
    ({ stdout }) => stdout.includes("util-linux"),
    () => false,
  );
}

const hasScript = await findScript();

/** Everything that the terminal gets: `script` joins standard output and standard error. */
async function show(options: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const launcher = join(ROOT, "bin", "ringfence.mjs");
  const size = environment["COLUMNS"] === undefined ? "" : `stty cols ${environment["COLUMNS"]}; `;
  const command = `${size}"${process.execPath}" "${launcher}" demo --world single-account ${options}`;
  const env = { PATH: process.env["PATH"], HOME: folder, TERM: "xterm-256color", ...environment };
  const { stdout } = await execute("script", ["-qec", command, "/dev/null"], { env, cwd: folder });
  return stdout;
}

describe("on a terminal", { concurrency: 4, skip: hasScript ? false : "no util-linux `script` here" }, () => {
  test("colours, and a live line that is wiped at the end", async () => {
    const shown = await show("");
    assert.match(shown, COLOR);
    assert.match(shown, LIVE_LINE);
    assert.ok(shown.lastIndexOf("\r\u001b[2K") < shown.indexOf("Ringfence"), "wiped before the report");
  });

  test("init ends with its error, and does not wait for an answer to no question", async () => {
    const command = `"${process.execPath}" "${join(ROOT, "bin", "ringfence.mjs")}" init --accounts abc`;
    const env = { PATH: process.env["PATH"], HOME: folder, TERM: "xterm-256color" };
    const asked = execute("script", ["-qec", command, "/dev/null"], { env, cwd: folder, timeout: 30_000 });
    // What stands open at the terminal keeps it: `script` hands on an input that never ends.
    await assert.rejects(asked, { code: 2, killed: false });
  });

  test("NO_COLOR: no colours", async () => {
    assert.doesNotMatch(await show("", { NO_COLOR: "1" }), COLOR);
  });

  test("--no-color and --quiet: neither colours nor a live line", async () => {
    const shown = await show("--no-color --quiet");
    assert.doesNotMatch(shown, COLOR);
    assert.doesNotMatch(shown, /\u001b\[2K/);
    assert.match(shown, /✓ ENFORCED/);
  });

  for (const columns of [80, 200])
    test(`${columns} columns: each line of the report and of the live view fits`, async () => {
      const shown = await show("--world demo --exit-zero", { COLUMNS: String(columns) });
      const [live = "", report = ""] = splitAtReport(shown);
      const drawn = live.split("\r\u001b[2K").filter((line) => line.startsWith("accounts"));
      assert.ok(
        drawn.some((line) => / {2}(?:slow: \S+ \d+ s|\d+ clusters? slow)/.test(line)),
        "what is slow is told",
      );
      assert.deepEqual(
        drawn.filter((line) => line.length >= columns),
        [],
      );
      const lines = report.replaceAll(new RegExp(COLOR, "g"), "").split("\r\n");
      assert.ok(
        lines.some((line) => line.length > columns - 15),
        "the width is used",
      );
      assert.deepEqual(
        // A remark on standard error is no line of the report.
        lines.filter((line) => toWidth(line) > columns && !line.startsWith("No state is configured")),
        [],
      );
    });
});

/** The live view is wiped before the report begins. */
function splitAtReport(shown: string): readonly string[] {
  const end = shown.lastIndexOf("\r\u001b[2K") + "\r\u001b[2K".length;
  return [shown.slice(0, end), shown.slice(end)];
}
