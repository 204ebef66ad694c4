// Why a verdict was reached, step by step, from a report alone: does anything enforce, which policies select what, is
// there a default deny, what takes it back, and what these make together. Says nothing that is not in the report.

import type { AnyControl } from "../model/control.ts";
import { count, enumerate } from "../model/counts.ts";
import type { Evidence, Finding } from "../model/finding.ts";
import type { DefaultDeny, NamespaceReport, Posture, WorkloadReport } from "../model/posture.ts";
import type { ClusterReport, Report } from "../model/report.ts";
import { beside, hanging, ruled, segment, type Line } from "./layout.ts";
import { toDirectionText, toLadderLines } from "./text-cluster.ts";
import { separated, toEvidenceLines } from "./text-findings.ts";
import { toEngineText, VERDICT_WORDING } from "./wording.ts";

export interface ExplainView {
  readonly width: number;
  /** Leave no workload out. */
  readonly verbose: boolean;
}

const INDENT: Line = [segment("   ")];
const MAX_WORKLOADS = 20;

export function explainNamespace(
  report: Report,
  cluster: ClusterReport,
  namespace: NamespaceReport,
  view: ExplainView,
): Line[] {
  const title = `${namespace.name} of ${cluster.name}`;
  return numbered(`Why namespace ${title} is ${namespace.posture}`, view, [
    [`Does anything enforce policies in ${cluster.name}?`, toEnforcementLines(cluster, namespace, view)],
    ["Which policies does it have?", toPolicyLines(cluster, namespace, view)],
    ["Is everything denied that nobody allows?", toDefaultDenyLines(cluster, namespace, view)],
    ["What selects each workload, and what is open all the same?", toWorkloadLines(namespace, view)],
    ["What do these make together?", hanging(INDENT, toPostureSentence(namespace), view.width)],
    ["Which checks does it fail?", toFindingLines(findingsOf(report, cluster, namespace.name), view)],
  ]);
}

/** `control` as the catalogue has it; null: it is not there any more. */
export function explainFinding(finding: Finding, control: AnyControl | null, view: ExplainView): Line[] {
  const { controlId, status, subject, because, evidence, remediation } = finding;
  const about = control === null ? `${controlId} is retired.` : `${control.title}. ${control.rationale}`;
  return numbered(`Why ${controlId} is ${status} for ${subject.kind} ${subject.name}`, view, [
    ["What is asked?", hanging(INDENT, about, view.width)],
    ["What was seen?", toSeenLines(because, evidence, view)],
    ["What to do?", hanging(INDENT, remediation.text === "" ? "Nothing." : remediation.text, view.width)],
  ]);
}

type Step = readonly [question: string, answer: readonly Line[]];

function numbered(title: string, { width }: ExplainView, steps: readonly Step[]): Line[] {
  return separated([
    ruled(title, [], width),
    ...steps.map(([question, answer], index) => [
      ...hanging([segment(`${index + 1}. `, "bold")], question, width, "bold"),
      ...answer,
    ]),
  ]);
}

function toSeenLines(because: string, evidence: readonly Evidence[], { width }: ExplainView): Line[] {
  return [...hanging(INDENT, because, width), ...toEvidenceLines(evidence, segment("   "), width)];
}

function toEnforcementLines(
  cluster: ClusterReport,
  { assumesEnforcement }: NamespaceReport,
  { width }: ExplainView,
): Line[] {
  const { enforcement } = cluster;
  const { mark, label, style } = VERDICT_WORDING[enforcement.verdict];
  const assumed = "That was not in the input: what follows is what the policies say.";
  return [
    ...hanging([...INDENT, segment(`${mark} ${label}  `, style)], toEngineText(enforcement), width),
    ...hanging(INDENT, assumesEnforcement === true ? assumed : enforcement.because, width),
    ...beside([segment("")], toLadderLines(cluster, width)),
  ];
}

/** What the engine does with a pod that nothing selects. */
function toUnselectedText({ enforcement: { unselectedPods } }: ClusterReport): string {
  if (unselectedPods === "denied") return "the engine denies what no policy selects";
  return unselectedPods === "allowed"
    ? "a pod that no policy selects accepts and makes every connection"
    : "what becomes of a pod that no policy selects is not known";
}

