// Finds a kube-apiserver and an etcd that nobody here wrote: in KUBEBUILDER_ASSETS, in the cache, or built once by
// Go from the published modules that build/go.mod pins. Says loudly why, where it has neither.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const BUILD = join(import.meta.dirname, "build");
const PACKAGES = {
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  etcd: "go.etcd.io/etcd/server/v3",
} as const;
/** 4 minutes on two busy cores (2026-11), and Go fetches 200 MB of modules before that. */
const BUILD_LIMIT_MS = 10 * 60_000;

const execute = promisify(execFile);

export interface ServerBinaries {
  readonly apiServer: string;
  readonly etcd: string;
  /** `v1.36.3`, as `kube-apiserver --version` says. */
  readonly version: string;
}

/** A text says why there are none. */
export async function findBinaries(): Promise<ServerBinaries | string> {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets !== undefined) return openFolder(assets);
  const cache = await cacheFolder();
  if (!hasBinaries(cache)) {
    const problem = await build(cache);
    if (problem !== null) return problem;
  }
  return openFolder(cache);
}

async function openFolder(folder: string): Promise<ServerBinaries | string> {
  if (!hasBinaries(folder)) return `SKIPPED: ${folder} has no kube-apiserver and etcd`;
  const apiServer = join(folder, "kube-apiserver");
  const { stdout } = await execute(apiServer, ["--version"]);
  return {
    apiServer,
    etcd: join(folder, "etcd"),
    version: /v\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? "unknown",
  };
}

function hasBinaries(folder: string): boolean {
  return Object.keys(PACKAGES).every((name) => existsSync(join(folder, name)));
}

/** Outside the checkout, one folder for each set of pinned modules. */
async function cacheFolder(): Promise<string> {
  const pins = createHash("sha256")
    .update(await readFile(join(BUILD, "go.sum")))
    .digest("hex");
  const caches = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(caches, "ringfence", `kube-apiserver-${pins.slice(0, 16)}`);
}

async function build(folder: string): Promise<string | null> {
  const hasGo = await execute("go", ["version"]).then(
    () => true,
    () => false,
  );
  if (!hasGo) return "SKIPPED: no real kube-apiserver: set KUBEBUILDER_ASSETS, or install Go to build one";
  console.warn("Building kube-apiserver and etcd with Go, once; this takes some minutes.");
  await mkdir(folder, { recursive: true });
  const pins = await readFile(join(BUILD, "go.mod"), "utf8");
  const version = /k8s\.io\/kubernetes (v\S+)/.exec(pins)?.[1] ?? "";
  for (const [name, path] of Object.entries(PACKAGES)) {
    const target = join(folder, name);
    const flags = `-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
    const args = ["build", "-trimpath", flags, "-o", `${target}.new`, path];
    const problem = await execute("go", args, { cwd: BUILD, timeout: BUILD_LIMIT_MS }).then(
      () => null,
      (error: unknown) => `SKIPPED: Go could not build ${name}: ${String(error).slice(0, 2_000)}`,
    );
    if (problem !== null) return problem;
    await rename(`${target}.new`, target);
  }
  return null;
}
