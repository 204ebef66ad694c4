// A snapshot's verdicts: derives the shared pictures once, asks every control, and turns verdicts into findings.
// Pure: the same snapshot gives the same findings wherever it was collected.

import { compareCodeUnits } from "../model/code-units.ts";
import type { JudgingControl, EvaluationSettings, ObjectReference, Verdict } from "../model/control.ts";
import { createFindingIds } from "../model/finding-id.ts";
import type { Evidence, Finding, Remediation, Subject } from "../model/finding.ts";
import { finish, type Pieces } from "../model/pieces.ts";
import type { ClusterReport } from "../model/report.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Target } from "../model/target.ts";
import { derive, type Derived } from "./derive.ts";
import { evaluateControl } from "./evaluate-control.ts";

export interface Evaluation {
  readonly cluster: ClusterReport;
  /** In the catalogue's order, then by subject name in code-unit order. */
  readonly findings: readonly Finding[];
}

export function evaluateSnapshot(
  snapshot: Snapshot,
  controls: readonly JudgingControl[],
  settings: EvaluationSettings,
  locate: Locate = NOWHERE,
): Evaluation {
  return finish(evaluateInPieces(snapshot, controls, settings, locate));
}

export function* evaluateInPieces(
  snapshot: Snapshot,
  controls: readonly JudgingControl[],
  settings: EvaluationSettings,
  locate: Locate = NOWHERE,
): Pieces<Evaluation> {
  const derived = yield* derive(snapshot);
  const inputs = { ...snapshot.facts, ...derived };
  const findings: Finding[] = [];
  const shareSubject = createSubjects();
  const toIds = createFindingIds({ ...snapshot.target, createdAt: createdAtOf(snapshot) });
  for (const control of controls) {
    yield;
    const toId = toIds(control.id);
    const advice = { text: control.remediation, commands: [], files: [] };
    const about = { control, target: snapshot.target, toId, shareSubject, advice, locate };
    const verdicts = evaluateControl(control, inputs, snapshot.target, settings);
    for (const verdict of verdicts.toSorted((a, b) => compareCodeUnits(a.subject.name, b.subject.name)))
      findings.push(toFinding(verdict, about));
  }
  return { cluster: toClusterReport(snapshot, derived), findings };
}

/** Where in the input the objects of a finding stand, as evidence. A live cluster has no such places. */
export type Locate = (subject: Subject, about: readonly ObjectReference[]) => readonly Evidence[];

const NOWHERE: Locate = () => [];

/** What the findings of one control have in common. */
interface About {
  readonly control: JudgingControl;
  readonly target: Target;
  readonly toId: (subject: Subject) => string;
  readonly shareSubject: (subject: Subject) => Subject;
  /** Where a verdict has none of its own. */
  readonly advice: Remediation;
  readonly locate: Locate;
}

function toFinding(
  verdict: Verdict,
  { control, target, toId, shareSubject, advice, locate }: About,
): Finding {
  const isToChange = verdict.status === "fail" || verdict.status === "unknown";
  const places = isToChange ? locate(verdict.subject, verdict.about ?? []) : [];
  const { account, region, cluster } = target;
  return {
    id: toId(verdict.subject),
    controlId: control.id,
    title: control.title,
    status: verdict.status,
    severity: verdict.severity ?? control.severity,
    account,
    region,
    cluster,
    subject: shareSubject(verdict.subject),
    because: verdict.because,
    evidence: places.length === 0 ? verdict.evidence : [...verdict.evidence, ...places],
    remediation: verdict.remediation ?? advice,
  };
}

/** The findings of all controls are about the same subjects. */
function createSubjects(): (subject: Subject) => Subject {
  const known = new Map<string, Subject>();
  return (subject) => {
    const shared = known.get(subject.name);
    if (shared?.kind === subject.kind) return shared;
    known.set(subject.name, subject);
    return subject;
  };
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
