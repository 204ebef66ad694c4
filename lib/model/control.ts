// A control is a page: its metadata and one pure function. It gets exactly the facts that it declares.

import type { EnforcementDetail } from "./enforcement-detail.ts";
import type { Evidence, Remediation, Severity, Subject } from "./finding.ts";
import type { GitOps } from "./gitops.ts";
import type { NamespaceDetail } from "./isolation-detail.ts";
import type { Observed } from "./observed.ts";
import type { Enforcement, NamespaceReport } from "./posture.ts";
import type { FactTypes } from "./snapshot.ts";

/** What the engine derives once per cluster from the observed facts (scan/derive.ts). */
export interface DerivedTypes {
  readonly enforcement: Enforcement;
  readonly enforcementDetail: EnforcementDetail;
  readonly isolation: Isolation;
  readonly gitOps: GitOps;
}

export interface Isolation {
  /** In code-unit order of their names. */
  readonly namespaces: readonly NamespaceReport[];
  /** One per namespace, in the same order: what controls need beyond the report. */
  readonly details: readonly NamespaceDetail[];
}

export type InputTypes = FactTypes & DerivedTypes;
export type InputName = keyof InputTypes;

/** What the configuration says about judging. Nothing in it is an observation. */
export interface EvaluationSettings {
  /** Namespaces that are listed but not judged, each with the reason that the finding gives. */
  readonly unjudgedNamespaces: readonly { readonly glob: string; readonly reason: string }[];
  /** Those that are being deleted; absent: judged, for one that hangs may run pods for months. */
  readonly terminatingNamespaces?: "judge" | "skip";
}

export interface Verdict {
  readonly status: "pass" | "fail" | "not-applicable" | "unknown";
  readonly subject: Subject;
  /** Lower or raise the control's severity for this subject, with the reason in `because`. */
  readonly severity?: Severity;
  /** One full sentence. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
  /** The objects at fault, the most telling first: where they stand in manifests is evidence too. */
  readonly about?: readonly ObjectReference[];
  /** What to do about this subject; the control's general remediation where absent. */
  readonly remediation?: Remediation;
}

/** An object of the subject's namespace, or of none. */
export interface ObjectReference {
  /** `Deployment` of a workload; with its group of a policy, as `NetworkPolicy.networking.k8s.io`. */
  readonly kind: string;
  readonly name: string;
}

export interface FrameworkReference {
  readonly framework:
    | "CIS EKS"
    | "CIS Kubernetes"
    | "NIST 800-53 r5"
    | "PCI DSS 4.0"
    | "NSA/CISA"
    | "AWS EKS Best Practices";
  readonly id: string;
  /** `benchmark`: the benchmark's own check; `mapping`: ours. */
  readonly origin: "benchmark" | "mapping";
}

export interface Control<
  N extends InputName = never,
  R extends InputName = never,
  A extends InputName = never,
> {
  /** Permanent, never reused. */
  readonly id: string;
  /** Says the compliant state with "should". */
  readonly title: string;
  readonly subject: "cluster" | "namespace";
  readonly severity: Severity;
  readonly severityReason: string;
  readonly rationale: string;
  readonly frameworks: readonly FrameworkReference[];
  /** What it decides with an access entry for AmazonEKSViewPolicy alone (level 1). */
  readonly atAccessLevel1: string;
  readonly remediation: string;
  readonly link: string;
  /** Any one unseen makes the verdict unknown, by construction. */
  readonly needs: readonly N[];
  /** Handed over as `Observed` (NETPOL.2 to .9 only). */
  readonly reads?: readonly R[];
  /** Handed over as `Observed` for the remediation alone: what it says never depends on them, only what to do. */
  readonly remedyReads?: readonly A[];
  evaluate(input: ControlInput<N, R | A>): readonly Verdict[];
}

export interface ControlInput<N extends InputName, R extends InputName> {
  readonly facts: Pick<InputTypes, N>;
  readonly reads: { readonly [K in R]: Observed<InputTypes[K]> };
  readonly clusterName: string;
  /** null: no AWS around the cluster. */
  readonly region: string | null;
  readonly settings: EvaluationSettings;
}

/** What the catalogue holds: the facts' names are checked at definition, not again at every use. */
export type AnyControl = Omit<Control, "needs" | "reads" | "remedyReads" | "evaluate"> & {
  readonly needs: readonly InputName[];
  readonly reads: readonly InputName[];
  readonly remedyReads: readonly InputName[];
  evaluate(input: ControlInput<InputName, InputName>): readonly Verdict[];
};

/** What people and documents read of a control, and no scan does: a Lambda's bundle leaves it out (build/lean-controls.mjs). */
export const ONLY_IN_DOCUMENTS = [
  "severityReason",
  "rationale",
  "frameworks",
  "atAccessLevel1",
  "link",
] as const satisfies readonly (keyof AnyControl)[];

/** What a scan asks of a control. */
export type JudgingControl = Omit<AnyControl, (typeof ONLY_IN_DOCUMENTS)[number]>;

/** Identity that infers the fact names, so that `evaluate` can touch only what it declared. */
export function defineControl<
  const N extends InputName,
  const R extends InputName = never,
  const A extends InputName = never,
>(control: Control<N, R, A>): AnyControl {
  return {
    ...control,
    reads: control.reads ?? [],
    remedyReads: control.remedyReads ?? [],
    evaluate: (input) => control.evaluate(input),
  };
}
