// Runs a block of commands as a reader would, but in a copy of this folder, so that nothing is written here, and
// with `npx ringfence` as the copy's own launcher, because npx itself takes a second to find it.

import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { root } from "./documents.ts";

export interface Ended {
  /** null: killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the commands of the documents use. */
const COPIED = [
  "bin",
  "deploy",
  "docs/examples",
  "emulator",
  "events",
  "lib",
  "package.json",
  "serverless.yml",
];
const PATIENCE_MS = 120_000;

/** A process of its own per distinct script; the same script again is answered from memory. */
export interface Reader {
  run(script: string): Promise<Ended>;
  remove(): void;
}

export function createReader(): Reader {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-docs-"));
  const checkout = join(folder, "ringfence");
  for (const name of COPIED) cpSync(join(root, name), join(checkout, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  const programs = join(folder, "programs");
  mkdirSync(programs);
  writeFileSync(join(programs, "npx"), NPX);
  chmodSync(join(programs, "npx"), 0o755);
  const environment = {
    PATH: [programs, dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: folder,
    LAUNCHER: join(checkout, "bin/ringfence.mjs"),
    NODE_COMPILE_CACHE: join(folder, "compiled"),
    NO_COLOR: "1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const ended = new Map<string, Promise<Ended>>();
  return {
    run(script) {
      const known = ended.get(script) ?? runBash(script, checkout, environment);
      ended.set(script, known);
      return known;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const NPX = `#!/usr/bin/env bash
[ "$1" = ringfence ] || { echo "npx $1 is not run from the documents" >&2; exit 64; }
exec node "$LAUNCHER" "\${@:2}"
`;

async function runBash(script: string, folder: string, environment: Record<string, string>): Promise<Ended> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exitCode, stdout, stderr };
}
