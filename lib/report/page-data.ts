// What the HTML report carries for its script: the report, packed. What is said often stands in a table once;
// what had no room is counted, so that the page can say what only the JSON has.

import type { Evidence, Finding, Remediation } from "../model/finding.ts";
import type { DirectionReport, NamespaceReport, NodeEnforcement } from "../model/posture.ts";
import type { ClusterReport } from "../model/report.ts";
import type { Reach, Suggestion, SuggestionSide } from "../model/suggestion.ts";

/** A place in one of the tables. */
type Index = number;

export interface PageData extends PageTables {
  /** When the run ended, as 2027-01-31 (UTC). */
  readonly day: string;
  readonly clusters: readonly PageCluster[];
  /** Worst first. */
  readonly findings: readonly PackedFinding[];
  readonly leftOut: LeftOut;
}

/** What records name by its place. */
export interface PageTables {
  readonly controls: readonly PageControl[];
  readonly evidence: readonly Evidence[];
  readonly remediations: readonly Remediation[];
  readonly directions: readonly DirectionReport[];
  readonly reaches: readonly Reach[];
  readonly idPrefixes: readonly string[];
  readonly kinds: readonly string[];
}

export interface PageControl {
  readonly id: string;
  readonly title: string;
}

/** What is in the JSON report only. */
export interface LeftOut {
  readonly findings: number;
  /** Namespaces of which nothing but name and posture is here. */
  readonly namespaces: number;
}

type ClusterParts = "account" | "region" | "name" | "version" | "suggestionsLeftOut";

export interface PageCluster extends Pick<ClusterReport, ClusterParts> {
  /** null: nothing of it could be read. */
  readonly enforcement: PageEnforcement | null;
  readonly namespaces: readonly PageNamespace[];
}

type Kept = "verdict" | "engine" | "engines" | "mode" | "because" | "missing" | "unselectedPods";

export interface PageEnforcement extends Pick<ClusterReport["enforcement"], Kept> {
  readonly evidence: readonly Index[];
  readonly nodeGroups: readonly NodeGroup[];
}

/** Nodes of which the same is to be said. */
export interface NodeGroup extends Pick<NodeEnforcement, "engine" | "computeType" | "verdict" | "because"> {
  readonly count: number;
  /** null: of at least one node they were not counted. */
  readonly pods: number | null;
  /** The first of them. */
  readonly names: readonly string[];
}

export interface PageNamespace extends Pick<NamespaceReport, "name" | "posture"> {
  /** null: left to the JSON. */
  readonly detail: NamespaceDetail | null;
}

type NamespaceParts =
  | "policies"
  | "deadPolicies"
  | "defaultDeny"
  | "assumesEnforcement"
  | "unprocessedPolicies";

export interface NamespaceDetail extends Pick<NamespaceReport, NamespaceParts> {
  readonly workloads: readonly PackedWorkload[];
  readonly suggestion?: PackedSuggestion;
}

export interface PackedSuggestion extends Pick<Suggestion, "policies"> {
  readonly before: PackedSide;
  readonly after: PackedSide;
}

export interface PackedSide extends Pick<SuggestionSide, "posture" | "moreWorkloads"> {
  readonly groups: readonly PackedGroup[];
}

export type PackedGroup = readonly [
  workloads: readonly string[],
  moreWorkloads: number,
  pods: number,
  ingress: Index,
  egress: Index,
  hostNetwork?: true,
];

/** Of these there may be hundred thousands, so they stand without the names of their members. */
export type PackedWorkload = readonly [
  kind: Index,
  name: string,
  pods: number,
  ingress: Index,
  egress: Index,
  hostNetwork?: true,
];

export type PackedFinding = readonly [
  control: Index,
  /** Places in STATUSES, SEVERITIES and SUBJECT_KINDS. */
  status: Index,
  severity: Index,
  subjectKind: Index,
  subjectName: string,
  because: string,
  /** null: about an account, a Region or the run. */
  cluster: Index | null,
  idPrefix: Index,
  idEnd: string,
  remediation: Index,
  evidence: readonly Index[],
  more?: FindingMore,
];

/** What most findings do not have. */
export type FindingMore = Partial<
  Pick<Finding, "change" | "firstSeenAt" | "exemption" | "account" | "region">
>;
