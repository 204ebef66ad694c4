// The command line told right and told wrong: help and version everywhere, and one clear message with exit 2.

import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createProgram } from "../../lib/cli.ts";
import { controls } from "../../lib/controls/index.ts";
import { makeFolder, ROOT, run, start } from "./run-ringfence.ts";

const folder = makeFolder();

function writeConfiguration(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  assert.ok(typeof manifest === "object" && manifest !== null && "version" in manifest);
  return String(manifest.version);
}

describe("help and version, on standard output, with exit 0", { concurrency: 4 }, () => {
  for (const command of [[], ["scan"], ["demo"], ["controls"], ["explain"]])
    test(`ringfence ${[...command, "--help"].join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await run([...command, "--help"]);
      assert.deepEqual([exitCode, stderr], [0, ""]);
      assert.match(stdout, new RegExp(`^Usage: ${["ringfence", ...command].join(" ")}`));
    });

  for (const command of [[], ["scan"], ["explain"]])
    test(`ringfence ${[...command, "--version"].join(" ")}`, async () => {
      const { exitCode, stdout } = await run([...command, "--version"]);
      assert.deepEqual([exitCode, stdout], [0, `${readVersion()}\n`]);
    });
});

test("the demo's help and completion offer no --config, which it refuses", async () => {
  const [{ stdout: help }, { stdout: script }, { exitCode, stderr }] = await Promise.all([
    run(["demo", "--help"]),
    run(["completion", "bash"]),
    run(["demo", "--config", "x.yaml"]),
  ]);
  assert.doesNotMatch(help, /--config/);
  assert.match(script, /^ +demo\) words='--format /m);
  assert.equal(exitCode, 2);
  assert.match(stderr, /the demo brings its own configuration/);
});

const TOLD_WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [[], /^Usage: ringfence/],
  [["scn"], /unknown command 'scn'\n\(Did you mean scan\?\)/],
  [["scan", "--acounts", "111111111111"], /unknown option '--acounts'\n\(Did you mean --accounts\?\)/],
  [["demo", "--fail-on", "sometimes"], /'sometimes' is invalid\. Allowed choices are critical, high,/],
  [["scan", "--format", "xml"], /'xml' is invalid\. Allowed choices are text, json/],
  [["scan", "--concurrency", "0"], /'0' is invalid\. Give a whole number from 1 on/],
  ...["", " 3", "-1", "1.5", "1e3", "0x10", "NaN", "Infinity", "1e21"].map(
    (text): (typeof TOLD_WRONG)[number] => [
      ["estimate", `--clusters=${text}`],
      /'--clusters <n>' argument '.*' is invalid\. Give a whole number from 1 to 1,000,000\./,
    ],
  ),
  [["estimate", "--clusters", "1000001"], /Give a whole number from 1 to 1,000,000\./],
  [["estimate", "--clusters", "1", "--namespaces", "100001"], /from 1 to 100,000\./],
  [["estimate", "--clusters", "1", "--accounts", "50001"], /from 1 to 50,000\./],
  [["estimate", "--clusters", "1", "--regions", "51"], /from 1 to 50\./],
  [["estimate", "--clusters", "1", "--runs-per-day", "1441"], /from 1 to 1,440\./],
  [["estimate", "--clusters", "1", "--chunk-seconds", "901"], /from 1 to 900\./],
  [
    ["estimate", "--clusters", "1", "--concurrency", "201"],
    /--concurrency\n +seen: +the number 201\n.*1 to 200/,
  ],
  ...["", "-0.1", "1.01", "NaN", "1e-1", "0x1"].map((text): (typeof TOLD_WRONG)[number] => [
    ["estimate", "--clusters", "1", `--open-share=${text}`],
    /'--open-share <share>' argument '.*' is invalid\. Give a number from 0 to 1, such as 0\.25\./,
  ]),
  [["scan", "--accounts", ","], /Give at least one/],
  [
    ["scan", "--accounts", "111122223333,12", "--regions", "eu-central", "--concurrency", "201"],
    /the command line has 3 problems:.*--accounts\[1\]\n +seen: +"12"\n.*--regions\[0\].*--concurrency/s,
  ],
  [["doctor", "--deployment", "a:b"], /Name it as <service>-<stage>, such as ringfence-prod/],
  // One list, not the last of two.
  [["doctor", "--accounts", "12", "--accounts", "34"], /--accounts\[0\]\n +seen: +"12".*--accounts\[1\]/s],
  [["evaluate", "--manifests", ""], /argument '' is invalid\. Name a file or folder/],
  [["diff", "", "b.json"], /argument 'report-a'\. Name a file or folder/],
  [
    ["explain", "shop/web", "--report", "/dev/null"],
    /--report \/dev\/null is not a report .*: it is empty\./,
  ],
  [["evaluate", "--manifests", ROOT, "--probes", "/dev/null"], /\/dev\/null\n +seen: +no probe at all/],
  [["evaluate", "--manifests", "-"], /There is no Kubernetes object in standard input, so/],
  [["doctor", "--regions", "mars"], /--regions\[0\]\n +seen: +"mars"\n +allowed: +an AWS Region/],
  [["scan", "--accounts"], /'--accounts <ids>' argument missing/],
  [["scan", "everything"], /too many arguments/],
  [["scan", "--output", ""], /'--output <file>' argument '' is invalid\. Name a file or folder/],
  [["scan", "--config", ""], /'--config <file>' argument '' is invalid\. Name a file or folder/],
  [["scan", "--kubeconfig", " "], /'--kubeconfig <file>' argument ' ' is invalid\. Name a file or folder/],
  [["fix", "--cluster", "shop", "--output", ""], /'--output <folder>' argument '' is invalid/],
  [["init", "--this-account", "--output", ""], /'--output <folder>' argument '' is invalid/],
  [["scan", "--context", "prod"], /--context goes with --kubeconfig/],
  [["scan", "--kubeconfig", "x", "--publish"], /leave out --publish/],
  [
    ["scan", "--config", "missing.yaml"],
    /missing\.yaml cannot be read: there is no such file or folder \(ENOENT\)\. .*ringfence init/,
  ],
  [["demo", "--world", "__proto__"], /there is no world "__proto__"\. There are: demo, /],
  [["explain"], /missing required argument 'ids'/],
  [["explain", "nonsense"], /There is no control "nonsense"\. Known ids: NETPOL\.1, NETPOL\.2/],
];

test("help says what each argument and each option of a command is", () => {
  const { commands } = createProgram(new AbortController().signal);
  const unsaid = commands.flatMap((command) => {
    const told = [
      ...command.registeredArguments.map((argument) => ({
        name: argument.name(),
        description: argument.description,
      })),
      ...command.options.map(({ flags, description }) => ({ name: flags, description })),
    ];
    return told
      .filter(({ description }) => description === "")
      .map(({ name }) => `${command.name()} ${name}`);
  });
  assert.deepEqual(unsaid, []);
});

describe("told wrong: exit 2, and standard error says what is wrong", { concurrency: 4 }, () => {
  for (const [args, says] of TOLD_WRONG)
    test(`ringfence ${args.join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await run(args);
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+/m, "no stack");
    });
});

