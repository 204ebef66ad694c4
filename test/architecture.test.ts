// The house rules that a machine can check: who may import whom, file names, sizes, and where I/O lives.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

function sourceFiles(folder: string, ending = /\.ts$/): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))
    .toSorted();
}

const STATIC = /^\s*(?:import|export)\s+(type\s+)?[^;]*?from\s+"([^"]+)"/gm;
const BARE = /^\s*import\s+"([^"]+)"/gm;
const LAZY = /\bimport\(\s*"([^"]+)"\s*\)/g;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const resolve = (to: string): string => (to.startsWith(".") ? normalize(join(dirname(file), to)) : to);
  return [
    ...[...text.matchAll(STATIC)].map(([statement, type, to = ""]) => ({
      from: file,
      to: resolve(to),
      // `import { type A, type B }` is a type import too: nothing of it is left at run time.
      typeOnly: type !== undefined || isTypeOnlyList(statement),
      lazy: false,
    })),
    ...[...text.matchAll(BARE)].map(([, to = ""]) => ({
      from: file,
      to: resolve(to),
      typeOnly: false,
      lazy: false,
    })),
    ...[...text.matchAll(LAZY)].map(([, to = ""]) => ({
      from: file,
      to: resolve(to),
      typeOnly: false,
      lazy: true,
    })),
  ];
}

function isTypeOnlyList(statement: string): boolean {
  const list = /\{([^}]*)\}/.exec(statement)?.[1];
  if (list === undefined) return false;
  const names = list.split(",").map((name) => name.trim());
  return names.every((name) => name === "" || name.startsWith("type "));
}

const libFiles = sourceFiles("lib");
const handlerFiles = sourceFiles("handlers");

/** Layer → the layers under lib/ that it may import. Types of PORTS are allowed besides. */
const ALLOWED: Record<string, readonly string[]> = {
  model: [],
  netpol: ["model"],
  enforcement: ["model"],
  remediation: ["model", "netpol", "enforcement"],
  controls: ["model", "netpol", "enforcement", "remediation"],
  scan: ["model", "controls", "netpol", "enforcement"],
  aws: ["model"],
  kubernetes: ["model"],
  offline: ["model", "kubernetes", "netpol"],
  spoke: ["model", "kubernetes", "scan"],
  preflight: ["model", "scan", "kubernetes", "remediation"],
  sinks: ["model"],
  report: ["model"],
  estimate: ["model"],
  config: ["model"],
};

/** What the scan asks of the outside world: their types are for whoever answers. */
const PORTS = new Set(["lib/scan/sources.ts", "lib/scan/probe-sources.ts"]);

/** Pure single files at the top of lib/ that any layer may use. */
const SHARED = new Set([
  "lib/glob.ts",
  "lib/nearest.ts",
  "lib/events.ts",
  "lib/run-objects.ts",
  "lib/parse-input.ts",
  "lib/unclosed-yaml.ts",
]);

function layerOf(file: string): string | null {
  return /^lib\/([^/]+)\//.exec(file)?.[1] ?? null;
}

