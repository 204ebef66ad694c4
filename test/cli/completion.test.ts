// Completion scripts in the shells that are here: a real shell reads the script and completes. A shell that is not
// installed is skipped by name.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { makeFolder, run } from "./run-ringfence.ts";

const execute = promisify(execFile);
const folder = makeFolder();

async function writeScript(shell: string): Promise<string> {
  const { exitCode, stdout, stderr } = await run(["completion", shell]);
  assert.equal(exitCode, 0, stderr);
  const file = join(folder, `completion.${shell}`);
  writeFileSync(file, stdout);
  return file;
}

async function isInstalled(shell: string): Promise<boolean> {
  return execute(shell, ["--version"]).then(
    () => true,
    () => false,
  );
}

const script = await writeScript("bash");

/** What bash offers for a line that ends where the cursor is. */
async function completeInBash(line: string): Promise<readonly string[]> {
  const words = line.split(" ");
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const program = `source '${script}'; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; compopt() { echo files; }; _ringfence; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execute("bash", ["--norc", "-euc", program], { cwd: folder });
  return stdout.split("\n").filter((word) => word !== "");
}

describe("bash", { concurrency: 4 }, () => {
  test("every command of the help, and by its first letters", async () => {
    const { stdout } = await run(["--help"]);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)[ \n]/gm)].map(([, name = ""]) => name);
    assert.ok(commands.includes("scan") && commands.includes("doctor") && commands.includes("completion"));
    const offered = await completeInBash("ringfence ");
    assert.deepEqual(
      commands.filter((name) => name !== "help" && !offered.includes(name)),
      [],
    );
    assert.deepEqual(await completeInBash("ringfence do"), ["doctor"]);
  });

  test("every option that the help of a command shows", async () => {
    for (const command of ["scan", "doctor", "evaluate", "fix"]) {
      const { stdout } = await run([command, "--help"]);
      const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = ""]) => flag);
      const offered = await completeInBash(`ringfence ${command} --`);
      assert.deepEqual(
        flags.filter((flag) => !offered.includes(flag)),
        [],
        command,
      );
    }
  });

  test("the values of an option that takes one of a few, as this command takes them", async () => {
    assert.deepEqual(await completeInBash("ringfence scan --format js"), ["json"]);
    assert.deepEqual(await completeInBash("ringfence doctor --format "), ["text", "json"]);
    assert.deepEqual(await completeInBash("ringfence completion "), ["bash", "zsh", "fish", "--help"]);
  });

  test("files where a file goes, and nothing where nobody can guess", async () => {
    assert.deepEqual(await completeInBash("ringfence scan --config "), ["files"]);
    assert.deepEqual(await completeInBash("ringfence scan --accounts "), []);
  });
});

test("zsh takes the script", async (t) => {
  const file = await writeScript("zsh");
  if (!(await isInstalled("zsh"))) {
    t.skip("zsh is not installed here: its script was made and not run");
    return;
  }
  const program = `autoload -Uz compinit && compinit -u -d '${folder}/dump'; source '${file}'; print -- $_comps[ringfence]`;
  const { stdout } = await execute("zsh", ["-fc", program]);
  assert.equal(stdout.trim(), "_ringfence");
});

test("fish completes with the script", async (t) => {
  const file = await writeScript("fish");
  if (!(await isInstalled("fish"))) {
    t.skip("fish is not installed here: its script was made and not run");
    return;
  }
  const program = `source '${file}'; complete -C 'ringfence doctor --format '`;
  const { stdout } = await execute("fish", ["--no-config", "-c", program]);
  assert.match(stdout, /^json/m);
});

test("a shell that nobody knows", async () => {
  const { exitCode, stderr } = await run(["completion", "tcsh"]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish/);
});
