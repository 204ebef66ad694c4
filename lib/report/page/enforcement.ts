// One cluster's enforcement: the verdict, how it was reached, what was not seen, and the nodes by engine.

import { toNodeEngineText } from "../../model/enforcement-phrases.ts";
import type { NodeGroup, PageEnforcement } from "../page-data.ts";
import { at, type Page } from "./unpack.ts";
import { count, el, row, table, tag, type Child } from "./elements.ts";
import { ladder } from "./evidence.ts";

export function enforcementPart(enforcement: PageEnforcement | null, data: Page): readonly Child[] {
  if (enforcement === null)
    return [el("p", {}, "Nothing of this cluster could be read, so nothing of it was judged.")];
  const { because, evidence, missing, nodeGroups } = enforcement;
  return [
    el("h4", {}, "Enforcement"),
    el("p", { class: "name" }, because),
    el("p", { class: "muted name" }, facts(enforcement)),
    evidence.length === 0 ? null : ladder(evidence.map((index) => at(data.evidence, index))),
    missing.length === 0 ? null : el("p", { class: "name" }, el("b", {}, "Not seen: "), missing.join(", ")),
    ...nodesPart(nodeGroups),
  ];
}

function facts({ engine, engines, mode, unselectedPods }: PageEnforcement): string {
  const name = engine ?? (engines.length === 0 ? "no engine seen" : engines.join(", "));
  const parts = [
    `Engine: ${name}`,
    mode === null ? null : `${mode} mode`,
    unselectedPods === null ? null : `pods that no policy selects are ${unselectedPods}`,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

const NODE_TONES = { enforced: "good", "not-enforced": "bad", unknown: "unknown" } as const;
const NODE_LABELS = { enforced: "Enforced", "not-enforced": "Not enforced", unknown: "Not known" } as const;

function nodesPart(groups: readonly NodeGroup[]): readonly Child[] {
  if (groups.length === 0) return [];
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const columns = ["Engine", "Compute", "Policies are", "How many", "Why"];
  return [
    el("h4", {}, "Nodes"),
    table(columns, el("tbody", {}, ...groups.map(nodeRow)), `${count(total, "node")} by engine`),
  ];
}

function nodeRow(group: NodeGroup): HTMLElement {
  const { computeType, verdict, because, pods, names } = group;
  const amount = count(group.count, "node") + (pods === null ? "" : `, ${count(pods, "pod")}`);
  return row(
    toNodeEngineText(group),
    ["Compute", computeType],
    ["Policies are", tag(NODE_LABELS[verdict], NODE_TONES[verdict])],
    ["How many", amount],
    ["Why", el("span", {}, because, nodeNames(names, group.count))],
  );
}

function nodeNames(names: readonly string[], amount: number): HTMLElement {
  const rest = amount - names.length;
  return el(
    "details",
    { class: "fold" },
    el("summary", {}, "Names"),
    el("p", { class: "name" }, names.join(", "), rest === 0 ? "" : `, … and ${rest} more in the JSON report`),
  );
}
