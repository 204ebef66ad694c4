// The documents keep their word: what is generated is fresh, links lead somewhere, and no feature is named that
// the code lacks.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { toConfigurationDocs } from "../build/configuration-docs.ts";
import { toControlDocs, withControlTable } from "../build/control-docs.ts";
import { toPermissionDocs } from "../build/permission-docs.ts";
import { ENVIRONMENT_VARIABLES } from "../lib/config/config-environment.ts";
import { createProgram } from "../lib/cli.ts";
import { parseConfiguration } from "../lib/config/config.ts";
import { controls } from "../lib/controls/index.ts";
import { KUBERNETES_PERMISSIONS } from "../lib/kubernetes/permissions.ts";
import { documents, read, root } from "./docs/documents.ts";

test("what is generated from the code is fresh", () => {
  const generated = {
    "docs/controls.md": toControlDocs(),
    "docs/configuration.md": toConfigurationDocs(),
    "docs/permissions.md": toPermissionDocs(),
    "README.md": withControlTable(read("README.md")),
  };
  for (const [name, text] of Object.entries(generated))
    assert.ok(read(name) === text, `${name} is stale: run npm run generate`);
});

test("the catalogue is in id order, and every control has its file and its table test", () => {
  const numbers = controls.map(({ id }) => Number(/^NETPOL\.(\d+)$/.exec(id)?.[1]));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
    "lib/controls/index.ts lists the controls in id order",
  );
  for (const number of numbers)
    for (const file of [`lib/controls/netpol-${number}.ts`, `test/controls/netpol-${number}.test.ts`])
      assert.ok(existsSync(join(root, file)), `${file} is missing: CONTRIBUTING.md, Add a control`);
  const listed = new Set(numbers.map((number) => `netpol-${number}.ts`));
  const unlisted = readdirSync(join(root, "lib/controls")).filter(
    (name) => /^netpol-\d+\.ts$/.test(name) && !listed.has(name),
  );
  assert.deepEqual(unlisted, [], "a control's file is missing from lib/controls/index.ts");
});

test('titles say the compliant state with "should"', () => {
  for (const { title } of controls) assert.match(title, /\bshould\b|^No \w+ should\b/);
});

test("what the documents' commands write into a clone is no part of it: the format check looks at the rest", () => {
  const written = documents.flatMap((document) =>
    [...read(document).matchAll(/ringfence [^\n]*--output (\S+\.\w+)/g)].map(([, file = ""]) => `/${file}`),
  );
  assert.ok(written.length > 0);
  const ignored = new Set(read(".gitignore").split("\n"));
  assert.deepEqual(
    written.filter((file) => !ignored.has(file)),
    [],
    "name them in .gitignore",
  );
});

test("a document that the command line names is in the package", () => {
  const { files } = v.parse(v.object({ files: v.array(v.string()) }), JSON.parse(read("package.json")));
  const named = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => read(join("lib", name)).split("\n"))
    // A comment may name a document of another project.
    .filter((line) => !/^\s*(?:\/?\*|\/\/)/.test(line))
    .flatMap((line) => line.match(/(?<![\w./-])(?:docs|deploy)\/[\w/-]+\.(?:md|ya?ml)\b/g) ?? []);
  assert.ok(named.includes("docs/operations.md"));
  const isPublished = (name: string): boolean =>
    files.some((pattern) => matchesGlob(name, pattern) || name.startsWith(`${pattern}/`));
  assert.deepEqual(
    named.filter((name) => !existsSync(join(root, name)) || !isPublished(name)),
    [],
  );
});

test("every sample event is explained, and no other", () => {
  const explained = [...read("events/README.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name);
  const samples = readdirSync(join(root, "events")).filter((name) => name.endsWith(".json"));
  assert.deepEqual(explained.toSorted(), samples.toSorted());
});

test("every relative link of a document leads to a file", () => {
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(root, dirname(document), target)))
      .map((target) => `${document} → ${target}`),
  );
  assert.deepEqual(broken, []);
});

test("every picture is shown by a document", () => {
  const text = documents.map(read).join("\n");
  const pictures = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:png|svg)$/.test(name),
  );
  assert.ok(pictures.length > 4);
  assert.deepEqual(
    pictures.filter((name) => !text.includes(`${name})`) && !text.includes(`${name}"`)),
    [],
  );
});

