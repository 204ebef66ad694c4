// The lockfile is one that `npm ci` accepts on every machine: complete for all platforms, exact, and free of addresses.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", name), "utf8"));
const { packages } = read("package-lock.json") as { packages: Readonly<Record<string, Locked>> };

test("every optional package of another platform is locked, too (npm ci refuses a lockfile without it)", () => {
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in packages || `${place}/node_modules/${name}` in packages))
      .map((name) => `${place} → ${name}`),
  );
  assert.deepEqual(missing, []);
});

test("every locked package has its integrity, and none names a registry", () => {
  const installed = Object.entries(packages).filter(([place]) => place !== "");
  assert.deepEqual(
    installed.filter(([, { integrity }]) => integrity === undefined).map(([place]) => place),
    [],
  );
  assert.deepEqual(
    installed.filter(([, { resolved }]) => resolved !== undefined).map(([place]) => place),
    [],
  );
});

test("our own dependencies are exact", () => {
  const own = packages[""] ?? {};
  const wanted = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies };
  assert.ok(Object.keys(wanted).length > 0);
  assert.deepEqual(
    Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  );
});

test("no package's install script may run, and none is named that has none", () => {
  const { allowScripts } = read("package.json") as { allowScripts: Readonly<Record<string, boolean>> };
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const denied = scripted.map(([place]) => [place.replace(/^.*node_modules\//, ""), false] as const);
  assert.deepEqual(allowScripts, Object.fromEntries(denied));
});
