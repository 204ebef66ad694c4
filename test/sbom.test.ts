// The SBOM against the lockfile and the manifest: everything that is shipped is in it, and nothing else.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

interface Sbom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly { readonly purl: string; readonly hashes?: readonly unknown[] }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(root, name), "utf8"));
}

const sbom = JSON.parse(
  execFileSync(process.execPath, [join(root, "build/sbom.ts")], { encoding: "utf8" }),
) as Sbom;
const manifest = readJson("package.json") as Manifest;
const locked = (readJson("package-lock.json") as { packages: Readonly<Record<string, Locked>> }).packages;
const purls = new Set(sbom.components.map(({ purl }) => decodeURIComponent(purl)));

function toPurl(path: string, { version = "" }: Locked): string {
  return `pkg:npm/${path.replace(/^.*node_modules\//, "")}@${version}`;
}

/** Where Node finds a package that is required at a path of the lockfile: in the nearest node_modules. */
function resolve(from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, "")) {
    const path = `${folder}${folder === "" ? "" : "/"}node_modules/${name}`;
    if (Object.hasOwn(locked, path)) return path;
    if (folder === "") return null;
  }
}

/** What the manifest's dependencies need, and what that needs, by the lockfile alone. */
function collectShipped(from: string, paths: Set<string>): Set<string> {
  const { dependencies, optionalDependencies } = locked[from] ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const path = resolve(from, name);
    if (path === null || paths.has(path)) continue;
    collectShipped(path, paths.add(path));
  }
  return paths;
}

test("every package that is shipped is in the SBOM, with its hash, and no other", () => {
  const shipped = [...collectShipped("", new Set())].map((path) => toPurl(path, locked[path] ?? {}));
  assert.ok(shipped.length > Object.keys(manifest.dependencies).length);
  assert.deepEqual([...purls].toSorted(), [...new Set(shipped)].toSorted());
  assert.deepEqual(
    sbom.components.filter(({ hashes }) => (hashes ?? []).length === 0).map(({ purl }) => purl),
    [],
  );
});

test("every dependency of the manifest is in the SBOM, and no tool of development", () => {
  for (const [name, version] of Object.entries(manifest.dependencies))
    assert.ok(purls.has(`pkg:npm/${name}@${version}`), name);
  for (const name of ["typescript", "oxlint", "fast-check", "osls", "playwright-core"]) {
    assert.ok(Object.hasOwn(manifest.devDependencies, name), name);
    assert.equal(
      [...purls].some((purl) => purl.startsWith(`pkg:npm/${name}@`)),
      false,
      name,
    );
  }
});

test("the SBOM is CycloneDX and of this product", () => {
  assert.equal(sbom.bomFormat, "CycloneDX");
  const { name, version } = sbom.metadata.component;
  assert.deepEqual([name, version], ["ringfence", manifest.version]);
  const own = sbom.dependencies.find(({ ref }) => ref === `ringfence@${version}`);
  for (const dependency of Object.keys(manifest.dependencies))
    assert.ok(
      own?.dependsOn.some((ref) => ref.startsWith(`${dependency}@`)),
      dependency,
    );
});
