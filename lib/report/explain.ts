// Why a verdict was reached, step by step: does anything enforce, which policies select what, is there a default deny,
// what takes it back, what single rules admit, and what these make together. Says nothing that was not seen.

import type { AnyControl } from "../model/control.ts";
import type { FindingExplanation, NamespaceExplanation, RulesReview } from "../model/explanation.ts";
import type { Evidence, Finding } from "../model/finding.ts";
import type { Observed } from "../model/observed.ts";
import type { DefaultDeny, NamespaceReport, NodeEnforcement, Posture } from "../model/posture.ts";
import type { ClusterReport, ReportView } from "../model/report.ts";
import { toRuleLines } from "./explain-rules.ts";
import { nameSome, toWorkloadLines } from "./explain-workloads.ts";
import { beside, hanging, ruled, segment, type Line } from "./layout.ts";
import { toLadderLines } from "./text-cluster.ts";
import { separated, toEvidenceLines } from "./text-findings.ts";
import { toEngineText, VERDICT_WORDING } from "./wording.ts";

export interface ExplainView {
  readonly width: number;
  /** Leave no workload out. */
  readonly verbose: boolean;
}

const INDENT: Line = [segment("   ")];
const MAX_NODES = 20;
const MAX_POLICIES = 50;

export function toNamespaceExplanation(
  { findings }: ReportView,
  { account, region, name, createdAt, version, enforcement }: ClusterReport,
  namespace: NamespaceReport,
  rules: Observed<RulesReview>,
): NamespaceExplanation {
  const known = {
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(version === undefined ? {} : { version }),
  };
  return {
    schemaVersion: 1,
    kind: "namespace",
    cluster: { account, region, name, ...known, enforcement },
    namespace,
    rules,
    findings: Iterator.from(findings)
      .filter(
        ({ subject, ...finding }) =>
          subject.kind === "namespace" &&
          subject.name === namespace.name &&
          finding.cluster === name &&
          finding.account === account &&
          finding.region === region,
      )
      .toArray(),
  };
}

/** `control` as the catalogue has it; null: it is not there any more. */
export function toFindingExplanation(finding: Finding, control: AnyControl | null): FindingExplanation {
  const about =
    control === null ? `${finding.controlId} is retired.` : `${control.title}. ${control.rationale}`;
  return { schemaVersion: 1, kind: "finding", finding, about };
}

export function explainNamespace(explanation: NamespaceExplanation, view: ExplainView): Line[] {
  const { cluster, namespace, findings } = explanation;
  const title = `${namespace.name} of ${cluster.name}`;
  const held = toEnforcementReservation(explanation);
  return numbered(`Why namespace ${title} is ${namespace.posture}`, view, [
    [`Does anything enforce policies in ${cluster.name}?`, toEnforcementLines(explanation, view)],
    ["Which policies does it have?", toPolicyLines(explanation, view)],
    ["Is everything denied that nobody allows?", toDefaultDenyLines(explanation, held, view)],
    [
      "What selects each workload, and what is open all the same?",
      [
        ...(held === "" ? [] : hanging(INDENT, `As the policies say${held}.`, view.width, "yellow")),
        ...toWorkloadLines(namespace, view),
      ],
    ],
    ["Which of its rules admit many, and which select nobody?", toRuleLines(explanation, view)],
    ["What do these make together?", hanging(INDENT, toPostureSentence(namespace), view.width)],
    ["Which checks does it not pass?", toFindingLines(findings, view)],
  ]);
}

export function explainFinding({ finding, about }: FindingExplanation, view: ExplainView): Line[] {
  const { controlId, status, subject, because, evidence, remediation } = finding;
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
  { cluster: { enforcement }, namespace: { assumesEnforcement } }: NamespaceExplanation,
  { width, verbose }: ExplainView,
): Line[] {
  const { mark, label, style } = VERDICT_WORDING[enforcement.verdict];
  const assumed = "That was not in the input: what follows is what the policies say.";
  const nodes = enforcement.nodes.toSorted((a, b) => NODE_ORDER[a.verdict] - NODE_ORDER[b.verdict]);
  const shown = verbose ? enforcement.nodes : nodes.slice(0, MAX_NODES);
  const rest = nodes.slice(shown.length);
  return [
    ...hanging([...INDENT, segment(`${mark} ${label}  `, style)], toEngineText(enforcement), width),
    ...hanging(INDENT, assumesEnforcement === true ? assumed : enforcement.because, width),
    ...beside([segment("")], toLadderLines({ enforcement: { ...enforcement, nodes: shown } }, width)),
    ...(rest.length === 0
      ? []
      : hanging(INDENT, ` … and ${toNodeCounts(rest)} (--verbose shows them)`, width, "dim")),
  ];
}

/** What enforces nothing is what a reader looks for. */
const NODE_ORDER: Readonly<Record<NodeEnforcement["verdict"], number>> = {
  "not-enforced": 0,
  unknown: 1,
  enforced: 2,
};

function toNodeCounts(nodes: readonly NodeEnforcement[]): string {
  const amounts = [...Map.groupBy(nodes, ({ verdict }) => verdict)].map(
    ([verdict, { length }]) => `${length} ${verdict}`,
  );
  return `${nodes.length} more nodes: ${amounts.join(", ")}`;
}

