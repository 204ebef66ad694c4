// A snapshot's verdicts: derives the shared pictures once, asks every control, and turns verdicts into findings.
// Pure: the same snapshot gives the same findings wherever it was collected.

import { compareCodeUnits } from "../model/code-units.ts";
import type { AnyControl, EvaluationSettings, ObjectReference, Verdict } from "../model/control.ts";
import { toFindingId } from "../model/finding-id.ts";
import type { Evidence, Finding, Remediation, Subject } from "../model/finding.ts";
import type { ClusterReport } from "../model/report.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { derive, type Derived } from "./derive.ts";
import { evaluateControl } from "./evaluate-control.ts";

export interface Evaluation {
  readonly cluster: ClusterReport;
  /** In the catalogue's order, then by subject name in code-unit order. */
  readonly findings: readonly Finding[];
}

export function evaluateSnapshot(
  snapshot: Snapshot,
  controls: readonly AnyControl[],
  settings: EvaluationSettings,
  locate: Locate = NOWHERE,
): Evaluation {
  const derived = derive(snapshot);
  const inputs = { ...snapshot.facts, ...derived };
  return {
    cluster: toClusterReport(snapshot, derived),
    findings: controls.flatMap((control) =>
      evaluateControl(control, inputs, snapshot.target.cluster, settings)
        .toSorted((a, b) => compareCodeUnits(a.subject.name, b.subject.name))
        .map((verdict) => toFinding(control, verdict, snapshot, locate)),
    ),
  };
}

/** Where in the input the objects of a finding stand, as evidence. A live cluster has no such places. */
export type Locate = (subject: Subject, about: readonly ObjectReference[]) => readonly Evidence[];

const NOWHERE: Locate = () => [];

function toFinding(control: AnyControl, verdict: Verdict, snapshot: Snapshot, locate: Locate): Finding {
  const isToChange = verdict.status === "fail" || verdict.status === "unknown";
  const places = isToChange ? locate(verdict.subject, verdict.about ?? []) : [];
  const { account, region, cluster } = snapshot.target;
  return {
    id: toFindingId({
      account,
      region,
      cluster,
      controlId: control.id,
      createdAt: createdAtOf(snapshot),
      subject: verdict.subject,
    }),
    controlId: control.id,
    title: control.title,
    status: verdict.status,
    severity: verdict.severity ?? control.severity,
    account,
    region,
    cluster,
    subject: verdict.subject,
    because: verdict.because,
    evidence: [...verdict.evidence, ...places],
    remediation: verdict.remediation ?? toRemediation(control),
  };
}

function toRemediation(control: AnyControl): Remediation {
  return { text: control.remediation, commands: [], files: [] };
}

function createdAtOf(snapshot: Snapshot): string | null {
  const { cluster } = snapshot.facts;
  return cluster.seen ? cluster.value.createdAt : null;
}

function toClusterReport(snapshot: Snapshot, derived: Derived): ClusterReport {
  const { cluster } = snapshot.facts;
  const { account, region, cluster: name } = snapshot.target;
  if (!derived.enforcement.seen) throw new Error("enforcement is always derived");
  return {
    account,
    region,
    name,
    ...(cluster.seen && cluster.value.createdAt !== null ? { createdAt: cluster.value.createdAt } : {}),
    ...(cluster.seen && cluster.value.version !== null ? { version: cluster.value.version } : {}),
    enforcement: derived.enforcement.value,
    namespaces: derived.isolation.seen ? derived.isolation.value.namespaces : [],
  };
}
