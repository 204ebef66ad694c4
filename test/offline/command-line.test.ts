// The command as a process: arguments, standard input and exit codes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { toList } from "./evaluate-text.ts";
import { deployment, policy } from "./objects.ts";

const ROOT = join(import.meta.dirname, "../..");
const OPEN = toList([deployment("web"), policy("open", { podSelector: {}, ingress: [{}] })]);

function ringfence(
  args: readonly string[],
  input = "",
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, "bin/ringfence.mjs"), "evaluate", ...args], {
    cwd: ROOT,
    input,
    encoding: "utf8",
  });
}

test("manifests from a pipe, questions on the command line, the answer as text", () => {
  const probe = ["external -> default/deployment/web:80/TCP", "default/deployment/web -> external:443/TCP"];
  const { status, stdout, stderr } = ringfence(
    [
      "--probe",
      ...probe,
      "--who-can-reach",
      "default/deployment/web:80/TCP",
      "--manifests",
      "-",
      "--exit-zero",
    ],
    OPEN,
  );
  assert.equal(status, 0);
  assert.equal(stderr, "");
  assert.match(stdout, /allowed +external -> default\/deployment\/web:80\/TCP/);
  assert.match(stdout, /allowed +default\/deployment\/web -> external:443\/TCP/);
});

test("exit codes", () => {
  assert.equal(ringfence(["--manifests", "-", "--fail-on", "medium"], OPEN).status, 1);
  assert.equal(ringfence(["--manifests", "-", "--fail-on", "none"], OPEN).status, 0);
  assert.equal(ringfence(["--manifests", "-", "--fail-on", "medium"], `${OPEN}\n---\nnonsense`).status, 3);
});

for (const [args, message] of [
  [[], /--manifests/],
  [["--manifests", "does-not-exist.yaml"], /no such file/],
  [["--manifests", "-"], /no Kubernetes object/],
  [["--manifests", "-", "--probe", "nonsense"], /FROM -> TO:PORT\/PROTOCOL/],
] as const)
  test(`a mistake on the command line is told without a stack: ${args.join(" ")}`, () => {
    const { status, stdout, stderr } = ringfence(args);
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
