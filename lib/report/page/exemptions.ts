// What is exempt, why, and how long still: it fails, and somebody has accepted that for a time.

import type { Exemption } from "../../model/finding.ts";
import { count, el, row, table, tag, type Child } from "./elements.ts";
import { pagedList } from "./lazy.ts";
import { at, type Page, type PageFinding } from "./unpack.ts";

const PAGE_SIZE = 50;
/** Somebody should look at an exemption before it ends. */
const SOON_DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;

interface Exempt {
  readonly finding: PageFinding;
  readonly exemption: Exemption;
}

/** null where nothing is exempt. */
export function exemptionsSection(data: Page): HTMLElement | null {
  const exempt = data.findings
    .flatMap((finding): Exempt[] =>
      finding.exemption === undefined ? [] : [{ finding, exemption: finding.exemption }],
    )
    .toSorted((a, b) => (a.exemption.until < b.exemption.until ? -1 : 1));
  if (exempt.length === 0) return null;
  const body = el("tbody");
  const list = pagedList(exempt, PAGE_SIZE, "exemption", (entry) => exemptRow(entry, data), body);
  list.prepend(table(["Ends", "What", "Owner", "Reason", "Written in"], body, "Exemptions"));
  return el(
    "section",
    { id: "exemptions", "aria-labelledby": "exemptions-title" },
    el("h2", { id: "exemptions-title" }, "Exemptions"),
    el("p", { class: "muted" }, `${count(exempt.length, "finding")}, the first to end on top.`),
    list,
  );
}

function exemptRow({ finding, exemption }: Exempt, data: Page): HTMLElement {
  const { owner, reason, source, until } = exemption;
  const { subject } = finding;
  const cluster = finding.cluster === null ? null : at(data.clusters, finding.cluster).name;
  const place = cluster === null || subject.kind === "cluster" ? "" : `${cluster}, `;
  return row(
    el("span", {}, until, " ", daysLeft(until, data.day)),
    ["What", el("b", {}, at(data.controls, finding.control).id), ` ${place}${subject.kind} ${subject.name}`],
    ["Owner", owner],
    ["Reason", reason],
    ["Written in", source],
  );
}

function daysLeft(until: string, day: string): Child {
  const days = Math.round((Date.parse(until) - Date.parse(day)) / DAY_MS);
  if (Number.isNaN(days)) return null;
  if (days < 0) return tag("over", "bad");
  return tag(days === 0 ? "ends today" : `${count(days, "day")} left`, days <= SOON_DAYS ? "warn" : "quiet");
}
