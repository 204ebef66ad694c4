import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toKnownControls } from "../../build/known-controls.ts";

test("known-controls.ts is what npm run generate makes of the controls", () => {
  const path = join(import.meta.dirname, "..", "..", "lib", "controls", "known-controls.ts");
  assert.equal(readFileSync(path, "utf8"), toKnownControls());
});
