// pflag's reading of booleans and texts, with the words that people really write.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readBoolFlag, readTextFlag } from "../../lib/enforcement/agent-flag.ts";
import type { FlagValue } from "../../lib/enforcement/agent-flag.ts";
import type { Container } from "../../lib/model/kubernetes.ts";
import { container } from "./facts.ts";

const NAME = "enable-network-policy";

const CASES: readonly { words: readonly string[]; expected: FlagValue; env?: Container["env"] }[] = [
  ...["1", "t", "T", "TRUE", "true", "True"].map((text) => ({
    words: [`--${NAME}=${text}`],
    expected: true,
  })),
  ...["0", "f", "F", "FALSE", "false", "False"].map((text) => ({
    words: [`--${NAME}=${text}`],
    expected: false,
  })),
  { words: [`--${NAME}`], expected: true },
  { words: [`--${NAME}`, "false"], expected: true },
  { words: [], expected: "absent" },
  { words: ["--enable-ipv6=true"], expected: "absent" },
  { words: [`--${NAME}-logs=true`], expected: "absent" },
  { words: [`--${NAME}=tRuE`], expected: "invalid" },
  { words: [`--${NAME}=yes`], expected: "invalid" },
  { words: [`--${NAME}=`], expected: "invalid" },
  { words: [`--${NAME}=yes`, `--${NAME}=true`], expected: "invalid" },
  { words: [`--${NAME}=true`, `--${NAME}=false`], expected: false },
  { words: [`--${NAME}=false`, `--${NAME}`], expected: true },
  { words: ["--", `--${NAME}=true`], expected: "absent" },
  { words: [`exec /controller --${NAME}=true`], expected: "undecided" },
  { words: [`--${NAME}=$(NP)`], expected: "undecided" },
  { words: [`--${NAME}=$(NP)`], env: { NP: null }, expected: "undecided" },
  { words: [`--${NAME}=$(NP)`], env: { NP: "true" }, expected: true },
  { words: [`--${NAME}=$(NP)`], env: { NP: "off" }, expected: "invalid" },
  { words: [`--${NAME}=$(A)$(B)`], env: { A: "t", B: "rue" }, expected: "undecided" },
];

for (const { words, expected, env = {} } of CASES) {
  const shown = `${words.join(" ") || "(nothing)"} ${JSON.stringify(env)}`;
  test(`${shown} is ${String(expected)}`, () => {
    assert.equal(readBoolFlag(container("agent", "agent", { args: words, env }), NAME), expected);
    assert.equal(
      readBoolFlag(container("agent", "agent", { command: ["/agent", ...words], env }), NAME),
      expected,
    );
  });
}

test("an argument wins over the command, because it comes later", () => {
  const both = container("agent", "agent", {
    command: ["/agent", `--${NAME}=true`],
    args: [`--${NAME}=false`],
  });
  assert.equal(readBoolFlag(both, NAME), false);
});

test("a text flag takes the next word", () => {
  const read = (...args: string[]) => readTextFlag(container("agent", "agent", { args }), "enable-policy");
  assert.equal(read("--enable-policy", "never"), "never");
  assert.equal(read("--enable-policy=always", "--debug"), "always");
  assert.equal(read("--enable-policy", "--debug"), "");
  assert.equal(read("--debug"), undefined);
  assert.equal(read("--enable-policy=$(MODE)"), null);
});
