// What a document tells people to type is run, and what it shows of the output is what comes out. A block that no
// test can run says why (norun=…); it is parsed all the same. Blocks with npm ci are test/e2e/clean-clone.test.ts.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, describe, test } from "node:test";
import { CommanderError, type Command } from "commander";
import { createProgram } from "../../lib/cli.ts";
import { capturedOutputsOf, commandBlocksOf, documents, read, type CommandBlock } from "./documents.ts";
import { createReader } from "./run-command.ts";
import { toCommands } from "./shell-words.ts";

const blocks = documents.flatMap((document) => commandBlocksOf(document, read(document)));
const captured = documents.flatMap((document) => capturedOutputsOf(document, read(document)));

/** Null: it is a command line that ringfence takes; else what it says. Nothing is run. */
function refusalOf(words: readonly string[]): string | null {
  const program = createProgram(new AbortController().signal);
  for (const command of [program, ...program.commands]) silence(command);
  try {
    program.parse(words, { from: "user" });
    return null;
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

function silence(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  if (command.parent !== null) command.action(() => {});
}

const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);

/** Null: a command that exists, or one that is not ours. */
function problemOf(words: readonly string[]): string | null {
  const [program, first, ...rest] = words;
  if (program === "ringfence") return "npx ringfence: in a clone no shell finds it without npx";
  if (program === "npx" && first === "ringfence") return refusalOf(rest);
  if (program === "npm" && first === "run") {
    const script = rest.find((word) => !word.startsWith("-")) ?? "";
    return scripts.includes(script) ? null : `package.json has no script ${script}`;
  }
  return null;
}

function problemsOf({ script }: CommandBlock): readonly string[] {
  return toCommands(script).flatMap((words) => {
    const problem = problemOf(words);
    return problem === null ? [] : [`${words.join(" ")}: ${problem}`];
  });
}

/** A demo on a busy machine waits longer for the cluster that nobody can reach. */
function withoutPatience(line: string): string {
  return line.replace(/within \d+ ms$/, "within … ms");
}

describe("blocks of commands", () => {
  const reader = createReader();
  after(() => reader.remove());

  for (const block of blocks) {
    test(`${block.place} is a script, of commands that exist`, () => {
      const parsed = spawnSync("bash", ["-n"], { input: block.script, encoding: "utf8" });
      assert.equal(parsed.status, 0, parsed.stderr);
      assert.deepEqual(problemsOf(block), []);
    });
    if (block.notRun === null)
      test(`${block.place} runs`, async () => {
        const installs = toCommands(block.script).some(
          ([program, verb]) => program === "npm" && verb !== "run",
        );
        assert.ok(!installs, "tag it with norun=…: npm ci would change what the other tests run on");
        const { exitCode, stderr } = await reader.run(block.script.trim());
        assert.equal(exitCode, 0, stderr);
      });
  }

  for (const { place, command, shown } of captured)
    test(`${place} shows what \`${command}\` prints`, async () => {
      assert.ok(shown.length > 0);
      const { exitCode, stdout, stderr } = await reader.run(command);
      assert.equal(exitCode, 0, stderr);
      const printed = new Set(stdout.split("\n").map(withoutPatience));
      assert.deepEqual(
        shown.filter((line) => !printed.has(withoutPatience(line))),
        [],
      );
    });

  test("some are run, some are not, and some output is shown", () => {
    assert.ok(blocks.filter(({ notRun }) => notRun === null).length >= 2);
    assert.ok(blocks.some(({ notRun }) => notRun !== null));
    assert.ok(captured.some(({ place, shown }) => place.startsWith("README.md") && shown.length > 20));
  });
});

test("the check refuses what does not exist", () => {
  const problemIn = (script: string): number => problemsOf({ place: "", script, notRun: null }).length;
  assert.equal(problemIn("npx ringfence scan --publish # to Security Hub\nnpm run demo"), 0);
  for (const wrong of [
    "npx ringfence scam",
    "npx ringfence scan --publsh",
    "npx ringfence evaluate",
    "npx ringfence scan --format yaml",
    "npx ringfence estimate --clusters many",
    "ringfence scan",
    "npm run --silent dmeo",
    "echo a && npm run dmeo",
  ])
    assert.equal(problemIn(wrong), 1, wrong);
  assert.throws(() => commandBlocksOf("a.md", "```bash\nls\n```\n"), /a\.md:1: a block of commands opens/);
  assert.throws(() => commandBlocksOf("a.md", "```sh norun\nls\n```\n"), /norun=a-reason/);
});

test("words of a shell script", () => {
  assert.deepEqual(toCommands("a 'b c' \"d e\" \\\n  f=g # no\n\nh|i && j; k#l"), [
    ["a", "b c", "d e", "f=g"],
    ["h"],
    ["i"],
    ["j"],
    ["k#l"],
  ]);
  for (const unread of ["echo $(date)", "cat <<EOF", "echo `date`"]) assert.throws(() => toCommands(unread));
});
