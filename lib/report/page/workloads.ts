// The workloads of a namespace: for each, whether it is isolated in and out, and by which policies.

import type { DirectionReport, Posture } from "../../model/posture.ts";
import type { PageWorkload } from "./unpack.ts";
import { count, el, row, table, tag, type Child } from "./elements.ts";
import { pagedList } from "./lazy.ts";

const PAGE_SIZE = 50;

export function workloadTable(workloads: readonly PageWorkload[], posture: Posture): HTMLElement {
  const body = el("tbody");
  const toRow = (workload: PageWorkload): HTMLElement => workloadRow(workload, posture);
  const list = pagedList(workloads, PAGE_SIZE, "workload", toRow, body);
  list.prepend(table(["Workload", "Pods", "In", "Out", "Policies"], body, "Workloads"));
  return list;
}

function workloadRow(
  { kind, name, pods, hostNetwork, ingress, egress }: PageWorkload,
  posture: Posture,
): HTMLElement {
  const policies = [...new Set([...ingress.policies, ...egress.policies])].toSorted();
  const toBadge = (direction: DirectionReport): readonly Child[] =>
    hostNetwork ? [tag("host network", "quiet")] : badge(direction, posture);
  return row(
    el("span", {}, name, " ", el("span", { class: "muted" }, kind)),
    ["Pods", String(pods)],
    ["In", ...toBadge(ingress)],
    ["Out", ...toBadge(egress)],
    ["Policies", policies.length === 0 ? "none selects it" : policies.join(", ")],
  );
}

/** What the policies say, toned down where nothing enforces them. */
function badge(direction: DirectionReport, posture: Posture): readonly Child[] {
  const { isolated, openToCluster, openToExternal, externalShare, nullifiedBy, because } = direction;
  const by =
    nullifiedBy.length === 0 ? [] : [el("span", { class: "by name" }, `by ${nullifiedBy.join(", ")}`)];
  const why = because === undefined ? [] : [el("span", { class: "by name" }, because)];
  if (isolated === null) return [tag("not known", "unknown"), ...why];
  if (!isolated) return [tag("not isolated", "bad")];
  if (openToCluster === true && openToExternal === true) return [tag("open to all", "bad"), ...by];
  if (openToCluster === true) return [tag("open to any pod", "bad"), ...by];
  if (openToExternal === true) return [tag("open to any address", "bad"), ...by];
  if (openToCluster === null || openToExternal === null)
    return [tag("how open is not known", "unknown"), ...why];
  const isolatedTag = posture === "inert" ? tag("would be isolated", "warn") : tag("isolated", "good");
  return [isolatedTag, ...partlyOpen(externalShare)];
}

function partlyOpen(share: number | null): readonly Child[] {
  if (share === null || share < 0.01) return [];
  if (share === 1) return [el("span", { class: "by" }, "but for any address, on some ports")];
  return [el("span", { class: "by" }, `but for ${Math.floor(share * 100)} % of all addresses`)];
}

export function podsInWords(workloads: readonly PageWorkload[]): string {
  const pods = workloads.reduce((sum, workload) => sum + workload.pods, 0);
  return `${count(workloads.length, "workload")}, ${count(pods, "pod")}`;
}
