// How something was decided: what was seen, step by step, each with the command that shows it again.

import type { Evidence, Remediation } from "../../model/finding.ts";
import { command } from "./copy.ts";
import { el, type Child } from "./elements.ts";

export function ladder(evidence: readonly Evidence[]): HTMLElement {
  return el("ol", { class: "ladder" }, ...evidence.map(rung));
}

function rung({ source, object, observed, means, command: shell, file, line }: Evidence): HTMLElement {
  const where = file === undefined ? source : `${file}${line === undefined ? "" : `:${line}`}`;
  return el(
    "li",
    {},
    el("p", { class: "name" }, el("b", {}, object), " ", el("span", { class: "muted" }, where)),
    el("p", { class: "observed name" }, observed),
    el("p", { class: "name" }, means),
    shell === "" ? null : command(shell),
  );
}

export function remedy({ text, commands, files }: Remediation): readonly Child[] {
  if (text === "" && commands.length === 0 && files.length === 0) return [];
  return [
    el("p", { class: "label" }, "What to do"),
    text === "" ? null : el("p", { class: "name" }, text),
    ...commands.map(command),
    ...files.flatMap(({ name, content }) => [el("p", { class: "name" }, name), command(content)]),
  ];
}