test("a layer imports only the layers below it", () => {
  const broken = libFiles.flatMap(importsOf).filter(({ from, to, typeOnly }) => {
    const [layer, target] = [layerOf(from), layerOf(to)];
    if (layer === null || !(layer in ALLOWED) || !to.startsWith("lib/")) return false;
    if (target === layer || SHARED.has(to)) return false;
    if (PORTS.has(to)) return !typeOnly;
    return target === null || !ALLOWED[layer]?.includes(target);
  });
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test("what is wired does not know who wires it, not even by a type", () => {
  const wires = (layer: string | null): boolean => layer === "compose" || layer === "commands";
  const broken = libFiles
    .flatMap(importsOf)
    .filter(({ from, to }) => layerOf(from) !== null && !wires(layerOf(from)) && wires(layerOf(to)));
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test("only lib/aws imports the AWS SDK, and only lib/kubernetes imports the Kubernetes client", () => {
  const broken = [...libFiles, ...handlerFiles].flatMap(importsOf).filter(({ from, to, typeOnly }) => {
    if (to.startsWith("@aws-sdk/") || to.startsWith("@smithy/")) return layerOf(from) !== "aws";
    if (to.startsWith("@kubernetes/")) return layerOf(from) !== "kubernetes" && !typeOnly;
    return false;
  });
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test("the product reaches the emulator only through the lazy import of the demo command", () => {
  const broken = [...libFiles, ...handlerFiles]
    .flatMap(importsOf)
    .filter(({ from, to, lazy }) => to.startsWith("emulator/") && !(lazy && from === "lib/commands/demo.ts"));
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test("pure layers do no I/O", () => {
  const pure = new Set(["model", "netpol", "enforcement", "remediation", "controls", "report", "estimate"]);
  const io = /^node:(fs|http|https|net|tls|child_process|worker_threads|dgram|dns)/;
  const broken = libFiles
    .filter((file) => pure.has(layerOf(file) ?? ""))
    .flatMap(importsOf)
    .filter(({ to }) => io.test(to));
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

/** The npm packages that a layer may use at run time; the SDK and the cluster's client have their own test. */
const PACKAGES: Record<string, readonly string[]> = {
  model: [],
  netpol: [],
  enforcement: ["yaml"],
  remediation: ["yaml"],
  controls: [],
  preflight: ["p-limit"],
  scan: ["p-limit", "valibot"],
  offline: ["yaml"],
  spoke: ["p-limit", "valibot"],
  sinks: [],
  report: ["valibot"],
  estimate: [],
  config: ["valibot", "yaml"],
};

test("a layer uses no package but its own few", () => {
  const broken = libFiles.flatMap(importsOf).filter(({ from, to, typeOnly }) => {
    const allowed = PACKAGES[layerOf(from) ?? ""];
    if (allowed === undefined || typeOnly || to.startsWith("node:")) return false;
    return !/^(lib|emulator)\//.test(to) && !allowed.includes(to);
  });
  assert.deepEqual(
    broken.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test("only cli.ts writes to the console or sets the exit code; a function's log takes its metrics", () => {
  const writes = /\bconsole\.|process\.(stdout|stderr)\.write|process\.exit(Code)?\b/;
  const broken = [...libFiles, ...handlerFiles]
    .filter((file) => file !== "lib/cli.ts" && file !== "lib/run-metrics.ts")
    .filter((file) => writes.test(withoutComments(readFileSync(join(root, file), "utf8"))));
  assert.deepEqual(broken, []);
});

test("lib/scan has one try, in observe.ts", () => {
  const tries = libFiles
    .filter((file) => layerOf(file) === "scan")
    .filter((file) => /\btry\s*\{|\.catch\(/.test(withoutComments(readFileSync(join(root, file), "utf8"))));
  assert.deepEqual(tries, ["lib/scan/observe.ts"]);
});

test("file names are kebab-case and say what is in the file", () => {
  const banned = new Set([
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "service",
    "base",
    "types",
  ]);
  const broken = [...libFiles, ...handlerFiles, ...sourceFiles("emulator")].filter((file) => {
    const name = file.split("/").at(-1)?.replace(/\.ts$/, "") ?? "";
    return banned.has(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  });
  assert.deepEqual(broken, []);
});

function lines(file: string): number {
  return readFileSync(join(root, file), "utf8").trimEnd().split("\n").length;
}

/** Its lines are the bundler's. */
const GENERATED = new Set(["lib/report/html-assets.ts"]);

test("a file has at most 250 lines", () => {
  const long = [...libFiles, ...handlerFiles, ...sourceFiles("emulator"), ...sourceFiles("build")]
    .filter((file) => !GENERATED.has(file))
    .filter((file) => lines(file) > 250);
  assert.deepEqual(long, []);
});

test("a handler is at most 40 lines, a control at most 100", () => {
  assert.deepEqual(
    handlerFiles.filter((file) => lines(file) > 40),
    [],
  );
  assert.deepEqual(
    libFiles.filter((file) => /controls\/netpol-\d+\.ts$/.test(file) && lines(file) > 100),
    [],
  );
});

/** Called from outside: by Lambda, by bin/ringfence.mjs, by Stryker, by npm. */
const CALLED_FROM_OUTSIDE = new Set([
  ...handlerFiles,
  "lib/cli.ts",
  "bench/mutation/in-process-runner.ts",
  "build.mjs",
]);

const EXPORTED = /^export (?:async |abstract )?(?:function\*?|const|let|class) (\w+)/gm;

test("what a file exports at run time is used by another file", () => {
  const folders = ["lib", "handlers", "emulator", "build", "bench", "test"];
  const files = ["build.mjs", ...folders.flatMap((folder) => sourceFiles(folder, /\.(ts|mjs)$/))];
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const importers = Map.groupBy(files.flatMap(importsOf), ({ to }) => to);
  const unused = [...texts]
    .filter(([file]) => !CALLED_FROM_OUTSIDE.has(file))
    .flatMap(([file, text]) => {
      const users = (importers.get(file) ?? []).map(({ from }) => texts.get(from) ?? "");
      return [...text.matchAll(EXPORTED)]
        .filter(([, name = ""]) => !users.some((user) => isUsed(name, file, user)))
        .map(([, name = ""]) => `${file}: ${name}`);
    });
  assert.deepEqual(unused, []);
});

/** By its name, or as one of all that the file has. */
function isUsed(name: string, file: string, user: string): boolean {
  const everything = new RegExp(`import \\* as \\w+ from "[^"]*/${basename(file)}"`);
  return new RegExp(`\\b${name}\\b`).test(user) || everything.test(user);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
