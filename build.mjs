// Bundles with esbuild: one ESM file and a deterministic zip for each Lambda handler (dist/lambda), and the
// command line for the published package (dist/cli). Run: node build.mjs [lambda|cli]

import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ZipFile } from "yazl";

/** A fixed time makes the same sources give the same bytes. */
const MTIME = new Date("2020-01-01T00:00:00Z");

// Bundled CommonJS dependencies call require(), which an ES module lacks.
const REQUIRE_BANNER = 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);';

const COMMON = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  minify: true,
  mainFields: ["module", "main"],
  banner: { js: REQUIRE_BANNER },
  legalComments: "none",
  logLevel: "warning",
};

export async function buildLambda(outdir = "dist/lambda") {
  await rm(outdir, { recursive: true, force: true });
  const handlers = (await readdir("handlers")).filter((name) => name.endsWith(".ts"));
  const sizes = [];
  for (const file of handlers) {
    const name = basename(file, ".ts");
    const folder = join(outdir, name);
    await build({
      ...COMMON,
      entryPoints: { index: join("handlers", file) },
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      splitting: true,
      chunkNames: "chunk-[hash]",
      // Lambda always has environment credentials: the whole provider chain (profiles, SSO, IMDS) stays out.
      alias: { "@aws-sdk/credential-provider-node": "./lib/aws/environment-credentials.ts" },
    });
    await zipFolder(folder, join(outdir, `${name}.zip`));
    sizes.push(await measure(name, folder));
  }
  return sizes;
}

export async function buildCli(outdir = "dist/cli") {
  await rm(outdir, { recursive: true, force: true });
  await build({
    ...COMMON,
    entryPoints: { cli: "lib/cli.ts" },
    outdir,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    chunkNames: "chunk-[hash]",
  });
}

async function zipFolder(folder, target) {
  const zip = new ZipFile();
  for (const file of (await readdir(folder)).toSorted())
    zip.addFile(join(folder, file), file, { mtime: MTIME, mode: 0o100644 });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
}

async function measure(name, folder) {
  let bytes = 0;
  let gzipped = 0;
  for (const file of await readdir(folder)) {
    bytes += (await stat(join(folder, file))).size;
    gzipped += gzipSync(await readFile(join(folder, file))).length;
  }
  return { name, bytes, gzipped };
}

if (import.meta.main ?? process.argv[1]?.endsWith("build.mjs")) {
  const what = process.argv[2];
  await mkdir("dist", { recursive: true });
  if (what !== "cli")
    for (const { name, bytes, gzipped } of await buildLambda())
      process.stdout.write(`${name.padEnd(10)} ${(bytes / 1024).toFixed(0)} KB, gzipped ${(gzipped / 1024).toFixed(0)} KB\n`);
  if (what !== "lambda") await buildCli();
}
