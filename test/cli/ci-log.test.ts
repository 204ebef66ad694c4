// The console as the log of a CI job: its runner obeys commands in it, and a manifest or a cluster may hold some. Ours
// passes none on, whatever the format, and JSON still says the same.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toLogText } from "../../lib/report/log-text.ts";
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const COMMANDS = ["::error::owned", "##[add-mask]owned", "##vso[task.setvariable]owned"];

/** Of words that each begin a command, so that wherever a line is wrapped, one may stand at its start. */
const TEXT = Array.from({ length: 20 }, () => COMMANDS.join(" ")).join(" ");

const NAMESPACE = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: "shop",
    annotations: { "ringfence.dev/exempt": TEXT, "ringfence.dev/until": TEXT, "ringfence.dev/owner": TEXT },
  },
};
const PODS = COMMANDS.map((command) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: command, namespace: "shop", labels: { app: command } },
  spec: { containers: [{ name: "m", image: TEXT }] },
}));

/** actions/runner, ActionCommand.TryParseV2 and TryParse; azure-pipelines-agent and TeamCity look as the latter. */
function isObeyed(line: string): boolean {
  return line.trimStart().startsWith("::") || /##\w*\[/.test(line);
}

const EVALUATE = ["evaluate", "--verbose"];

test("no line of any output is a command to the runner of a CI job", async () => {
  const folder = makeFolder();
  const file = join(folder, "::error::owned ##[error]owned.yaml");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: [NAMESPACE, ...PODS] }));
  for (const format of ["text", "json", "markdown", "csv", "sarif"]) {
    const { stdout, stderr } = await run([...EVALUATE, `--format=${format}`, "--manifests", file]);
    assert.ok(`${stdout}${stderr}`.includes("owned"), format);
    assert.deepEqual(`${stdout}\n${stderr}`.split("\n").filter(isObeyed), [], format);
    if (format === "json") {
      const { findings } = JSON.parse(stdout) as Report;
      assert.ok(findings.some(({ because }) => because.includes("##[add-mask]owned")));
    }
  }
  const report = join(folder, "report.txt");
  await run([...EVALUATE, `--output=${report}`, "--manifests", file]);
  const written = readFileSync(report, "utf8");
  assert.match(written, /owned/);
  assert.deepEqual(written.split("\n").filter(isObeyed), []);
  const { stderr } = await run([...EVALUATE, "--manifests", "absent\n::error::owned"]);
  assert.match(stderr, /owned/);
  assert.deepEqual(stderr.split("\n").filter(isObeyed), []);
});

test("white space before a command does not hide it, and other text stays as it is", () => {
  for (const start of ["", " ", "\t", "\u00a0", "\u3000", "fine\n  "])
    assert.ok(!toLogText(`${start}::warning::x`).split("\n").some(isObeyed), JSON.stringify(start));
  const plain = "a ::b:: c\n# heading\n## heading [x]\nhttp://[::1]/ #[1] fd00::1\n";
  assert.equal(toLogText(plain), plain);
});
