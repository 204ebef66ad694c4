// Bundles with esbuild: one ESM file and a deterministic zip for each Lambda handler (dist/lambda), and the
// command line for the published package (dist/cli). Run: node build.mjs [lambda | cli | measured ENTRY FOLDER]

import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "oxc-minify";
import { ZipFile } from "yazl";
import { lazyTogether } from "./build/lazy-together.mjs";
import { leanChecks } from "./build/lean-checks.mjs";
import { leanControls } from "./build/lean-controls.mjs";
import { leanSdk, withoutXmlBodies } from "./build/lean-sdk.mjs";
import { leanYaml } from "./build/lean-yaml.mjs";

/** A fixed time makes the same sources give the same bytes. */
const MTIME = new Date("2020-01-01T00:00:00Z");

// CommonJS dependencies of the command line call require(), which an ES module lacks. The Lambdas have none.
const REQUIRE_BANNER = 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);';

const COMMON = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  minify: true,
  mainFields: ["module", "main"],
  legalComments: "none",
  logLevel: "warning",
};

/**
 * `import "node:http"` reads every export of the module, and so loads what Node keeps for its first use: all of undici
 * for `http.WebSocket` alone, which is 15 ms and 9 MB of each cold start. This reads the exports that are used.
 */
const leanBuiltins = {
  name: "lean-builtins",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind }) =>
      isBuiltin(path) ? { path, namespace: kind === "dynamic-import" ? "whole-builtin" : "builtin" } : null,
    );
    onLoad({ filter: /./, namespace: "whole-builtin" }, ({ path }) => ({
      contents: `module.exports = ${take(path)};`,
    }));
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path)).filter((name) => /^[A-Za-z]\w*$/.test(name));
      // What nobody imports is left out, as reading it has no effect that anybody wants.
      const constants = names.map((name) => `const $${name} = /* @__PURE__ */ (() => builtin.${name})();`);
      const exported = ["builtin as default", ...names.map((name) => `$${name} as ${name}`)].join(", ");
      return {
        contents: [`const builtin = ${take(path)};`, ...constants, `export { ${exported} };`].join("\n"),
      };
    });
  },
};

function take(builtin) {
  return `process.getBuiltinModule(${JSON.stringify(builtin)})`;
}

/** A Lambda's file loads what every event needs; its chunks come with the first event that needs them. */
const LAMBDA = {
  ...COMMON,
  outExtension: { ".js": ".mjs" },
  splitting: true,
  chunkNames: "chunk-[hash]",
  // Lambda always has environment credentials: the whole provider chain (profiles, SSO, IMDS) stays out.
  plugins: [leanChecks, leanControls, leanSdk, leanYaml, leanBuiltins],
  alias: {
    "@aws-sdk/credential-provider-node": "./lib/aws/environment-credentials.ts",
    // Its modules for Node are CommonJS, of which esbuild keeps everything.
    yaml: "./node_modules/yaml/browser/dist/index.js",
  },
};

export async function buildLambda(outdir = "dist/lambda") {
  await rm(outdir, { recursive: true, force: true });
  const handlers = (await readdir("handlers")).filter((name) => name.endsWith(".ts"));
  const sizes = [];
  for (const file of handlers) {
    const name = basename(file, ".ts");
    const folder = join(outdir, name);
    const { metafile } = await buildHandler(join("handlers", file), folder);
    await minifyFolder(folder);
    await zipFolder(folder, join(outdir, `${name}.zip`));
    sizes.push(await measure(name, folder, metafile));
  }
  return sizes;
}

/** Twice: what the handler loads lazily, and whether it sends XML, is known when it was built once. */
async function buildHandler(entry, outdir) {
  const options = { ...LAMBDA, entryPoints: { index: entry }, metafile: true, outdir };
  const { metafile } = await build({ ...options, write: false });
  const sendsXml = Object.hasOwn(metafile.inputs, "lib/aws/bulk-store.ts");
  const own = [lazyTogether(metafile), ...(sendsXml ? [] : [withoutXmlBodies])];
  return build({ ...options, plugins: [...own, ...LAMBDA.plugins] });
}

/** A module of bench/, as a Lambda would run it. */
export async function buildMeasured(entry, outdir) {
  await build({ ...LAMBDA, entryPoints: { index: entry }, outdir });
  await minifyFolder(outdir);
}

async function buildCli(outdir = "dist/cli") {
  await rm(outdir, { recursive: true, force: true });
  await build({
    ...COMMON,
    entryPoints: { cli: "lib/cli.ts" },
    banner: { js: REQUIRE_BANNER },
    outdir,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    chunkNames: "chunk-[hash]",
  });
}

/** A second pass over what esbuild made: 1 % fewer bytes, and 3 % fewer gzipped. */
async function minifyFolder(folder) {
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    const { code, errors } = await minify(file, await readFile(path, "utf8"), {
      module: true,
      compress: { target: "es2024" },
      mangle: { toplevel: true },
    });
    if (errors.length > 0) throw new Error(`oxc-minify refuses ${file}: ${errors[0].message}`);
    await writeFile(path, code);
  }
}

async function zipFolder(folder, target) {
  const zip = new ZipFile();
  for (const file of (await readdir(folder)).toSorted())
    zip.addFile(join(folder, file), file, { mtime: MTIME, mode: 0o100644 });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
}

/** All of the bundle, and the part that a cold start reads: the entry and what it imports statically. */
async function measure(name, folder, metafile) {
  const sizes = new Map();
  for (const file of await readdir(folder)) {
    const content = await readFile(join(folder, file));
    sizes.set(file, { bytes: content.length, gzipped: gzipSync(content).length });
  }
  return {
    name,
    total: sum([...sizes.values()]),
    start: sum(startFiles(metafile).map((file) => sizes.get(file))),
  };
}

function startFiles({ outputs }) {
  const imports = new Map(
    Object.entries(outputs).map(([path, output]) => [
      basename(path),
      output.imports
        .filter(({ kind, external }) => kind === "import-statement" && !external)
        .map(({ path: to }) => basename(to)),
    ]),
  );
  const reached = new Set(["index.mjs"]);
  for (const file of reached) for (const next of imports.get(file)) reached.add(next);
  return [...reached];
}

function sum(sizes) {
  return {
    bytes: sizes.reduce((bytes, size) => bytes + size.bytes, 0),
    gzipped: sizes.reduce((bytes, size) => bytes + size.gzipped, 0),
  };
}

function toText({ bytes, gzipped }) {
  return `${(bytes / 1024).toFixed(0)} KB, gzipped ${(gzipped / 1024).toFixed(0)} KB`;
}

if (import.meta.main ?? process.argv[1]?.endsWith("build.mjs")) {
  const [, , what, entry, outdir] = process.argv;
  await mkdir("dist", { recursive: true });
  if (what === "measured") await buildMeasured(entry, outdir);
  if (what !== "cli" && what !== "measured")
    for (const { name, total, start } of await buildLambda())
      process.stdout.write(`${name.padEnd(10)} ${toText(start)} at the start; ${toText(total)} in all\n`);
  if (what === undefined || what === "cli") await buildCli();
}
