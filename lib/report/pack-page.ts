// Packs a report for the HTML page within a bound. That every cluster and namespace is named, is never left
// out; details go in worst first until the room is used up, and the rest is counted.

import { SEVERITIES, type Finding, type Status } from "../model/finding.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { Report } from "../model/report.ts";
import { ClusterParts, type ClusterPart } from "./by-cluster.ts";
import { createPacker } from "./packer.ts";
import type { NamespaceDetail, PageCluster, PageData } from "./page-data.ts";
import { POSTURE_ORDER } from "./posture-order.ts";

/** What these findings may take of the room; the rest is for what namespaces look like inside. */
const SHARE_OF_URGENT = 0.6;
const URGENT: readonly Status[] = ["fail", "unknown", "exempt"];
const WORST_FIRST: readonly Status[] = [...URGENT, "pass", "not-applicable"];

interface Placed {
  readonly finding: Finding;
  /** Which of the page's clusters it is about. */
  readonly cluster: number | null;
}

/** `maxLength` in characters of JSON; what only names things may go beyond it. */
export function packPage(report: Report, maxLength: number): PageData {
  const packer = createPacker();
  const parts = [...new ClusterParts(report)];
  const heads = parts.filter(isNamed).map((part) => packer.packCluster(part));
  const findings = placeFindings(parts);
  const namespaces = byPosture(report);
  const room = Math.max(0, maxLength - packer.length());
  const isBelow = (limit: number) => (): boolean => packer.length() < limit;
  const pack = ({ finding, cluster }: Placed): PageData["findings"][number] =>
    packer.packFinding(finding, cluster);

  const urgent = takeWhile(
    findings.filter(({ finding }) => URGENT.includes(finding.status)),
    isBelow(maxLength - room * (1 - SHARE_OF_URGENT)),
    pack,
  );
  const details = takeWhile(
    namespaces,
    isBelow(maxLength),
    (namespace) => [namespace, packer.packDetail(namespace)] as const,
  );
  const others = takeWhile(
    findings.filter(({ finding }) => !URGENT.includes(finding.status)),
    isBelow(maxLength),
    pack,
  );
  return {
    day: report.finishedAt.slice(0, 10),
    clusters: withDetails(heads, parts.filter(isNamed), new Map(details)),
    findings: [...urgent, ...others],
    leftOut: {
      findings: findings.length - urgent.length - others.length,
      namespaces: namespaces.length - details.length,
    },
    ...packer.tables,
  };
}

function isNamed({ name }: ClusterPart): boolean {
  return name !== null;
}

/** Worst first. */
function placeFindings(parts: readonly ClusterPart[]): readonly Placed[] {
  let index = -1;
  const placed = parts.flatMap((part) => {
    if (isNamed(part)) index += 1;
    const cluster = isNamed(part) ? index : null;
    return part.findings.map((finding): Placed => ({ finding, cluster }));
  });
  return placed.toSorted((a, b) => toRank(a.finding) - toRank(b.finding));
}

function toRank({ status, severity }: Finding): number {
  return WORST_FIRST.indexOf(status) * SEVERITIES.length + SEVERITIES.indexOf(severity);
}

function byPosture({ clusters }: Report): readonly NamespaceReport[] {
  return clusters
    .flatMap(({ namespaces }) => namespaces)
    .toSorted((a, b) => POSTURE_ORDER.indexOf(a.posture) - POSTURE_ORDER.indexOf(b.posture));
}

function takeWhile<From, To>(
  items: readonly From[],
  hasRoom: () => boolean,
  pack: (item: From) => To,
): readonly To[] {
  const packed: To[] = [];
  for (const item of items) {
    if (!hasRoom()) break;
    packed.push(pack(item));
  }
  return packed;
}

function withDetails(
  heads: readonly PageCluster[],
  parts: readonly ClusterPart[],
  details: ReadonlyMap<NamespaceReport, NamespaceDetail>,
): readonly PageCluster[] {
  return heads.map((head, index) => {
    const reported = parts[index]?.cluster?.namespaces ?? [];
    const namespaces = head.namespaces.map((namespace, place) => {
      const original = reported[place];
      return { ...namespace, detail: (original && details.get(original)) ?? null };
    });
    return { ...head, namespaces };
  });
}
