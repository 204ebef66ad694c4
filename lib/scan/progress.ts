// How far a run is, for whoever watches it: counts, the cluster that ended just now, and those that are being read.

import type { Coverage, Target } from "../model/target.ts";
import type { ClusterScan } from "./scan-cluster.ts";

export interface Progress {
  readonly accounts: { readonly done: number; readonly total: number };
  /** `total` grows until every account is done. */
  readonly clusters: { readonly done: number; readonly total: number };
  readonly failedFindings: number;
  /** The cluster that ended just now; null where something else moved. */
  readonly latest: EndedCluster | null;
  /** Oldest first. */
  readonly running: readonly RunningCluster[];
}

export interface EndedCluster {
  readonly coverage: Coverage;
  readonly failed: number;
  readonly durationMs: number;
}

export interface RunningCluster {
  readonly target: Target;
  readonly since: Date;
}

export interface ProgressCounter {
  accountDone(clusters: number): void;
  /** Returns what to call when it ends. */
  clusterStarted(target: Target): (scan: ClusterScan) => void;
}

export function createProgress(
  accounts: number,
  now: () => Date,
  onProgress: (progress: Progress) => void,
): ProgressCounter {
  const counts = { accountsDone: 0, clustersTotal: 0, clustersDone: 0, failedFindings: 0 };
  const running = new Set<RunningCluster>();
  const tell = (latest: EndedCluster | null): void =>
    onProgress({
      accounts: { done: counts.accountsDone, total: accounts },
      clusters: { done: counts.clustersDone, total: counts.clustersTotal },
      failedFindings: counts.failedFindings,
      latest,
      running: [...running],
    });
  return {
    accountDone(clusters) {
      counts.accountsDone += 1;
      counts.clustersTotal += clusters;
      tell(null);
    },
    clusterStarted(target) {
      const one = { target, since: now() };
      running.add(one);
      tell(null);
      return ({ coverage, findings }) => {
        running.delete(one);
        const failed = findings.filter(({ status }) => status === "fail").length;
        counts.clustersDone += 1;
        counts.failedFindings += failed;
        tell({ coverage, failed, durationMs: now().getTime() - one.since.getTime() });
      };
    },
  };
}
