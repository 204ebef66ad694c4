// What `ringfence explain` says of one subject, as plain data: the text and the JSON are made from it.

import type { Finding } from "./finding.ts";
import type { DeadPeer, OverBroadRule, PolicyProblem } from "./isolation-detail.ts";
import type { Observed } from "./observed.ts";
import type { NamespaceReport } from "./posture.ts";
import type { ClusterReport } from "./report.ts";

export interface NamespaceExplanation {
  readonly schemaVersion: 1;
  readonly kind: "namespace";
  readonly cluster: Pick<
    ClusterReport,
    "account" | "region" | "name" | "createdAt" | "version" | "enforcement"
  >;
  readonly namespace: NamespaceReport;
  /** Unseen where only a report was looked at: it does not hold them. */
  readonly rules: Observed<RulesReview>;
  /** Of every status. */
  readonly findings: readonly Finding[];
}

export interface FindingExplanation {
  readonly schemaVersion: 1;
  readonly kind: "finding";
  readonly finding: Finding;
  /** The control's title and rationale. */
  readonly about: string;
}

/** What was asked for is not in what could be looked at, and not everything could. */
export interface MissedExplanation {
  readonly schemaVersion: 1;
  readonly kind: "missed";
  readonly subject: string;
  readonly because: string;
}

export type Explanation = NamespaceExplanation | FindingExplanation | MissedExplanation;

/** An observation, and no judgement: a broad rule may be meant so, and a peer may be written for pods that come. */
export interface RulesReview {
  readonly overBroadRules: FirstItems<OverBroadRule & InWords>;
  readonly deadPeers: FirstItems<DeadPeer & InWords>;
  /** What could not be read: what it admits is not known. */
  readonly problems: FirstItems<PolicyProblem>;
  readonly ignoredPolicies: FirstItems<PolicyProblem>;
  /** Why these may lack something: policies of another API could not be seen, or there was too much to look through. */
  readonly blind: string | null;
}

export interface InWords {
  /** One sentence. */
  readonly means: string;
}

export interface FirstItems<T> {
  readonly items: readonly T[];
  /** How many there are beyond these. */
  readonly more: number;
}
