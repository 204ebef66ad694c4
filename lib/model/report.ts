// The report of a run: the shape of `--format json` (CONTRACTS), from which every other format is projected.

import type { Finding } from "./finding.ts";
import type { Enforcement, NamespaceReport } from "./posture.ts";
import type { Coverage } from "./target.ts";
import type { TrendPoint } from "./trend.ts";

export interface ClusterReport {
  readonly account: string | null;
  readonly region: string | null;
  readonly name: string;
  readonly createdAt?: string;
  readonly version?: string;
  /** The tags of the configuration's routes that the cluster carries, as the routes write them. */
  readonly routeTags?: readonly string[];
  readonly enforcement: Enforcement;
  readonly namespaces: readonly NamespaceReport[];
  /** Namespaces with suggested policies whose picture had no room here. Absent: none, or nobody asked. */
  readonly suggestionsLeftOut?: number;
}

export interface Probe {
  readonly from: string;
  readonly to: string;
  readonly port: number | string;
  readonly protocol: string;
  readonly allowed: boolean | null;
  readonly because: string;
}

/** Counts of what the run cost. Milliseconds, calls, bytes. */
export interface Stats {
  readonly durationMs: number;
  readonly awsCalls: Readonly<Record<string, number>>;
  readonly kubernetesRequests: number;
}

export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "ringfence"; readonly version: string };
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** False as soon as one coverage entry is partial or missed. */
  readonly complete: boolean;
  readonly coverage: readonly Coverage[];
  readonly clusters: readonly ClusterReport[];
  readonly findings: readonly Finding[];
  readonly probes?: readonly Probe[];
  /** The runs that the state remembers, oldest first, with this one. Absent: none are. */
  readonly trend?: readonly TrendPoint[];
  readonly stats?: Stats;
}

/**
 * A report as it is read: front to back, as often as one likes. Of a thousand clusters the lists are unpacked on the
 * way, so that no more than one cluster of them is in memory.
 */
export interface ReportView extends Omit<Report, "clusters" | "findings"> {
  readonly clusters: Iterable<ClusterReport>;
  readonly findings: Iterable<Finding>;
}

/** With everything in memory at once. */
export function toWholeReport(view: ReportView): Report {
  return { ...view, clusters: [...view.clusters], findings: [...view.findings] };
}
