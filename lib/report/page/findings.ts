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
  const fields = filterFields(data);
  const { text, statuses, severities, control, cluster, clear } = fields;
  const element = filterForm(fields);
  const reset = (index: number | null): void => {
    text.value = "";
    statuses.set(SHOWN_AT_FIRST);
    severities.set(SEVERITIES);
    control.set(null);
    cluster.set(index);
    onChange();
  };
  let timer: number | undefined;
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

function filterFields({ controls, clusters }: Page) {
  const controlNames = controls.map(({ id, title }) => `${id} ${title}`);
  const clusterNames = clusters.map(({ name }) => name);
  return {
    text: el("input", { type: "search", id: "search", placeholder: "name, control, sentence …" }),
    statuses: toggles("Status", STATUS_ORDER, SHOWN_AT_FIRST, (status) => STATUS_WORDS[status].label),
    severities: toggles("Severity", SEVERITIES, SEVERITIES, (severity) => severity),
    control: choice("Control", "Every control", controlNames),
    cluster: choice("Cluster", "Every cluster", clusterNames),
    clear: el("button", { type: "button" }, "Clear"),
  };
}

function filterForm(fields: ReturnType<typeof filterFields>): HTMLElement {
  const { text, statuses, severities, control, cluster, clear } = fields;
  return el(
    "form",
    { class: "filters", role: "search", "aria-label": "Findings" },
    el("div", { class: "field" }, el("label", { for: "search" }, "Search"), text),
    control.element,
    cluster.element,
    clear,
    statuses.element,
    severities.element,
  );
}
