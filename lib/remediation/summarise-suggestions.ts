// The pictures of suggested policies as the report carries them: compact, worst namespace first, and within a bound.
// Pure.

import { SEVERITIES, type Finding, type Severity } from "../model/finding.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { Reach, ReachGroup, ReachRule, Suggestion, SuggestionSide } from "../model/suggestion.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { Allowed } from "../netpol/allowances.ts";
import type { IsolationInput } from "../netpol/isolation-input.ts";
import {
  createSuggestionPictures,
  type NamespacePicture,
  type SuggestionPicture,
  type WorkloadPicture,
} from "./suggestion-pictures.ts";

const MAX_NAMES = 20;
const MAX_GROUPS = 12;
const MAX_RULES = 12;

export interface SuggestionSummary {
  readonly namespaces: readonly NamespaceReport[];
  /** Namespaces for which policies are suggested and no picture had room. */
  readonly leftOut: number;
}

/** `maxLength`: of all suggestions together, in characters of JSON. */
export function summariseSuggestions(
  namespaces: readonly NamespaceReport[],
  input: IsolationInput,
  findings: readonly Finding[],
  maxLength: number,
): SuggestionSummary {
  const pictureOf = createSuggestionPictures(input, findings);
  const names = namesWorstFirst(findings);
  const suggestions = new Map<string, Suggestion>();
  let room = maxLength;
  for (const [index, name] of names.entries()) {
    const picture = pictureOf(name);
    if (picture === null) continue;
    const suggestion = toSuggestion(picture);
    room -= JSON.stringify(suggestion).length;
    // Each picture costs an evaluation, so that the bound of the text is also that of the time.
    if (room < 0)
      return { namespaces: withSuggestions(namespaces, suggestions), leftOut: names.length - index };
    suggestions.set(name, suggestion);
  }
  return { namespaces: withSuggestions(namespaces, suggestions), leftOut: 0 };
}

function withSuggestions(
  namespaces: readonly NamespaceReport[],
  suggestions: ReadonlyMap<string, Suggestion>,
): readonly NamespaceReport[] {
  return namespaces.map((namespace) => {
    const suggestion = suggestions.get(namespace.name);
    return suggestion === undefined ? namespace : { ...namespace, suggestion };
  });
}

/** Namespaces with a failure that brings policies. */
function namesWorstFirst(findings: readonly Finding[]): readonly string[] {
  const worst = new Map<string, Severity>();
  for (const { status, subject, severity, remediation } of findings) {
    if (status !== "fail" || subject.kind !== "namespace") continue;
    if (!remediation.files.some(({ name }) => name.endsWith(".yaml"))) continue;
    const known = worst.get(subject.name);
    if (known === undefined || rankOf(severity) < rankOf(known)) worst.set(subject.name, severity);
  }
  return [...worst].toSorted(([, a], [, b]) => rankOf(a) - rankOf(b)).map(([name]) => name);
}

function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function toSuggestion({ suggested, before, after }: SuggestionPicture): Suggestion {
  return { policies: suggested, before: toSide(before), after: toSide(after) };
}

function toSide({ posture, defaultDeny, workloads }: NamespacePicture): SuggestionSide {
  const alike = Map.groupBy(workloads, (workload) => JSON.stringify(toFlows(workload)));
  const groups = [...alike.values()].flatMap(toGroup);
  return {
    posture,
    defaultDeny,
    groups: groups.slice(0, MAX_GROUPS),
    moreWorkloads: groups
      .slice(MAX_GROUPS)
      .reduce((sum, group) => sum + group.workloads.length + group.moreWorkloads, 0),
  };
}

function toFlows(workload: WorkloadPicture) {
  const { hostNetwork } = workload.report;
  return { hostNetwork, ingress: toReach(workload, "ingress"), egress: toReach(workload, "egress") };
}

function toGroup(workloads: readonly WorkloadPicture[]): readonly ReachGroup[] {
  const [first] = workloads;
  if (first === undefined) return [];
  return [
    {
      workloads: workloads.slice(0, MAX_NAMES).map(({ report }) => report.name),
      moreWorkloads: Math.max(0, workloads.length - MAX_NAMES),
      pods: workloads.reduce((sum, { report }) => sum + report.pods.counted, 0),
      ...toFlows(first),
    },
  ];
}

function toReach({ report, allowed }: WorkloadPicture, direction: Direction): Reach {
  const { isolated, openToCluster, openToExternal, externalShare } = report[direction];
  const groups = allowed[direction];
  const rules = new Map(
    groups.flatMap((group) => group.rules).map((rule) => [JSON.stringify(toRule(rule)), toRule(rule)]),
  );
  return {
    isolated,
    openToCluster,
    openToExternal,
    externalShare,
    rules: [...rules.values()].slice(0, MAX_RULES),
    moreRules: Math.max(0, rules.size - MAX_RULES),
    otherwise: agreed(groups),
    isDoubtful: groups.some(({ doubts }) => doubts.length > 0),
  };
}

function toRule({ action, detail, ports }: Allowed["rules"][number]): ReachRule {
  return { action, peer: detail, ports };
}

function agreed(groups: readonly Allowed[]): Reach["otherwise"] {
  const [first, ...others] = groups.map(({ otherwise }) => otherwise);
  return first !== undefined && others.every((other) => other === first) ? first : null;
}
