// What `ringfence fix` writes: the remedies of one cluster's failures as files, and a README that says what, why,
// in which order, and how to undo it. Pure; nothing here applies anything.

import type { Finding } from "../model/finding.ts";
import { toPathSegment } from "./file-name.ts";
import { toReadme } from "./fix-readme.ts";

export interface PlannedFile {
  /** Relative to the folder, with `/`; made of harmless segments only. */
  readonly path: string;
  readonly content: string;
}

/** The failures of one subject, and what is written for them. */
export interface SubjectPlan {
  readonly subject: Finding["subject"];
  readonly folder: string;
  readonly findings: readonly Finding[];
  readonly files: readonly PlannedFile[];
  readonly commands: readonly string[];
  /** Control ids whose file changes an object that an earlier one of the subject changes already. */
  readonly postponed: readonly string[];
}

export interface FixPlan {
  readonly cluster: string;
  readonly failures: number;
  readonly files: readonly PlannedFile[];
}

export interface FixScope {
  readonly cluster: string;
  /** Null: the cluster and all its namespaces. */
  readonly namespace: string | null;
}

/** The findings that a scope asks for, of those of its cluster. */
export function inFixScope(findings: readonly Finding[], { namespace }: FixScope): readonly Finding[] {
  return findings.filter(
    ({ subject }) => namespace === null || (subject.kind === "namespace" && subject.name === namespace),
  );
}

/** `inScope`: as `inFixScope` gives them. */
export function toFixPlan(inScope: readonly Finding[], { cluster }: FixScope): FixPlan {
  const failures = inScope.filter(({ status }) => status === "fail");
  const bySubject = Map.groupBy(failures, ({ subject }) => `${subject.kind}/${subject.name}`);
  const subjects = [...bySubject.values()].flatMap(toSubjectPlan);
  const unknown = inScope.filter(({ status }) => status === "unknown").length;
  const readme = { path: "README.md", content: toReadme({ cluster, subjects, unknown }) };
  return {
    cluster,
    failures: failures.length,
    files: [readme, ...subjects.flatMap(({ files }) => files)],
  };
}

function toSubjectPlan(findings: readonly Finding[]): readonly SubjectPlan[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { subject } = first;
  const folder = subject.kind === "namespace" ? `namespaces/${toPathSegment(subject.name)}` : "cluster";
  const files = new Map<string, string>();
  const postponed: string[] = [];
  const commands = new Set<string>();
  for (const { controlId, remediation } of findings) {
    const taken = remediation.files.some(({ name, content }) => (files.get(name) ?? content) !== content);
    if (taken) {
      postponed.push(controlId);
      continue;
    }
    for (const { name, content } of remediation.files) files.set(name, content);
    for (const command of remediation.commands) commands.add(command);
  }
  return [
    {
      subject,
      folder,
      findings,
      files: [...files].map(([name, content]) => ({ path: `${folder}/${name}`, content })),
      commands: [...commands],
      postponed,
    },
  ];
}