function toPolicyLines(
  cluster: ClusterReport,
  { policies, deadPolicies }: NamespaceReport,
  { width }: ExplainView,
): Line[] {
  if (policies.length === 0) return hanging(INDENT, `None: ${toUnselectedText(cluster)}.`, width);
  const dead = `Select no pod, and so do nothing: ${deadPolicies.join(", ")}.`;
  return [
    ...hanging(
      INDENT,
      `${count(policies.length, "policy").replace(/policys$/, "policies")}: ${policies.join(", ")}.`,
      width,
    ),
    ...(deadPolicies.length === 0 ? [] : hanging(INDENT, dead, width, "yellow")),
  ];
}

const DEFAULT_DENY_WORDS: Readonly<Record<DefaultDeny, string>> = {
  absent: "no",
  declared: "declared",
  nullified: "declared, but another policy opens a workload again (step 4 names it)",
  effective: "yes, and no other policy takes it back",
  unknown: "not known",
};

function toDefaultDenyLines(
  cluster: ClusterReport,
  { defaultDeny }: NamespaceReport,
  { width }: ExplainView,
): Line[] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const state = defaultDeny[direction];
    const words = DEFAULT_DENY_WORDS[state];
    const text = state === "absent" ? `${words}; ${toUnselectedText(cluster)}` : words;
    return hanging([...INDENT, segment(`${direction}: `)], text, width);
  });
}

function toWorkloadLines({ workloads }: NamespaceReport, { width, verbose }: ExplainView): Line[] {
  if (workloads.length === 0)
    return hanging(INDENT, "It runs no workload that a policy could select.", width);
  const shown = verbose ? workloads : workloads.slice(0, MAX_WORKLOADS);
  const rest = workloads.length - shown.length;
  return [
    ...shown.flatMap((workload) => toWorkload(workload, width)),
    ...(rest === 0 ? [] : hanging(INDENT, `… and ${rest} more (--verbose shows them)`, width, "dim")),
  ];
}

function toWorkload(workload: WorkloadReport, width: number): Line[] {
  const { kind, name, pods, hostNetwork } = workload;
  const heading = hanging(INDENT, `${kind} ${name}, ${count(pods.counted, "pod")}`, width, "bold");
  if (hostNetwork)
    return [
      ...heading,
      ...hanging([...INDENT, ...INDENT], "on the host's network, which no NetworkPolicy covers", width),
    ];
  return [
    ...heading,
    ...(["ingress", "egress"] as const).flatMap((direction) => {
      const { policies } = workload[direction];
      const selected = policies.length === 0 ? "no policy selects it" : `selected by ${enumerate(policies)}`;
      const text = `${selected}: ${toDirectionText(workload[direction])}`;
      return hanging([...INDENT, ...INDENT, segment(`${direction}: `)], text, width);
    }),
  ];
}

/** CONTRACTS, `posture`, as the reader meets it. */
const POSTURE_WORDS: Readonly<Record<Posture, string>> = {
  isolated:
    "every pod is isolated for ingress, none is open to the whole cluster or to every address, and it is enforced.",
  partial:
    "something is denied and enforced, but at least one pod is open, not selected, or on a node that enforces nothing.",
  inert: "policies select its pods, and nothing enforces them.",
  unprotected: "nothing is denied to or from any of its pods.",
  empty: "it runs no pod that a policy could select.",
  unknown: "something that decides it could not be seen.",
};

function toPostureSentence({ posture, assumesEnforcement }: NamespaceReport): string {
  const sentence = `${posture}: ${POSTURE_WORDS[posture]}`;
  return assumesEnforcement === true ? `${sentence} That it is enforced is assumed.` : sentence;
}

/** What fails or could not be decided, of this namespace. */
function findingsOf(
  { findings }: Report,
  { account, region, name }: ClusterReport,
  namespace: string,
): readonly Finding[] {
  return findings.filter(
    (finding) =>
      finding.subject.kind === "namespace" &&
      finding.subject.name === namespace &&
      finding.cluster === name &&
      finding.account === account &&
      finding.region === region &&
      (finding.status === "fail" || finding.status === "unknown" || finding.status === "exempt"),
  );
}

function toFindingLines(findings: readonly Finding[], { width }: ExplainView): Line[] {
  if (findings.length === 0) return hanging(INDENT, "None.", width, "green");
  return findings.flatMap(({ controlId, status, because, id }) => [
    ...hanging(
      [...INDENT, segment(`${controlId} ${status}: `, status === "fail" ? "red" : "magenta")],
      because,
      width,
    ),
    ...hanging([...INDENT, segment("id: ", "dim")], id, width, "dim"),
  ]);
}
