import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "../../lib/config/config.ts";
import { ConfigurationError } from "../../lib/model/configuration-error.ts";

function errorOf(text: string): ConfigurationError {
  try {
    parseConfiguration(text, "c.yaml");
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error;
  }
  return assert.fail("the file was accepted");
}

function toBomb(levels: number): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < levels; level += 1)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`);
  return lines.join("\n");
}

const refused: readonly (readonly [
  what: string,
  text: string,
  path: RegExp,
  seen: RegExp,
  allowed: RegExp,
])[] = [
  [
    "a list that is never closed",
    "regions: [a\nclusters: {}",
    /^line 1, column 10$/,
    /Flow sequence/,
    /valid YAML/,
  ],
  [
    "a list in a map, neither of which is closed",
    'role: { name: x }\nclusters: {include: [a,\n"b"\n\nregions: enabled\n',
    /^line 2, column 11$/,
    /Flow (?:sequence|map)/,
    /valid YAML/,
  ],
  [
    "a quote that is never closed",
    'regions: enabled\nrole: {name: "x}\nlimits: {}\n\n',
    /^line 2, column 7$/,
    /Missing closing/,
    /valid YAML/,
  ],
  [
    "an indentation that fits nowhere",
    "role:\n  name: x\n externalId: yz",
    /^line 3, column 1$/,
    /column/,
    /./,
  ],
  ["an indentation by tab", "clusters:\n\tinclude: [a]", /^line 2, column 1$/, /Tabs/, /not tabs/],
  [
    "a key twice",
    "role: {}\nregions: enabled\nrole: {}",
    /^line 3, column 1$/,
    /"role" a second time/,
    /each key once/,
  ],
  [
    "a key twice in JSON",
    '{"limits": {"concurrency": 1, "concurrency": 2}}',
    /^line 1, column 31$/,
    /"concurrency" a second time/,
    /each key once/,
  ],
  [
    "two documents",
    "role: {}\n---\nrole: {}",
    /^line 2, column 1$/,
    /^a second document$/,
    /one YAML document/,
  ],
  ["a tag", "role: !!js/function x", /^line 1, column 7$/, /Unresolved tag/, /without !tags/],
  ["a list as a key", "? [a, b]\n: 1", /^line 1, column 3$/, /a key that is a list/, /a name/],
  ["an alias bomb", toBomb(9), /^$/, /Excessive alias count/, /little/],
  ["an alias without anchor", "role: *nobody", /^/, /Unresolved alias.*nobody/, /anchors/],
  [
    "a thousand aliases",
    `role: &r {}\n${Array.from({ length: 1000 }, (_, i) => `k${i}: *r`).join("\n")}`,
    /^$/,
    /1000 aliases/,
    /at most 100/,
  ],
  ["10 MB", `# ${"x".repeat(10_000_000)}`, /^$/, /10\.0 MB/, /at most 1 MB/],
  [
    "lists nested without end",
    `regions: ${"[".repeat(100_000)}`,
    /^line 1, column \d+$/,
    /nested too deeply/,
    /nested a few levels/,
  ],
  ["an unknown directive a megabyte long", "%".repeat(900_000), /^line 1/, /./, /valid YAML/],
  ["an unreadable escape", 'role: {name: "\\q"}', /^line 1/, /escape/, /valid YAML/],
];

for (const [what, text, path, seen, allowed] of refused) {
  test(`${what} is refused with one sentence`, () => {
    const error = errorOf(text);
    const [problem] = error.problems;
    assert.match(problem?.path ?? "none", path);
    assert.match(problem?.seen ?? "", seen);
    assert.match(problem?.expected ?? "", allowed);
    assert.ok(error.message.length < 20_000, `a message of ${error.message.length} characters`);
  });
}

test("60,000 different keys are read in linear time: with the package's own check they took most of a minute", () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join("\n");
  assert.equal(errorOf(text).problems.length, 60_000);
});

test("a file that refers to itself ends", () => {
  const { problems } = errorOf("role: &r {name: *r}");
  assert.deepEqual(
    problems.map(({ path }) => path),
    ["role.name"],
  );
});

test("a few anchors and aliases are fine", () => {
  const { clusters } = parseConfiguration("clusters: {include: &names [prod-*], exclude: *names}", "c.yaml");
  assert.deepEqual(clusters, { include: ["prod-*"], exclude: ["prod-*"], tags: { exclude: [] } });
});

test("no, on, 0777 and 2027-01-01 mean what YAML 1.2 says", () => {
  const { exemptions } = parseConfiguration(
    "exemptions: [{controls: [NETPOL.20], reason: no, owner: on, until: 2027-01-01}]",
    "c.yaml",
  );
  assert.deepEqual(
    [exemptions[0]?.reason, exemptions[0]?.owner, exemptions[0]?.until],
    ["no", "on", "2027-01-01"],
  );
});

test("the line of a value inside a list of maps is its own", () => {
  const { problems } = errorOf(
    "exemptions:\n  - controls: [NETPOL.20]\n    reason: r\n    owner: o\n    until: soon\n",
  );
  assert.deepEqual(
    problems.map(({ path, line }) => [path, line]),
    [["exemptions[0].until", 5]],
  );
});

test("a byte order mark and Windows line ends are read", () => {
  assert.equal(parseConfiguration("\ufefflimits:\r\n  concurrency: 4\r\n", "c.yaml").limits.concurrency, 4);
});
