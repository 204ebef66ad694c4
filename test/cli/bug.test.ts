// A mistake of our own: told apart from every answer by its exit code, with its stack and what to do with it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { explainBug } from "../../lib/commands/explain-bug.ts";
import { EXIT } from "../../lib/commands/exit-code.ts";
import { run } from "./run-ringfence.ts";

/** Breaks the process that is started, before the command line is read. */
function sabotage(code: string): { readonly environment: Readonly<Record<string, string>> } {
  return { environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` } };
}

const REPORT_IT = /this is a bug of Ringfence[^]*Please report it/;

test("70 is no other answer", () => {
  const codes = Object.values(EXIT);
  assert.equal(EXIT.bug, 70);
  assert.equal(new Set(codes).size, codes.length);
});

test("a bug in a command exits 70, with the stack and the request to report it", async () => {
  const broken = sabotage(
    "const {stringify} = JSON; JSON.stringify = (value, ...rest) => { if (Array.isArray(value) && value[0]?.rationale) throw new TypeError('boom'); return stringify(value, ...rest); }",
  );
  const { exitCode, stdout, stderr } = await run(["controls", "--format", "json"], broken);
  assert.deepEqual([exitCode, stdout], [70, ""]);
  assert.match(stderr, /^TypeError: boom\n {4}at /);
  assert.match(stderr, REPORT_IT);
});

test("a bug outside of every command exits 70, too", async () => {
  const broken = sabotage(
    "process.on('newListener', (name) => { if (name === 'uncaughtException') queueMicrotask(() => { throw new RangeError('later'); }); })",
  );
  const { exitCode, stderr } = await run(["controls"], broken);
  assert.equal(exitCode, 70);
  assert.match(stderr, /^RangeError: later/);
  assert.match(stderr, REPORT_IT);
});

test("the text of an AWS answer is not repeated: that of a bad signature quotes the session token", () => {
  const error = Object.assign(new Error("token IQoJb3JpZ2lu"), { name: "Odd", $metadata: {} });
  const text = explainBug(error);
  assert.match(text, /^Odd /);
  assert.doesNotMatch(text, /IQoJ/);
});

test("what is thrown and is no error is shown as it is", () => {
  assert.match(explainBug("strange"), /^strange\n\nringfence: this is a bug/);
});
