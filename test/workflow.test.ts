// The hosted workflow's part in the supply chain: foreign actions by commit, few permissions, audit and SBOM.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const folder = join(import.meta.dirname, "../.github/workflows");
const workflows = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));

test("every action is pinned by its commit, with the version beside it", () => {
  const uses = workflows.flatMap((text) => text.match(/^.*\buses:.*$/gm) ?? []);
  assert.ok(uses.length > 0);
  for (const line of uses) assert.match(line, /uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("a workflow may read the repository and nothing else", () => {
  for (const text of workflows) {
    assert.match(text, /^permissions:\n  contents: read\n(?! )/m);
    assert.doesNotMatch(text, /: write\b|secrets\.|pull_request_target/);
  }
});

test("dependencies are audited each day, because an advisory needs no commit of ours", () => {
  const audit = workflows.find((text) => text.includes("npm audit"));
  assert.match(audit ?? "", /^  schedule:\n    - cron: "\d+ \d+ \* \* \*"$/m);
  assert.doesNotMatch(audit ?? "", /npm test|\.ci\/run/, "and no slow or failing suite stands before it");
});

test("the SBOM is kept", () => {
  const all = workflows.join("\n");
  assert.match(all, /npm run --silent sbom > (\S+)\n[\s\S]*actions\/upload-artifact@[\s\S]*path: \1\n/);
});
