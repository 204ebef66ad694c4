// The bytes of each Lambda's bundle, minified, and of what `scan` cannot do without: its calls of AWS and its judging,
// each bundled alone, which are its floor. Bytes are the same in every run. Run: npm run bench:bundles

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { printTable } from "./spread.ts";

const ROOT = join(import.meta.dirname, "..");
/** KiB. */
const AIM = 512;
const AIM_GZIPPED = 160;
const FLOOR = "calls and judging together, the floor of scan";
/** By what they are: entries in bench/bundles/. */
const PARTS = new Map([
  ["calls of AWS alone", "aws-calls.ts"],
  ["judging alone", "judging.ts"],
  [FLOOR, "aws-calls-and-judging.ts"],
]);

/** Bytes. */
interface Size {
  readonly bytes: number;
  readonly gzipped: number;
}

/** All that is in the folder, each file by itself. */
function sizeOf(folder: string): Size {
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
  return {
    bytes: files.reduce((sum, file) => sum + file.length, 0),
    gzipped: files.reduce((sum, file) => sum + gzipSync(file).length, 0),
  };
}

function runBuild(...words: readonly string[]): void {
  execFileSync(process.execPath, ["build.mjs", ...words], { cwd: ROOT });
}

function buildHandlers(): ReadonlyMap<string, Size> {
  runBuild("lambda");
  const built = join(ROOT, "dist", "lambda");
  const folders = readdirSync(built, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(folders.map(({ name }) => [name, sizeOf(join(built, name))]));
}

function buildPart(entry: string): Size {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-bundles-"));
  try {
    runBuild("measured", join("bench", "bundles", entry), folder);
    return sizeOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toRow(name: string, { bytes, gzipped }: Size): string[] {
  const within = bytes <= AIM * 1024 && gzipped <= AIM_GZIPPED * 1024;
  return [name, (bytes / 1024).toFixed(0), (gzipped / 1024).toFixed(0), within ? "yes" : "no"];
}

const handlers = buildHandlers();
const parts = new Map([...PARTS].map(([name, entry]) => [name, buildPart(entry)]));
printTable([
  ["bundle", "KiB", "gzipped KiB", `within ${AIM} and ${AIM_GZIPPED}`],
  ...[...handlers, ...parts].map(([name, size]) => toRow(name, size)),
]);
const [scan, floor] = [handlers.get("scan"), parts.get(FLOOR)];
if (scan === undefined || floor === undefined) throw new Error("No bundle of scan, or no floor");
console.log(
  `\nscan / floor: ${(scan.bytes / floor.bytes).toFixed(2)}, gzipped ${(scan.gzipped / floor.gzipped).toFixed(2)}`,
);