/** A clause for what the policies say, where it does not hold as they say it; "" where it does. */
function toEnforcementReservation({ cluster, namespace }: NamespaceExplanation): string {
  const { posture, assumesEnforcement, policies, unprocessedPolicies = [] } = namespace;
  const { verdict } = cluster.enforcement;
  if (assumesEnforcement === true || policies.length === 0) return "";
  const nothingEnforces = verdict === "not-enforced" || verdict === "configured-not-enforced";
  if (unprocessedPolicies.length > 0 && !nothingEnforces)
    return `; but the controller has not processed ${nameSome(unprocessedPolicies, MAX_POLICIES)} as it stands`;
  if (posture === "inert" || nothingEnforces) return "; but nothing enforces that here";
  return posture === "isolated" || verdict === "enforced" ? "" : "; enforced only as far as step 1 says";
}

/** What the engine does with a pod that nothing selects. */
function toUnselectedText({ enforcement: { unselectedPods } }: NamespaceExplanation["cluster"]): string {
  if (unselectedPods === "denied") return "the engine denies what no policy selects";
  return unselectedPods === "allowed"
    ? "a pod that no policy selects accepts and makes every connection"
    : "what becomes of a pod that no policy selects is not known";
}

function toPolicyLines(
  { cluster, namespace: { policies, deadPolicies }, rules }: NamespaceExplanation,
  { width, verbose }: ExplainView,
): Line[] {
  const none = rules.seen && rules.value.blind !== null ? "None that could be read" : "None";
  if (policies.length === 0) return hanging(INDENT, `${none}: ${toUnselectedText(cluster)}.`, width);
  const noun = policies.length === 1 ? "policy" : "policies";
  const some = (names: readonly string[]): string => nameSome(names, verbose ? names.length : MAX_POLICIES);
  const dead = `Select no pod that policies reach, and so do nothing now: ${some(deadPolicies)}.`;
  return [
    ...hanging(INDENT, `${policies.length} ${noun}: ${some(policies)}.`, width),
    ...(deadPolicies.length === 0 ? [] : hanging(INDENT, dead, width, "yellow")),
  ];
}

const DEFAULT_DENY_WORDS: Readonly<Record<DefaultDeny, string>> = {
  absent: "no policy says so",
  declared: "declared; whether another policy takes it back is not known",
  nullified: "declared, but another policy opens a workload again (step 4 names it)",
  effective: "and no other policy takes it back",
  unknown: "not known, because a policy could not be read",
};

function toDefaultDenyLines(
  { cluster, namespace: { defaultDeny } }: NamespaceExplanation,
  reservation: string,
  { width }: ExplainView,
): Line[] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const state = defaultDeny[direction];
    const words = DEFAULT_DENY_WORDS[state];
    const more = state === "absent" ? `; ${toUnselectedText(cluster)}` : reservation;
    const start = state !== "effective" ? "" : reservation === "" ? "yes, " : "declared, ";
    return hanging([...INDENT, segment(`${direction}: `)], `${start}${words}${more}`, width);
  });
}

/** CONTRACTS, `posture`, as the reader meets it. Pods that policies do not reach have no part in it. */
const POSTURE_WORDS: Readonly<Record<Posture, string>> = {
  isolated:
    "every pod that policies reach is isolated for ingress, none is open on all ports to the whole cluster or to every address, and it is enforced. What its pods may connect to has no part in that.",
  partial:
    "something is denied and enforced, but at least one pod is open to ingress, not selected for it, or without enforcement.",
  inert: "policies select pods of it, and for none of those does anything enforce them.",
  unprotected: "nothing is denied to or from any of its pods.",
  empty: "it runs no pod that policies reach.",
  unknown: "something that decides it could not be seen.",
};

function toPostureSentence({ posture, assumesEnforcement }: NamespaceReport): string {
  const sentence = `${posture}: ${POSTURE_WORDS[posture]}`;
  return assumesEnforcement === true ? `${sentence} That it is enforced is assumed.` : sentence;
}

function toFindingLines(findings: readonly Finding[], view: ExplainView): Line[] {
  const open = findings.filter(({ status }) => status !== "pass" && status !== "not-applicable");
  const none = hanging(INDENT, "None.", view.width, "green");
  return [
    ...(open.length === 0 ? none : open.flatMap((finding) => toFindingLine(finding, view))),
    ...toNotApplicableLines(findings, view),
  ];
}

function toFindingLine(
  { controlId, status, severity, because, id }: Finding,
  { width }: ExplainView,
): Line[] {
  const what = status === "fail" ? `fail, ${severity}` : status;
  return [
    ...hanging(
      [...INDENT, segment(`${controlId} ${what}: `, status === "fail" ? "red" : "magenta")],
      because,
      width,
    ),
    ...hanging([...INDENT, segment("id: ", "dim")], id, width, "dim"),
  ];
}

/** What was not asked is no pass: a namespace that nobody judges fails nothing. */
function toNotApplicableLines(findings: readonly Finding[], { width }: ExplainView): Line[] {
  const byReason = Map.groupBy(
    findings.filter(({ status }) => status === "not-applicable"),
    ({ because }) => because,
  );
  return [...byReason].flatMap(([because, alike]) => {
    const ids = alike.map(({ controlId }) => controlId).join(", ");
    return hanging(INDENT, `Not applicable (${ids}): ${because}`, width, "dim");
  });
}
