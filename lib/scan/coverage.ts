// The completeness proof: for each thing that a run should have looked at, whether it did, and why not.
// A skip is something that is not ours to scan and says so; it is never a way to hide an error.

import {
  FACT_ACCESS,
  FACT_NAMES,
  isExpectedGap,
  type ClusterDescription,
  type Snapshot,
} from "../model/snapshot.ts";
import type { Coverage, Target } from "../model/target.ts";
import type { Publication } from "./publish.ts";

/** Kubernetes answers while a cluster is updating; in every other state it may not exist yet, or any more. */
const SCANNABLE_STATUSES = new Set(["ACTIVE", "UPDATING"]);

/** A coverage entry where the cluster's own description says that it is not to be scanned; null otherwise. */
export function toSkipped(
  target: Target,
  cluster: ClusterDescription,
  excludedTags: readonly string[],
): Coverage | null {
  const skip = (detail: string): Coverage => ({ ...target, outcome: "skipped", detail });
  if (cluster.connected) return skip("a connected cluster: EKS registers it but does not run it");
  if (!SCANNABLE_STATUSES.has(cluster.status)) return skip(`the cluster is ${cluster.status}`);
  const tag = excludedTags.find((excluded) => hasTag(cluster.tags, excluded));
  return tag === undefined ? null : skip(`excluded by its tag ${tag} (clusters.tags.exclude)`);
}

/** The entry of a cluster that only the state knew, and what became of its findings. */
export function toGoneCoverage(target: Target, { outcome, delivery }: Publication): Coverage {
  const failed = delivery.failed.length;
  const archived =
    outcome === "blocked"
      ? "its findings could not be archived: the state or Security Hub could not be read or written"
      : failed === 0
        ? "its findings are archived"
        : `${failed} of its findings could not be archived`;
  return { ...target, outcome: "skipped", detail: `the cluster is gone, and ${archived}` };
}

/** `wanted`: key or key=value. */
export function hasTag(tags: Readonly<Record<string, string>>, wanted: string): boolean {
  const [key = "", ...value] = wanted.split("=");
  if (!Object.hasOwn(tags, key)) return false;
  return value.length === 0 || tags[key] === value.join("=");
}

/** scanned: all that this access level allows was read; partial: some was not; missed: the cluster is dark. */
export function toClusterCoverage(snapshot: Snapshot): Coverage {
  const gaps = FACT_NAMES.flatMap((name) => {
    const fact = snapshot.facts[name];
    return fact.seen || isExpectedGap(name, fact) ? [] : [{ name, ...fact }];
  });
  const [first] = gaps;
  if (first === undefined) return { ...snapshot.target, outcome: "scanned", ...levelDetail(snapshot) };
  const kubernetesSeen = FACT_NAMES.some((name) => FACT_ACCESS[name] !== "aws" && snapshot.facts[name].seen);
  if (!kubernetesSeen) {
    // Missed for what keeps the cluster's own API dark, whatever else could not be read.
    const { why, detail } = gaps.find(({ name }) => FACT_ACCESS[name] !== "aws") ?? first;
    return { ...snapshot.target, outcome: "missed", why, detail };
  }
  const names = gaps.map((gap) => gap.name).join(", ");
  const detail = `not read: ${names}; ${first.detail}`;
  return { ...snapshot.target, outcome: "partial", why: first.why, detail };
}

/** What level 2 would add, or which of its rules is missing. */
function levelDetail({ facts }: Snapshot): { detail?: string } {
  if (!facts.nodes.seen && facts.nodes.why === "access-denied")
    return {
      detail: "access level 1: nodes and custom resources are not readable with AmazonEKSViewPolicy alone",
    };
  const denied = FACT_NAMES.filter((name) => {
    const fact = facts[name];
    return !fact.seen && fact.why === "access-denied";
  });
  return denied.length === 0 ? {} : { detail: `not readable, grant them by RBAC: ${denied.join(", ")}` };
}

/** A run is complete when nothing in scope was left unread. */
export function isComplete(coverage: readonly Coverage[]): boolean {
  return coverage.every(({ outcome }) => outcome === "scanned" || outcome === "skipped");
}
