// One finding: its verdict in a line, and when opened its evidence and what to do.

import { SEVERITY_TONES, STATUS_WORDS } from "../page-words.ts";
import { at, type Page, type PageFinding } from "./unpack.ts";
import { el, tag, type Child } from "./elements.ts";
import { ladder, remedy } from "./evidence.ts";
import { lazyDetails } from "./lazy.ts";

export function findingEntry(finding: PageFinding, data: Page): HTMLElement {
  const { status, severity, because, subject } = finding;
  const control = at(data.controls, finding.control);
  const [label, tone] =
    status === "fail"
      ? [severity, SEVERITY_TONES[severity]]
      : [STATUS_WORDS[status].label, STATUS_WORDS[status].tone];
  const summary = el(
    "summary",
    {},
    tag(label, tone),
    el("span", { class: "control" }, control.id),
    el("span", { class: "name" }, `${subject.kind} ${subject.name}`),
    el("span", { class: "muted name" }, placeOf(finding, data)),
    el("span", { class: "because name" }, because),
  );
  const { element } = lazyDetails(summary, "finding", () => findingBody(finding, control.title, data));
  return el("li", {}, element);
}

/** The cluster with what is around it. */
function placeOf(finding: PageFinding, { clusters }: Page): string {
  const cluster = finding.cluster === null ? null : at(clusters, finding.cluster);
  const { account, region } = cluster ?? finding;
  const isTheSubject = finding.subject.kind === "cluster" || cluster === null;
  return [isTheSubject ? null : cluster.name, account, region]
    .filter((part) => part !== null && part !== undefined)
    .join(" · ");
}

function findingBody(finding: PageFinding, title: string, data: Page): readonly Child[] {
  const { status, severity, change, firstSeenAt, evidence, id } = finding;
  const since = [
    `severity ${severity}`,
    change === undefined ? null : change,
    firstSeenAt === undefined ? null : `since ${firstSeenAt.slice(0, 10)}`,
  ].filter((part) => part !== null);
  const isOpen = status === "fail" || status === "unknown";
  return [
    el("p", { class: "name" }, el("b", {}, title), " ", el("span", { class: "muted" }, since.join(" · "))),
    ...(evidence.length === 0
      ? []
      : [el("p", { class: "label" }, "Evidence"), ladder(evidence.map((index) => at(data.evidence, index)))]),
    ...(isOpen ? remedy(at(data.remediations, finding.remediation)) : []),
    el("p", { class: "muted id name" }, id),
  ];
}
