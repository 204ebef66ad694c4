// What a person at a terminal sees and a pipe never does: colours and a live line. `script` plays the terminal.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
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
  const command = `"${process.execPath}" "${launcher}" demo --world single-account ${options}`;
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

  test("NO_COLOR: no colours", async () => {
    assert.doesNotMatch(await show("", { NO_COLOR: "1" }), COLOR);
  });

  test("--no-color and --quiet: neither colours nor a live line", async () => {
    const shown = await show("--no-color --quiet");
    assert.doesNotMatch(shown, COLOR);
    assert.doesNotMatch(shown, /\u001b\[2K/);
    assert.match(shown, /✓ ENFORCED/);
  });
});
