// `npm run generate` writes what is made from code: the JSON Schemas, docs/controls.md, docs/configuration.md,
// docs/permissions.md, the README's table, the HTML report's style and script and what is known of each control.
// With --check it writes nothing and fails where a committed file is stale.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toConfigurationDocs } from "./configuration-docs.ts";
import { toControlDocs, withControlTable } from "./control-docs.ts";
import { toHtmlAssets } from "./html-assets.ts";
import { toKnownControls } from "./known-controls.ts";
import { toPermissionDocs } from "./permission-docs.ts";
import { toSchemaFiles } from "./schema-files.ts";

const root = join(import.meta.dirname, "..");
const isCheck = process.argv.includes("--check");

const files = new Map([
  ...[...toSchemaFiles()].map(([name, text]) => [`schemas/${name}`, text] as const),
  ["docs/controls.md", toControlDocs()] as const,
  ["docs/configuration.md", toConfigurationDocs()] as const,
  ["docs/permissions.md", toPermissionDocs()] as const,
  ["lib/controls/known-controls.ts", toKnownControls()] as const,
  ["lib/report/html-assets.ts", await toHtmlAssets()] as const,
  ["README.md", withControlTable(readIfPresent("README.md") ?? "")] as const,
]);

for (const [name, text] of files) {
  if (!isCheck) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  } else if (readIfPresent(name) !== text) {
    console.error(`${name} is stale: run npm run generate`);
    process.exitCode = 1;
  }
}

function readIfPresent(name: string): string | null {
  try {
    return readFileSync(join(root, name), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
