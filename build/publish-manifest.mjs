// `npm pack` and `npm publish` run this before and after: the package carries a bundle, so its manifest names no
// dependency, and above all not the pinned Node, which would be 190 MB on every machine that installs it.
// Usage: node build/publish-manifest.mjs strip|restore

import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const MANIFEST = "package.json";
const KEPT = ".package.json.kept";
const NOT_PUBLISHED = new Set([
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "scripts",
  "overrides",
  "allowScripts",
]);

if (process.argv[2] === "strip") strip();
else if (process.argv[2] === "restore") restore();
else throw new Error("Usage: node build/publish-manifest.mjs strip|restore");

function strip() {
  if (!existsSync(KEPT)) copyFileSync(MANIFEST, KEPT);
  const manifest = JSON.parse(readFileSync(KEPT, "utf8"));
  const published = Object.fromEntries(Object.entries(manifest).filter(([key]) => !NOT_PUBLISHED.has(key)));
  writeFileSync(MANIFEST, `${JSON.stringify(published, null, 2)}\n`);
}

function restore() {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}
