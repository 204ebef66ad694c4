// Where figures were measured, in the words of bench/results.md.

import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? "an unknown processor";
  const memory = `${(totalmem() / 2 ** 30).toFixed(1)} GiB`;
  return `${model}, ${availableParallelism()} cores, ${memory}; ${type()} ${release()}; Node.js ${process.version}`;
}

/** Of the last minute: what else the machine did. */
export function readLoad(): number {
  return loadavg()[0] ?? Number.NaN;
}

export function describeCommit(folder: string): string {
  const git = (...words: readonly string[]): string =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const changes = git("status", "--porcelain", "--", ".", ":!bench/results.md");
    return `commit ${git("rev-parse", "--short", "HEAD")}${changes === "" ? "" : ", with changes that are not committed"}`;
  } catch {
    return "not in a clone: the commit is unknown";
  }
}
