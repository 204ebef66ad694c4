// The parameters of what is deployed, for docs/configuration.md: those of serverless.yml with the comments above
// them and the patterns of deploy/hub/parameters.yml, and those of each template with their descriptions.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { isMap, isScalar, parseDocument, type Pair } from "yaml";
import { toTable } from "../lib/report/markdown-text.ts";
import { toCell, toCodeCell } from "./markdown-cell.ts";

/** In the order in which docs/operations.md deploys them. */
const TEMPLATES = [
  "deploy/member-role.yaml",
  "deploy/event-forwarding.yaml",
  "deploy/spoke.yaml",
  "deploy/operator-policy.yaml",
];

const Parameter = v.object({
  Description: v.optional(v.string(), ""),
  Default: v.optional(v.union([v.string(), v.number()])),
  AllowedPattern: v.optional(v.string(), ""),
  AllowedValues: v.optional(v.array(v.union([v.string(), v.number()])), []),
});
const WithParameters = v.object({ Parameters: v.record(v.string(), Parameter) });
type Parameters = v.InferOutput<typeof WithParameters>["Parameters"];

export function toParameterSections(root: string): readonly string[] {
  return [
    "## Parameters of the deployment",
    "",
    "Of [serverless.yml](../serverless.yml): each with `--param NAME=VALUE`, or in a `params:` section per stage. Pass",
    "the same ones at every later deployment.",
    "",
    toTable(["Parameter", "Default", "Allowed", "What it is for"], toHubRows(root)),
    "",
    ...TEMPLATES.flatMap((file) => toTemplateSection(root, file)),
  ];
}

function toHubRows(root: string): readonly (readonly string[])[] {
  const allowed = readParameters(root, "deploy/hub/parameters.yml");
  return readCommented(root).map(({ name, value, comment }) => {
    const pattern = allowed[`${name[0]?.toUpperCase()}${name.slice(1)}`]?.AllowedPattern ?? "";
    return [toCodeCell(name), toCodeCell(value), toCodeCell(pattern), toCell(comment)];
  });
}

interface Commented {
  readonly name: string;
  readonly value: string;
  /** Of the key, or of the group of keys that it stands in. */
  readonly comment: string;
}

function readCommented(root: string): readonly Commented[] {
  const document = parseDocument(readFileSync(join(root, "serverless.yml"), "utf8"), { logLevel: "silent" });
  const defaults = document.getIn(["params", "default"]);
  if (!isMap(defaults)) throw new Error("serverless.yml has no params: default");
  let comment = (defaults.commentBefore ?? "").trim();
  return defaults.items.map((pair: Pair) => {
    const { key, value } = pair;
    if (!isScalar(key) || !isScalar(value))
      throw new Error("a parameter of serverless.yml is no plain value");
    comment = key.commentBefore ?? comment;
    return {
      name: String(key.value),
      value: String(value.value),
      comment: comment
        .split("\n")
        .map((line) => line.trim())
        .join(" "),
    };
  });
}

function toTemplateSection(root: string, file: string): readonly string[] {
  const rows = Object.entries(readParameters(root, file)).map(([name, parameter]) => [
    toCodeCell(name),
    parameter.Default === undefined ? "required" : toCodeCell(String(parameter.Default)),
    toCodeCell(parameter.AllowedPattern || parameter.AllowedValues.join(", ")),
    toCell(parameter.Description),
  ]);
  return [`### ${file}`, "", toTable(["Parameter", "Default", "Allowed", "What it is for"], rows), ""];
}

function readParameters(root: string, file: string): Parameters {
  const document = parseDocument(readFileSync(join(root, file), "utf8"), { logLevel: "silent" });
  return v.parse(WithParameters, document.toJS()).Parameters;
}
