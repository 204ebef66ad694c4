// docs/controls.md, and the table of controls in the README, from the catalogue.

import { controls } from "../lib/controls/index.ts";
import type { AnyControl, FrameworkReference } from "../lib/model/control.ts";

const TABLE_BEGIN = "<!-- generated: controls -->";
const TABLE_END = "<!-- /generated -->";

export function toControlDocs(): string {
  return [
    "# Controls",
    "",
    "Generated from `lib/controls/` by `npm run generate`; don't edit. Ids are permanent and never reused.",
    "",
    "A control that could not see what it needs says `unknown`, never pass or fail. Access level 1 is an access",
    "entry with `AmazonEKSViewPolicy` alone; level 2 adds `deploy/kubernetes/ringfence-reader.yaml`.",
    "",
    ...toTable(),
    "",
    ...controls.flatMap(toSection),
  ].join("\n");
}

/** The README with the present table between its markers. */
export function withControlTable(readme: string): string {
  const begin = readme.indexOf(TABLE_BEGIN);
  const end = readme.indexOf(TABLE_END);
  if (begin === -1 || end < begin) throw new Error(`README.md has no ${TABLE_BEGIN} … ${TABLE_END}`);
  const table = toTable().join("\n");
  return `${readme.slice(0, begin)}${TABLE_BEGIN}\n${table}\n${readme.slice(end)}`;
}

function toTable(): string[] {
  return [
    "| id | title | subject | severity |",
    "|---|---|---|---|",
    ...controls.map(({ id, title, subject, severity }) => `| ${id} | ${title} | ${subject} | ${severity} |`),
  ];
}

function toSection(control: AnyControl): string[] {
  const decidedFrom = [...control.needs, ...control.reads].map((name) => `\`${name}\``).join(", ");
  return [
    `## ${control.id} ${control.title}`,
    "",
    control.rationale,
    "",
    `- **Severity:** ${control.severity}. ${control.severityReason}`,
    `- **Subject:** ${control.subject}`,
    `- **Decided from:** ${decidedFrom}`,
    `- **At access level 1:** ${control.atAccessLevel1}`,
    `- **What to do:** ${control.remediation}`,
    `- **Frameworks:** ${control.frameworks.map(toReference).join("; ")}`,
    `- **More:** <${control.link}>`,
    "",
  ];
}

function toReference({ framework, id, origin }: FrameworkReference): string {
  return `${framework} ${id} (${origin === "benchmark" ? "the benchmark's own" : "our mapping"})`;
}
