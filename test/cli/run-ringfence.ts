// The command line as its users start it: a process of its own, in an empty folder, with nothing of this
// process's environment but the way to its programs.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
const LAUNCHER = join(ROOT, "bin", "ringfence.mjs");

/** Longer than any run here takes on a machine with much else to do; a process that hangs is killed and shows as `exitCode` null. */
const PATIENCE_MS = 300_000;

export interface Finished {
  /** null: killed by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** The program that runs the launcher; absent: this Node. */
  readonly node?: string;
  /** Absent: the folder of the tests, which holds no configuration. */
  readonly folder?: string;
  /** Standard input that the test writes to and that has no end, as at a terminal. Absent: there is none. */
  readonly openInput?: boolean;
  /** A process group of its own, as a shell gives each job. */
  readonly ownGroup?: boolean;
}

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed when the test process ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-cli-"));
  folders.push(folder);
  return folder;
}

const emptyFolder = makeFolder();

/** Each run after the first finds its modules compiled: half the time of forty processes. */
const compileCache = makeFolder();

export function start(args: readonly string[], options: StartOptions = {}): Running {
  const {
    environment = {},
    node = process.execPath,
    folder = emptyFolder,
    ownGroup = false,
    openInput = false,
  } = options;
  const startedMs = performance.now();
  const child = spawn(node, [LAUNCHER, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: emptyFolder,
      AWS_EC2_METADATA_DISABLED: "true",
      NODE_COMPILE_CACHE: compileCache,
      ...environment,
    },
    stdio: "pipe",
    detached: ownGroup,
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  if (!openInput) child.stdin.end();
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) =>
      resolve({ exitCode, stdout: stdout(), stderr: stderr(), durationMs: performance.now() - startedMs }),
    );
  });
  return { child, finished };
}

export function run(args: readonly string[], options: StartOptions = {}): Promise<Finished> {
  return start(args, options).finished;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
