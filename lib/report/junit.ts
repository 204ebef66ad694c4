// Findings as JUnit XML, which CI servers show as tests: one test suite per cluster, one test case per finding.

import type { Evidence, Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { groupByCluster, type ClusterPart } from "./by-cluster.ts";
import { toXml, type XmlElement } from "./xml.ts";

export function toJunit(report: Report): string {
  const suites = groupByCluster(report).map((part) => toSuite(part, report));
  const total = (key: string): number =>
    suites.reduce((sum, { attributes }) => sum + Number(attributes[key]), 0);
  return toXml({
    name: "testsuites",
    attributes: {
      name: `ringfence ${report.tool.version}`,
      tests: total("tests"),
      failures: total("failures"),
      errors: total("errors"),
      skipped: total("skipped"),
      time: toSeconds(report),
    },
    children: suites,
  });
}

function toSuite(part: ClusterPart, report: Report): XmlElement {
  const cases = part.findings.map((finding) => toCase(finding, part));
  const amount = (outcome: string): number =>
    cases.filter(({ children = [] }) => children.some(({ name }) => name === outcome)).length;
  const around = [part.account, part.region].filter((text) => text !== null).join(", ");
  const name = part.name ?? "beyond clusters";
  return {
    name: "testsuite",
    attributes: {
      name: around === "" ? name : `${name} (${around})`,
      timestamp: report.startedAt,
      tests: cases.length,
      failures: amount("failure"),
      errors: amount("error"),
      skipped: amount("skipped"),
    },
    children: cases,
  };
}

function toSeconds({ startedAt, finishedAt }: Report): string {
  return ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(3);
}

function toCase(finding: Finding, part: ClusterPart): XmlElement {
  const { controlId, subject, title } = finding;
  const outcome = toOutcome(finding, part);
  return {
    name: "testcase",
    attributes: {
      classname: [part.name ?? "beyond clusters", controlId].join("."),
      name: `${controlId} ${subject.kind} ${subject.name}: ${title}`,
    },
    children: outcome === null ? [] : [outcome],
  };
}

/**
 * Unknown is an `error`, as JUnit calls a test that could not be carried out: `skipped` would let a scan that
 * could not look turn green. Only what nobody was meant to look at (manifests without a cluster) is skipped.
 */
function toOutcome(finding: Finding, part: ClusterPart): XmlElement | null {
  const { status, severity, because } = finding;
  switch (status) {
    case "pass":
      return null;
    case "fail":
      return { name: "failure", attributes: { type: severity, message: because }, lines: toBody(finding) };
    case "unknown":
      if (isNotAttempted(finding, part)) return { name: "skipped", attributes: { message: because } };
      return { name: "error", attributes: { type: "unknown", message: because }, lines: toBody(finding) };
    case "not-applicable":
    case "exempt":
      return { name: "skipped", attributes: { message: `${status}: ${because}` } };
  }
}

function isNotAttempted({ subject }: Finding, { cluster }: ClusterPart): boolean {
  return subject.kind === "cluster" && cluster?.enforcement.notAttempted === true;
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
