// One measured piece of work in a process of its own: its wall and processor time from the first request on, and the
// most memory that the process ever held. It runs as a Lambda does, bundled, and not as sources.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Measured, Work } from "./measured-work.ts";

export type { List } from "./read-lists.ts";
export type { Measured } from "./measured-work.ts";

/** Variables of the environment that a process runs with. */
type Settings = Readonly<Record<string, string>>;

/** What the Lambda sets, too (serverless.yml). */
const LAMBDA: Settings = {
  NODE_OPTIONS: "--max-semi-space-size=8",
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "131072",
};

/** `ringfence scan` sets nothing: many clusters in one process are its way, where a Lambda has up to 20. */
export const TERMINAL: Settings = {};

/** A floor has what serves it best: with the Lambda's settings, whole pages of full pods take a tenth more CPU. */
const BARE: Settings = { NODE_OPTIONS: "--max-semi-space-size=16" };

let bundle: string | null = null;

/** `settings` absent: those of the Lambda, or for a floor those that serve it best. */
export async function measure(
  work: Work,
  environment: object,
  settings = work.kind === "lists" || work.kind === "calls" ? BARE : LAMBDA,
): Promise<Measured> {
  bundle ??= buildBundle();
  const child = spawn(process.execPath, [bundle], {
    env: { PATH: process.env["PATH"], ...settings, ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(work));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`The measured process ended with ${String(code)}`);
  const measured: Measured = JSON.parse(output);
  return measured;
}

/** Compiling TypeScript costs the process memory and time that no Lambda spends. */
function buildBundle(): string {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const root = join(import.meta.dirname, "..");
  const entry = join("bench", "measured-work.ts");
  execFileSync(process.execPath, ["build.mjs", "measured", entry, folder], { cwd: root });
  return join(folder, "index.mjs");
}