const FIVE_ERRORS = `
organization: {accounts: {include: [12345]}}
regions: [eu-central-one, eu-west-1]
limits: {concurrency: 0, deadlineSecond: 10}
exemptions: [{controls: [NETPOL.20], reason: known, owner: me, until: 2026-13-45}]
`;

const TEXT = "regions: nowhere – ü\n";
/** What PowerShell 5 writes with `>`, what Notepad calls UTF-8 with BOM, and what a mark is missing from. */
const ENCODED = {
  "UTF-16 little-endian with its mark": Buffer.from(`\uFEFF${TEXT}`, "utf16le"),
  "UTF-16 big-endian with its mark": Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16(),
  "UTF-16 without a mark": Buffer.from(TEXT, "utf16le"),
  "UTF-8 with a mark": Buffer.from(`\uFEFF${TEXT}`),
} as const;

describe("a configuration that is wrong", { concurrency: 4 }, () => {
  test("five errors are told at once, each with its place, what was seen and what is allowed", async () => {
    const file = writeConfiguration("five.yaml", FIVE_ERRORS);
    const { exitCode, stdout, stderr } = await run(["scan", "--config", file]);
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, /five\.yaml has 5 problems:/);
    for (const place of [
      "organization.accounts.include[0] (line 2)",
      "regions[0] (line 3)",
      "limits.concurrency (line 4)",
      "limits.deadlineSecond (line 4)",
      "exemptions[0].until (line 5)",
    ])
      assert.ok(stderr.includes(`\n  ${place}\n    seen:     `), place);
    assert.match(stderr, /Did you mean deadlineSeconds\?/);
  });

  test("aliases that multiply are refused before they cost anything", async () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0 ? "a0: &a0 x" : `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
    );
    const file = writeConfiguration("bomb.yaml", levels.join("\n"));
    // 9^11 texts: whoever made them would not end.
    const { exitCode, stderr } = await run(["scan", "--config", file]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /aliases/);
  });

  test("10 MB are refused, whatever is in them", async () => {
    const file = writeConfiguration("big.yaml", "a".repeat(10_000_000));
    const { exitCode, stderr } = await run(["scan", "--config", file]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /seen: {5}10\.0 MB\n {4}allowed: {2}at most 1 MB/);
  });

  for (const [name, bytes] of Object.entries(ENCODED))
    test(`${name} is read as what it is`, async () => {
      const file = join(folder, `${name}.yaml`);
      writeFileSync(file, bytes);
      const { exitCode, stderr } = await run(["scan", "--config", file]);
      assert.equal(exitCode, 2);
      assert.match(stderr, /has 1 problem:\n\n {2}regions \(line 1\)\n {4}seen: {5}"nowhere – ü"\n/);
    });

  test("what is no text is told in one line, with what to do", async () => {
    const file = join(folder, "latin1.yaml");
    writeFileSync(file, Buffer.from("# f\u00fcr alle\nregions: nowhere\n", "latin1"));
    const { exitCode, stderr } = await run(["scan", "--config", file]);
    assert.equal(exitCode, 2);
    assert.equal(
      stderr,
      `ringfence: --config ${file} cannot be read: it is not a text in UTF-8 or UTF-16; save it as UTF-8.\n`,
    );
  });

  test("a link in the working folder that leads nowhere is not passed over", async () => {
    const elsewhere = makeFolder();
    symlinkSync("nothing", join(elsewhere, "ringfence.config.yaml"));
    const { exitCode, stderr } = await run(["scan"], { folder: elsewhere });
    assert.equal(exitCode, 2);
    assert.match(
      stderr,
      /^ringfence: --config ringfence\.config\.yaml cannot be read: there is no such file/,
    );
  });

  test("a file in the working folder is found by its name", async () => {
    writeConfiguration("ringfence.config.yaml", "regions: nowhere\n");
    const { exitCode, stderr } = await run(["scan"], { folder });
    assert.equal(exitCode, 2);
    assert.match(stderr, /^ringfence: ringfence\.config\.yaml has 1 problem:/);
  });
});

test("a reader that stops early, as `head` does, gets no stack", async () => {
  const { child, finished } = start(["controls", "--format", "json"]);
  child.stdout?.destroy();
  const { exitCode, stderr } = await finished;
  assert.deepEqual([exitCode, stderr], [0, ""]);
});

describe("the catalogue", { concurrency: 4 }, () => {
  test("controls: one line each, in id order", async () => {
    const { exitCode, stdout } = await run(["controls"]);
    assert.equal(exitCode, 0);
    const ids = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    assert.deepEqual(
      ids,
      controls.map(({ id }) => id),
    );
  });

  test("controls --format json", async () => {
    const { stdout } = await run(["controls", "--format", "json"]);
    const listed: unknown = JSON.parse(stdout);
    assert.ok(Array.isArray(listed));
    assert.equal(listed.length, controls.length);
  });

  test("explain NETPOL.2, and in small letters", async () => {
    const [exact, small] = await Promise.all([run(["explain", "NETPOL.2"]), run(["explain", "netpol.2"])]);
    assert.equal(exact.exitCode, 0);
    assert.match(exact.stdout, /^NETPOL\.2 {2}Clusters should enforce NetworkPolicies\nSeverity: high\./);
    assert.match(exact.stdout, /What to do:/);
    assert.equal(small.stdout, exact.stdout);
  });
});
