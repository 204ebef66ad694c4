// The completeness proof: for each thing that a run should have looked at, whether it did, and why not.
// A skip is something that is not ours to scan and says so; it is never a way to hide an error.

import type { Unseen } from "../model/observed.ts";
import {
  FACT_ACCESS,
  FACT_NAMES,
  type ClusterDescription,
  type FactName,
  type Snapshot,
} from "../model/snapshot.ts";
import type { Coverage, Target } from "../model/target.ts";

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

function hasTag(tags: Readonly<Record<string, string>>, wanted: string): boolean {
  const [key = "", ...value] = wanted.split("=");
  if (!Object.hasOwn(tags, key)) return false;
  return value.length === 0 || tags[key] === value.join("=");
}

/** Facts whose absence leaves only some verdicts unknown: denied at level 1 by design, or read on demand. */
function isExpectedGap(name: FactName, gap: Unseen): boolean {
  if (gap.why === "not-attempted") return true;
  return FACT_ACCESS[name] === "level-2" && gap.why === "access-denied";
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

function levelDetail(snapshot: Snapshot): { detail?: string } {
  const { nodes } = snapshot.facts;
  if (nodes.seen || nodes.why !== "access-denied") return {};
  return {
    detail: "access level 1: nodes and custom resources are not readable with AmazonEKSViewPolicy alone",
  };
}

/** A run is complete when nothing in scope was left unread. */
export function isComplete(coverage: readonly Coverage[]): boolean {
  return coverage.every(({ outcome }) => outcome === "scanned" || outcome === "skipped");
}
