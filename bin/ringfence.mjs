#!/usr/bin/env node
// Starts the command line on a Node that can run it: the running one if it is new enough, else the pinned
// one that `npm ci` brought along, else one clear sentence. In a clone it runs the sources, installed the bundle.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const MINIMUM = [22, 19];
const source = new URL("../lib/cli.ts", import.meta.url);
const entry = existsSync(source) ? source : new URL("../dist/cli/cli.mjs", import.meta.url);

if (isNewEnough(process.versions.node)) {
  const { main } = await import(entry.href);
  await main(process.argv.slice(2));
} else {
  const pinned = findPinnedNode();
  if (pinned === null) refuse();
  else respawn(pinned);
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

function findPinnedNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  } catch {
    return null;
  }
}

function respawn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`ringfence: the pinned Node could not be started: ${error.message}\n`);
    process.exit(2);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 2);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse() {
  process.stderr.write(
    `ringfence needs Node.js ${MINIMUM.join(".")} or newer; this is ${process.versions.node}. Install Node.js 24 and run it again.\n`,
  );
  process.exit(2);
}
