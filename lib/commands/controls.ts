// `ringfence controls` and the part of `ringfence explain` that is about controls: the catalogue as text or JSON.

import { controls } from "../controls/index.ts";
import type { AnyControl } from "../model/control.ts";
import { UsageError } from "../model/usage-error.ts";

export function listControls(format: "text" | "json"): string {
  if (format === "json") return `${JSON.stringify(controls.map(toPlain), null, 2)}\n`;
  const rows = controls.map(({ id, severity, title }) => `${id.padEnd(11)}${severity.padEnd(14)}${title}`);
  return `${rows.join("\n")}\n`;
}

export function explainControl(id: string, format: "text" | "json"): string {
  const control = controls.find((candidate) => candidate.id.toLowerCase() === id.toLowerCase());
  if (control === undefined) {
    const known = controls.map((candidate) => candidate.id).join(", ");
    throw new UsageError(`There is no control ${JSON.stringify(id)}. Known ids: ${known}.`);
  }
  return format === "json" ? `${JSON.stringify(toPlain(control), null, 2)}\n` : toText(control);
}

function toPlain(control: AnyControl): Readonly<Record<string, unknown>> {
  // JSON leaves out what is undefined: everything but the function is data.
  return { ...control, evaluate: undefined };
}

function toText(control: AnyControl): string {
  const frameworks = control.frameworks.map(
    ({ framework, id, origin }) => `  ${framework} ${id}${origin === "mapping" ? " (our mapping)" : ""}`,
  );
  const decidedBy = [...control.needs, ...control.reads].join(", ");
  return [
    `${control.id}  ${control.title}`,
    `Severity: ${control.severity}. ${control.severityReason}`,
    `Subject:  ${control.subject}`,
    "",
    control.rationale,
    "",
    `Decided from: ${decidedBy}`,
    `At access level 1 (AmazonEKSViewPolicy): ${control.atAccessLevel1}`,
    "",
    "What to do:",
    `  ${control.remediation}`,
    `  ${control.link}`,
    "",
    "Frameworks:",
    ...frameworks,
    "",
  ].join("\n");
}
