// `npm ci` runs this last: npm 10, which comes with Node.js 20, takes the link of the pinned Node away together with
// the platform that does not fit (its debug log: "mark deleted … node_modules/.bin/node"). Does nothing where it stands.
// Usage: node build/link-node.mjs [folder]

import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const bin = join(process.argv[2] ?? ".", "node_modules", ".bin");
const pinned = join("..", `node-linux-${process.arch}`, "bin", "node");

if (existsSync(join(bin, pinned)) && !existsSync(join(bin, "node"))) {
  mkdirSync(bin, { recursive: true });
  symlinkSync(pinned, join(bin, "node"));
}
