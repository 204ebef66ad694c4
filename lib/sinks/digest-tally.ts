// What a digest counts: clusters by verdict, findings by status, failures by severity. Pure.

import { SEVERITIES, type Change, type Finding } from "../model/finding.ts";
import type { ClusterReport } from "../model/report.ts";
import { NOTHING_COUNTED } from "../model/run-counts.ts";
import type { Digest } from "./digest.ts";

export interface DigestTally {
  addCluster(cluster: ClusterReport): void;
  addFinding(finding: Finding): void;
  counts(): Pick<Digest, "enforcement" | "checks" | "failed" | "worstSeverity" | "stillOpen">;
  /** A finding had a `change`: the run was compared with an earlier one. */
  isCompared(): boolean;
  /** Those with a failure. */
  readonly accounts: ReadonlySet<string>;
}

export function openTally(): DigestTally {
  const enforcement = { ...NOTHING_COUNTED.verdicts };
  const checks = { ...NOTHING_COUNTED.statuses };
  const failed = { ...NOTHING_COUNTED.failed };
  const stillOpen = { ...NOTHING_COUNTED.failed };
  const accounts = new Set<string>();
  let isCompared = false;
  return {
    accounts,
    isCompared: () => isCompared,
    addCluster: ({ enforcement: { verdict } }) => void (enforcement[verdict] += 1),
    addFinding({ status, severity, account, change }) {
      checks[status] += 1;
      if (change !== undefined) isCompared = true;
      if (status !== "fail") return;
      failed[severity] += 1;
      if (isKnown(change)) stillOpen[severity] += 1;
      if (account !== null) accounts.add(account);
    },
    counts: () => ({
      enforcement,
      checks,
      failed,
      worstSeverity: SEVERITIES.find((severity) => failed[severity] > 0) ?? null,
      // A finding without `change` was not compared: then nothing is said about what is new.
      stillOpen: isCompared ? stillOpen : null,
    }),
  };
}

function isKnown(change: Change | undefined): boolean {
  return change === "unchanged" || change === "heartbeat";
}
