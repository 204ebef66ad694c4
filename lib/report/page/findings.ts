// All findings, worst first, with filters and search that work without a server.

import { SEVERITIES, type Status } from "../../model/finding.ts";
import { STATUS_WORDS } from "../page-words.ts";
import type { Page } from "./unpack.ts";
import { count, el } from "./elements.ts";
import { choice, toggles } from "./fields.ts";
import { findingEntry } from "./finding-entry.ts";
import { createFindingSearch, type FindingFilter } from "./finding-search.ts";
import { pagedList } from "./lazy.ts";

const PAGE_SIZE = 50;
const SEARCH_DELAY_MS = 120;
const STATUS_ORDER = [
  "fail",
  "unknown",
  "exempt",
  "pass",
  "not-applicable",
] as const satisfies readonly Status[];
const SHOWN_AT_FIRST: readonly Status[] = ["fail", "unknown"];

export interface FindingsSection {
  readonly element: HTMLElement;
  /** Shows the open findings of one cluster. */
  showCluster(cluster: number): void;
}

export function findingsSection(data: Page): FindingsSection {
  const search = createFindingSearch(data);
  const results = el("div", { class: "results" });
  const status = el("p", { class: "muted", role: "status" });
  const controls = filterControls(data, () => show());
  const show = (): void => {
    const found = search(controls.read());
    status.textContent = `${count(found.length, "finding")} of ${data.findings.length.toLocaleString("en")}`;
    const list = el("ul", { class: "findings" });
    results.replaceChildren(
      found.length === 0
        ? el("p", {}, "No finding matches. Take a filter away to see more.")
        : pagedList(found, PAGE_SIZE, "finding", (finding) => findingEntry(finding, data), list),
    );
  };
  show();
  const element = el(
    "section",
    { id: "findings", "aria-labelledby": "findings-title" },
    el("h2", { id: "findings-title", tabindex: "-1" }, "Findings"),
    controls.element,
    status,
    results,
  );
  return {
    element,
    showCluster(cluster) {
      controls.reset(cluster);
      element.querySelector<HTMLElement>("h2")?.focus();
      element.scrollIntoView();
    },
  };
}

interface FilterControls {
  readonly element: HTMLElement;
  read(): FindingFilter;
  reset(cluster: number | null): void;
}

function filterControls(data: Page, onChange: () => void): FilterControls {
  const text = el("input", { type: "search", id: "search", placeholder: "name, control, sentence …" });
  const statuses = toggles("Status", STATUS_ORDER, SHOWN_AT_FIRST, (status) => STATUS_WORDS[status].label);
  const severities = toggles("Severity", SEVERITIES, SEVERITIES, (severity) => severity);
  const control = choice(
    "Control",
    "Every control",
    data.controls.map(({ id, title }) => `${id} ${title}`),
  );
  const cluster = choice(
    "Cluster",
    "Every cluster",
    data.clusters.map(({ name }) => name),
  );
  const clear = el("button", { type: "button" }, "Clear");
  let timer: number | undefined;
  const element = el(
    "form",
    { class: "filters", role: "search", "aria-label": "Findings" },
    el("div", { class: "field" }, el("label", { for: "search" }, "Search"), text),
    control.element,
    cluster.element,
    clear,
    statuses.element,
    severities.element,
  );
  const reset = (index: number | null): void => {
    text.value = "";
    statuses.set(SHOWN_AT_FIRST);
    severities.set(SEVERITIES);
    control.set(null);
    cluster.set(index);
    onChange();
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SEARCH_DELAY_MS);
  });
  element.addEventListener("change", ({ target }) => void (target !== text && onChange()));
  element.addEventListener("submit", (event) => event.preventDefault());
  clear.addEventListener("click", () => reset(null));
  return {
    element,
    reset,
    read: () => ({
      text: text.value,
      statuses: statuses.read(),
      severities: severities.read(),
      control: control.read(),
      cluster: cluster.read(),
    }),
  };
}
