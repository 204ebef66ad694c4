// Gives packed records their names back. No DOM.

import { SEVERITIES, STATUSES, SUBJECT_KINDS, type Finding } from "../../model/finding.ts";
import type { DirectionReport, WorkloadReport } from "../../model/posture.ts";
import type { Suggestion, SuggestionSide } from "../../model/suggestion.ts";
import type {
  FindingMore,
  PackedFinding,
  PackedSide,
  PackedSuggestion,
  PackedWorkload,
  PageData,
} from "../page-data.ts";

type FindingParts = "status" | "severity" | "subject" | "because";

export interface PageFinding extends Pick<Finding, FindingParts>, FindingMore {
  /** Places in the page's tables. */
  readonly control: number;
  readonly cluster: number | null;
  readonly remediation: number;
  readonly evidence: readonly number[];
  readonly id: string;
}

export interface PageWorkload extends Pick<WorkloadReport, "kind" | "name" | "hostNetwork"> {
  readonly pods: number;
  readonly ingress: DirectionReport;
  readonly egress: DirectionReport;
}

/** Of a namespace without or with the policies that are suggested for it. */
export type PageSide = Pick<SuggestionSide, "posture" | "groups" | "moreWorkloads">;

export interface PageSuggestion extends Pick<Suggestion, "policies"> {
  readonly before: PageSide;
  readonly after: PageSide;
}

export interface Page extends Omit<PageData, "findings"> {
  readonly findings: readonly PageFinding[];
}

export function unpackPage(data: PageData): Page {
  return { ...data, findings: data.findings.map((finding) => unpackFinding(finding, data)) };
}

function unpackFinding(packed: PackedFinding, data: PageData): PageFinding {
  const [
    control,
    status,
    severity,
    kind,
    name,
    because,
    cluster,
    idPrefix,
    idEnd,
    remediation,
    evidence,
    more,
  ] = packed;
  return {
    ...more,
    control,
    status: at(STATUSES, status),
    severity: at(SEVERITIES, severity),
    subject: { kind: at(SUBJECT_KINDS, kind), name },
    because,
    cluster,
    id: at(data.idPrefixes, idPrefix) + idEnd,
    remediation,
    evidence,
  };
}

export function unpackWorkload(packed: PackedWorkload, { kinds, directions }: Page): PageWorkload {
  const [kind, name, pods, ingress, egress, hostNetwork] = packed;
  return {
    kind: at(kinds, kind),
    name,
    pods,
    hostNetwork: hostNetwork === true,
    ingress: at(directions, ingress),
    egress: at(directions, egress),
  };
}

export function unpackSuggestion({ policies, before, after }: PackedSuggestion, page: Page): PageSuggestion {
  return { policies, before: unpackSide(before, page), after: unpackSide(after, page) };
}

function unpackSide({ posture, groups, moreWorkloads }: PackedSide, { reaches }: Page): PageSide {
  return {
    posture,
    moreWorkloads,
    groups: groups.map(([workloads, more, pods, ingress, egress, hostNetwork]) => ({
      workloads,
      moreWorkloads: more,
      pods,
      hostNetwork: hostNetwork === true,
      ingress: at(reaches, ingress),
      egress: at(reaches, egress),
    })),
  };
}

/** The entry of a table; what is not there was packed wrong, which is our own bug. */
export function at<T>(entries: readonly T[], index: number): T {
  const entry = entries[index];
  if (entry === undefined) throw new Error(`The page's data has no entry ${index}.`);
  return entry;
}