test("every npm script and ringfence command that a document names exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const program = createProgram(new AbortController().signal);
  const commands = new Set(program.commands.map((command) => command.name()));
  for (const document of documents) {
    const text = read(document);
    for (const [, name = ""] of text.matchAll(/\bnpm run (?:--silent )?([a-z0-9:-]+)/g))
      assert.ok(name in scripts, `${document}: npm run ${name}`);
    for (const [, name = ""] of text.matchAll(/\bnpx ringfence ([a-z]+)/g))
      assert.ok(commands.has(name), `${document}: npx ringfence ${name}`);
  }
});

test("the reference of the configuration has every key that the editors' schema has", () => {
  const text = read("docs/configuration.md");
  const named = (schema: unknown, path: string): string[] => {
    const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
    if (properties !== undefined)
      return Object.entries(properties).flatMap(([key, inner]) =>
        named(inner, path === "" ? key : `${path}.${key}`),
      );
    return [path, ...(items === undefined ? [] : named(items, `${path}[]`))];
  };
  const keys = named(JSON.parse(read("schemas/config.schema.json")), "");
  assert.ok(keys.length > 50, `${keys.length} keys`);
  assert.deepEqual(
    keys.filter((key) => !key.endsWith("[]") && !text.includes(`| \`${key}\` |`)),
    [],
  );
  for (const { name } of ENVIRONMENT_VARIABLES) assert.ok(text.includes(`| \`${name}\` |`), name);
});

test("the permissions name a grant for every call but the one that needs none, and every statement beside them", () => {
  const text = read("docs/permissions.md");
  const ungranted = text.split("\n").filter((line) => /^\| `[a-z0-9-]+:.*\|\s*\|$/.test(line));
  assert.deepEqual(
    ungranted.map((line) => line.split("`")[1]),
    ["sts:GetCallerIdentity"],
  );
  for (const { resource } of KUBERNETES_PERMISSIONS) assert.ok(text.includes(`\`${resource}\``), resource);
});

test("every configuration that a document shows is a valid one", () => {
  const shown = documents.flatMap((document) =>
    [...read(document).matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => ({ document, text })),
  );
  assert.ok(shown.length > 0);
  for (const { document, text } of shown) parseConfiguration(text, document);
  const files = readdirSync(join(root, "docs/examples")).filter((name) => name.endsWith(".config.yaml"));
  assert.equal(files.length, 2);
  for (const file of files) parseConfiguration(read(`docs/examples/${file}`), file);
});

// Both merge by union, which brings back what somebody else had rewritten.
test("a decision stands once, in lines that a diff can show; a line of the changelog is short", () => {
  const text = read("docs/decisions.md");
  const titles = [...text.matchAll(/^\*\*[\d-]+\. (.{12})/gm)].map(([, title = ""]) => title);
  assert.ok(titles.length > 50, `${titles.length} decisions`);
  const twice = titles.filter((title, index) => titles.indexOf(title) !== index);
  assert.deepEqual(twice, []);
  const long = text.split("\n").filter((line) => line.length > 130 && !line.startsWith("|"));
  assert.deepEqual(long, [], "break it at 120 signs");
  const entries = read("CHANGELOG.md").split(/^(?=- |#)/m);
  assert.deepEqual(
    entries.filter((entry) => entry.startsWith("- ") && entry.trim().split("\n").length > 2),
    [],
    "one short sentence: two lines at most",
  );
});

test("every package of the manifest has one line in docs/decisions.md that says why", () => {
  const rows = [...read("docs/decisions.md").matchAll(/^\| ((?:@|[a-z])[^|]*) \|/gm)].map(([, names = ""]) =>
    names.split(", ").map((name) => (name.startsWith("-") ? `@aws-sdk/client${name}` : name)),
  );
  const named = rows.flat();
  assert.deepEqual(
    named.filter((name, index) => named.indexOf(name) !== index),
    [],
    "named twice",
  );
  const manifest: unknown = JSON.parse(read("package.json"));
  const { dependencies, devDependencies } = v.parse(Manifest, manifest);
  const packages = Object.keys({ ...dependencies, ...devDependencies });
  const typeless = packages.filter((name) => !name.startsWith("@types/"));
  assert.deepEqual(
    typeless.filter((name) => !named.includes(name)),
    [],
  );
});

const Manifest = v.object({
  dependencies: v.record(v.string(), v.string()),
  devDependencies: v.record(v.string(), v.string()),
});
