// Findings as JUnit XML, which CI servers show as tests: one test suite per cluster, one test case per finding. The
// report is read front to back: first to count.

import type { Evidence, Finding, Status } from "../model/finding.ts";
import type { ReportView } from "../model/report.ts";
import { toScopeKey } from "../model/scope-order.ts";
import { ClusterParts, type ClusterPart } from "./by-cluster.ts";
import { toXml, type XmlElement } from "./xml.ts";

/** Line by line. */
export function toJunit(report: ReportView): Generator<string, void> {
  const parts = new ClusterParts(report);
  const toOutcome = createOutcomes(report);
  return toXml({
    name: "testsuites",
    attributes: {
      name: `ringfence ${report.tool.version}`,
      ...countOutcomes(parts.findings(), toOutcome),
      time: toSeconds(report),
    },
    children: Iterator.from(parts).map((part) => toSuite(part, report, toOutcome)),
  });
}

function toSuite(part: ClusterPart, { startedAt }: ReportView, toOutcome: ToOutcome): XmlElement {
  const around = [part.account, part.region].filter((text) => text !== null).join(", ");
  const name = part.name ?? "beyond clusters";
  return {
    name: "testsuite",
    attributes: {
      name: around === "" ? name : `${name} (${around})`,
      timestamp: startedAt,
      ...countOutcomes(part.findings, toOutcome),
    },
    children: Iterator.from(part.findings).map((finding) => toCase(finding, name, toOutcome(finding))),
  };
}

function toSeconds({ startedAt, finishedAt }: ReportView): string {
  return ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(3);
}

type Outcome = "passed" | "failure" | "error" | "skipped";
type ToOutcome = (finding: Finding) => Outcome;

/** Unknown is an `error`, as JUnit calls a test that could not be carried out: `skipped` would let a scan that could not look turn green. */
const OUTCOMES: Readonly<Record<Status, Outcome>> = {
  pass: "passed",
  fail: "failure",
  unknown: "error",
  "not-applicable": "skipped",
  exempt: "skipped",
};

/** Only what nobody was meant to look at (manifests without a cluster) is skipped though it is unknown. */
function createOutcomes({ clusters }: ReportView): ToOutcome {
  const notAttempted = new Set<string>();
  for (const { account, region, name, enforcement } of clusters)
    if (enforcement.notAttempted) notAttempted.add(toScopeKey({ account, region, cluster: name }));
  return (finding) => {
    const { status, subject } = finding;
    const isSkipped =
      status === "unknown" && subject.kind === "cluster" && notAttempted.has(toScopeKey(finding));
    return isSkipped ? "skipped" : OUTCOMES[status];
  };
}

/** As the attributes of what is around them. */
function countOutcomes(findings: Iterable<Finding>, toOutcome: ToOutcome) {
  const counts = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  for (const finding of findings) {
    const outcome = toOutcome(finding);
    counts.tests += 1;
    if (outcome === "failure") counts.failures += 1;
    if (outcome === "error") counts.errors += 1;
    if (outcome === "skipped") counts.skipped += 1;
  }
  return counts;
}

function toCase(finding: Finding, suite: string, outcome: Outcome): XmlElement {
  const { controlId, subject, title } = finding;
  return {
    name: "testcase",
    attributes: {
      classname: [suite, controlId].join("."),
      name: `${controlId} ${subject.kind} ${subject.name}: ${title}`,
    },
    children: outcome === "passed" ? [] : [toReason(finding, outcome)],
  };
}

function toReason(finding: Finding, outcome: Exclude<Outcome, "passed">): XmlElement {
  const { status, severity, because } = finding;
  if (outcome === "skipped")
    return {
      name: outcome,
      attributes: { message: status === "unknown" ? because : `${status}: ${because}` },
    };
  const type = outcome === "failure" ? severity : status;
  return { name: outcome, attributes: { type, message: because }, lines: toBody(finding) };
}

function toBody({ id, because, evidence, remediation }: Finding): readonly string[] {
  return [
    because,
    ...evidence.flatMap(toEvidenceLines),
    ...(remediation.text === "" ? [] : [`What to do: ${remediation.text}`]),
    ...remediation.commands.map((command) => `$ ${command}`),
    id,
  ];
}

function toEvidenceLines({ source, object, observed, means, command }: Evidence): readonly string[] {
  const sentence = `${source}, ${object}: ${observed} (${means})`;
  return command === "" ? [sentence] : [sentence, `$ ${command}`];
}
