// One section per cluster, folded until somebody opens it: enforcement, nodes, namespaces, its worst findings.

import { compareClusters } from "../cluster-order.ts";
import { POSTURE_WORDS, VERDICT_WORDS } from "../page-words.ts";
import { POSTURE_ORDER } from "../posture-order.ts";
import type { PageCluster } from "../page-data.ts";
import { at, type Page, type PageFinding } from "./unpack.ts";
import { count, el, mark, tag, type Child } from "./elements.ts";
import { enforcementPart } from "./enforcement.ts";
import { findingEntry } from "./finding-entry.ts";
import { lazyDetails, type LazyDetails } from "./lazy.ts";
import { namespacesPart } from "./namespaces.ts";

const MAX_FINDINGS = 5;
const MIN_FOR_FILTER = 8;
const PAGE_SIZE = 50;

export interface ClustersSection {
  readonly element: HTMLElement;
  /** In the data's order. */
  readonly entries: readonly LazyDetails[];
}

export function clustersSection(data: Page, showAll: (cluster: number) => void): ClustersSection {
  const byCluster = Map.groupBy(data.findings, ({ cluster }) => cluster);
  const entries = data.clusters.map((cluster, index) =>
    clusterEntry({ cluster, index, findings: byCluster.get(index) ?? [] }, data, showAll),
  );
  const order = data.clusters
    .map((cluster, index) => ({ cluster, index }))
    .toSorted((a, b) => compareClusters(a.cluster, b.cluster));
  const elements = order.map(({ index }) => at(entries, index).element);
  const list = clusterList(elements);
  const element = el(
    "section",
    { id: "clusters", "aria-labelledby": "clusters-title" },
    el("h2", { id: "clusters-title" }, "Clusters"),
    ...list,
  );
  return { element, entries };
}

/** Beyond a page the worst stand first, and the others one click or one word away. */
function clusterList(elements: readonly HTMLElement[]): readonly Child[] {
  if (elements.length < MIN_FOR_FILTER) return elements;
  const all = el(
    "button",
    { type: "button", class: "more" },
    `Show all ${count(elements.length, "cluster")}`,
  );
  let isShort = elements.length > PAGE_SIZE;
  const show = (words: readonly string[]): number => {
    const isCut = isShort && words.length === 0;
    all.hidden = !isCut;
    const found = elements.filter((element) => containsAll(element, words));
    for (const element of elements) element.hidden = true;
    for (const element of isCut ? found.slice(0, PAGE_SIZE) : found) element.hidden = false;
    return found.length;
  };
  all.addEventListener("click", () => {
    isShort = false;
    show([]);
    elements[PAGE_SIZE]?.querySelector<HTMLElement>("summary")?.focus();
  });
  show([]);
  return [clusterFilter(show), ...elements, all];
}

function containsAll(element: HTMLElement, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = element.querySelector("summary")?.textContent?.toLowerCase() ?? "";
  return words.every((word) => text.includes(word));
}

interface Entry {
  readonly cluster: PageCluster;
  readonly index: number;
  readonly findings: readonly PageFinding[];
}

function clusterEntry(entry: Entry, data: Page, showAll: (cluster: number) => void): LazyDetails {
  const { cluster, index, findings } = entry;
  const failed = findings.filter(({ status }) => status === "fail").length;
  const { label, tone } = VERDICT_WORDS[cluster.enforcement?.verdict ?? "unknown"];
  const around = [
    cluster.account,
    cluster.region,
    cluster.version === undefined ? null : `Kubernetes ${cluster.version}`,
  ];
  const summary = el(
    "summary",
    {},
    el("h3", { class: "name" }, cluster.name),
    tag(label, tone),
    el("span", { class: "muted name" }, around.filter((part) => part !== null).join(" · ")),
    el("span", { class: "postures" }, ...postureCounts(cluster)),
    el("span", { class: "failed" }, failed === 0 ? "nothing failed" : `${failed} failed`),
  );
  const details = lazyDetails(summary, "cluster", () => [
    ...enforcementPart(cluster.enforcement, data),
    ...namespacesPart(cluster, data),
    ...findingsPart(entry, data, showAll),
  ]);
  details.element.id = `cluster-${index}`;
  return details;
}

function postureCounts({ namespaces }: PageCluster): readonly Child[] {
  return POSTURE_ORDER.flatMap((posture) => {
    const amount = namespaces.filter((namespace) => namespace.posture === posture).length;
    if (amount === 0) return [];
    const { label, tone } = POSTURE_WORDS[posture];
    return [
      el(
        "span",
        { class: `posture text-${tone}`, title: `${amount} ${label.toLowerCase()}` },
        mark(posture),
        String(amount),
        el("span", { class: "hidden" }, ` ${label.toLowerCase()}, `),
      ),
    ];
  });
}

function findingsPart(
  { index, findings }: Entry,
  data: Page,
  showAll: (cluster: number) => void,
): readonly Child[] {
  const open = findings.filter(({ status }) => status === "fail" || status === "unknown");
  if (open.length === 0) return [];
  const all = el(
    "button",
    { type: "button", class: "more" },
    `Show ${count(open.length, "open finding")} of this cluster`,
  );
  all.addEventListener("click", () => showAll(index));
  return [
    el("h4", {}, "Worst findings"),
    el(
      "ul",
      { class: "findings" },
      ...open.slice(0, MAX_FINDINGS).map((finding) => findingEntry(finding, data)),
    ),
    open.length > MAX_FINDINGS ? all : null,
  ];
}

/** `show` gets the words and says how many clusters have them all. */
function clusterFilter(show: (words: readonly string[]) => number): HTMLElement {
  const placeholder = "name, account, Region, verdict …";
  const input = el("input", { type: "search", id: "cluster-filter", placeholder });
  const status = el("p", { class: "muted", role: "status" });
  input.addEventListener("input", () => {
    const words = input.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const found = show(words);
    status.textContent = words.length === 0 ? "" : count(found, "cluster");
  });
  const label = el("label", { for: "cluster-filter" }, "Find a cluster");
  return el("div", { class: "filters" }, el("div", { class: "field" }, label, input), status);
}
