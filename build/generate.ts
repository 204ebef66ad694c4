// `npm run generate` writes what is made from code: the JSON Schemas. With --check it writes nothing and fails
// where a committed file is stale.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toSchemaFiles } from "./schema-files.ts";

const folder = join(import.meta.dirname, "..", "schemas");
const isCheck = process.argv.includes("--check");

mkdirSync(folder, { recursive: true });
for (const [name, text] of toSchemaFiles()) {
  const path = join(folder, name);
  if (!isCheck) writeFileSync(path, text);
  else if (readIfPresent(path) !== text) {
    console.error(`schemas/${name} is stale: run npm run generate`);
    process.exitCode = 1;
  }
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
