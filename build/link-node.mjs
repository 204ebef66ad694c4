// `npm ci` runs this last: npm 10, which comes with Node.js 20, takes the link of the pinned Node away together with
// the platform that does not fit (its debug log: "mark deleted … node_modules/.bin/node"). Does nothing where it stands.
// Usage: node build/link-node.mjs [folder]

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const bin = join(process.argv[2] ?? ".", "node_modules", ".bin");
const link = join(bin, "node");
const pinned = join("..", `node-linux-${process.arch}`, "bin", "node");

// Tried, because it is built for glibc: on Alpine it does not run, and hides the Node that does.
if (!existsSync(link) && spawnSync(join(bin, pinned), ["--version"]).status === 0) {
  mkdirSync(bin, { recursive: true });
  // A link to what is gone is there all the same.
  rmSync(link, { force: true });
  symlinkSync(pinned, link);
}
