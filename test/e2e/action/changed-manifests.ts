// A repository with a change in it, and the action's script run on it as a runner would.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export interface Repository {
  readonly folder: string;
  write(name: string, text: string): void;
  /** Returns the commit. */
  commit(): string;
  git(...args: readonly string[]): string;
}

export function createRepository(): Repository {
  const folder = makeFolder();
  const git = (...args: readonly string[]): string => {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  git("init", "--quiet", "--initial-branch=main");
  return {
    folder,
    git,
    write(name, text) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    commit() {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message=a change");
      return git("rev-parse", "HEAD");
    },
  };
}

export interface ActionRun {
  readonly exitCode: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: ReadonlyMap<string, string>;
}

/** `inputs` as action.yml names the variables. */
export function runAction(repository: Repository, inputs: Readonly<Record<string, string>>): ActionRun {
  const runner = makeFolder();
  const [summary, outputs] = [join(runner, "summary"), join(runner, "outputs")];
  const { status, stdout, stderr } = spawnSync("bash", [join(root, "action/evaluate-changed.sh")], {
    cwd: repository.folder,
    encoding: "utf8",
    env: {
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      HOME: runner,
      LAUNCHER: join(root, "bin/ringfence.mjs"),
      REPORT_FOLDER: join(runner, "ringfence"),
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: outputs,
      ...inputs,
    },
  });
  const lines = readIfPresent(outputs)
    .split("\n")
    .filter((line) => line !== "");
  return {
    exitCode: status,
    log: `${stdout}${stderr}`,
    summary: readIfPresent(summary),
    outputs: new Map(lines.map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)])),
  };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-action-"));
  folders.push(folder);
  return folder;
}

function readIfPresent(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
