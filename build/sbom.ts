// Prints what is shipped as a CycloneDX SBOM, made by npm from the lockfile. Usage: npm run --silent sbom > sbom.json
// Not `npm sbom --omit=dev`: that leaves out whatever a development package uses too, such as the S3 client.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";

const root = join(import.meta.dirname, "..");

const Flag = v.optional(v.boolean(), false);
const Manifest = v.looseObject({ name: v.string() });
const Lockfile = v.looseObject({
  packages: v.record(v.string(), v.looseObject({ dev: Flag, devOptional: Flag })),
});

/** As if there were no development packages: npm then describes all that it finds. */
function writeShipped(folder: string): void {
  const manifest = v.parse(Manifest, readJson("package.json"));
  const lockfile = v.parse(Lockfile, readJson("package-lock.json"));
  const packages = Object.entries(lockfile.packages)
    .filter(([, { dev, devOptional }]) => !dev && !devOptional)
    .map(([path, entry]) => [path, { ...entry, devDependencies: undefined }]);
  writeJson(join(folder, "package.json"), { ...manifest, devDependencies: undefined });
  writeJson(join(folder, "package-lock.json"), { ...lockfile, packages: Object.fromEntries(packages) });
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(root, name), "utf8"));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value));
}

const parent = mkdtempSync(join(tmpdir(), "ringfence-sbom-"));
try {
  // npm calls the product as its folder is called.
  const folder = join(parent, "ringfence");
  mkdirSync(folder);
  writeShipped(folder);
  const command = ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--sbom-type", "application"];
  process.stdout.write(execFileSync("npm", command, { cwd: folder }));
} finally {
  rmSync(parent, { recursive: true, force: true });
}
