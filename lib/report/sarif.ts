// Findings as SARIF 2.1.0, for code scanning in pull requests and for viewers. What passed or does not apply is
// left out, because viewers show every result as an alert; how many there were stands in the run's properties. The
// report is read front to back: first to know what there is.

import type { Evidence, Finding, Severity } from "../model/finding.ts";
import type { ReportView } from "../model/report.ts";
import { toVisibleText } from "../model/visible-text.ts";
import { toRequirement, type ControlPage } from "./control-page.ts";
import { toFileUri } from "./file-uri.ts";
import { ItemByItem, toJsonPieces } from "./json-pieces.ts";

type Json = Readonly<Record<string, unknown>>;

/** SARIF §3.58.6: error, warning, note; GitHub sorts by `security-severity`, a score as CVSS has it. */
const LEVELS: Readonly<Record<Severity, { readonly level: string; readonly score: string }>> = {
  critical: { level: "error", score: "9.5" },
  high: { level: "error", score: "8.0" },
  medium: { level: "warning", score: "5.5" },
  low: { level: "note", score: "2.5" },
  informational: { level: "note", score: "0.0" },
};

/** Result by result. */
export function* toSarif(report: ReportView, controls: readonly ControlPage[]): Generator<string, void> {
  const { tool, findings, startedAt, finishedAt, complete } = report;
  const survey = surveyFindings(findings);
  const rules = toRules(survey.titles, controls);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const shown = (isResult: boolean) =>
    Iterator.from(findings).filter(
      (finding) => isShown(finding) && isResult === (hasPlace(finding) || !survey.hasPlaces),
    );
  const run = {
    tool: { driver: { name: tool.name, version: tool.version, semanticVersion: tool.version, rules } },
    invocations: [
      {
        executionSuccessful: complete,
        startTimeUtc: startedAt,
        endTimeUtc: finishedAt,
        ...(survey.hasPlaces && survey.lacksPlaces
          ? {
              toolExecutionNotifications: new ItemByItem(
                shown(false).map((finding) => toNotification(finding, indexes)),
              ),
            }
          : {}),
      },
    ],
    columnKind: "utf16CodeUnits",
    results: new ItemByItem(shown(true).map((finding) => toResult(finding, indexes))),
    properties: { passed: survey.passed, notApplicable: survey.notApplicable },
  };
  yield* toJsonPieces({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [run],
  });
  yield "\n";
}

interface Survey {
  /** By control. */
  readonly titles: ReadonlyMap<string, string>;
  readonly passed: number;
  readonly notApplicable: number;
  /**
   * GitHub refuses a whole file in which one result has no physical location (codeql-action issue 1738). So where a
   * report points into files, what has no place in one is said as a notification of the run (§3.20.21). A report
   * about clusters points into none, and is for viewers.
   */
  readonly hasPlaces: boolean;
  readonly lacksPlaces: boolean;
}

function surveyFindings(findings: Iterable<Finding>): Survey {
  const titles = new Map<string, string>();
  let [passed, notApplicable] = [0, 0];
  let [hasPlaces, lacksPlaces] = [false, false];
  for (const finding of findings) {
    titles.set(finding.controlId, finding.title);
    if (finding.status === "pass") passed += 1;
    if (finding.status === "not-applicable") notApplicable += 1;
    if (!isShown(finding)) continue;
    if (hasPlace(finding)) hasPlaces = true;
    else lacksPlaces = true;
  }
  return { titles, passed, notApplicable, hasPlaces, lacksPlaces };
}

function isShown({ status }: Finding): boolean {
  return status !== "pass" && status !== "not-applicable";
}

function hasPlace({ evidence }: Finding): boolean {
  return evidence.some((one) => toPhysicalLocation(one).length > 0);
}

function toNotification(finding: Finding, indexes: ReadonlyMap<string, number>): Json {
  const { id, controlId, status, severity, because } = finding;
  const index = indexes.get(controlId);
  return {
    level: status === "fail" ? LEVELS[severity].level : "note",
    message: { text: toMessage(because) },
    associatedRule: { id: controlId, ...(index === undefined ? {} : { index }) },
    locations: [{ logicalLocations: toLogicalLocations(finding) }],
    properties: { severity, status, ringfenceFindingId: id },
  };
}

interface Rule extends Json {
  readonly id: string;
}

/** Every rule that was judged, in the catalogue's order; one that the catalogue does not know keeps its title. */
function toRules(titles: ReadonlyMap<string, string>, controls: readonly ControlPage[]): readonly Rule[] {
  const known = new Map(controls.filter(({ id }) => titles.has(id)).map((control) => [control.id, control]));
  const unknown = [...titles].filter(([id]) => !known.has(id));
  return [
    ...known.values().map(toRule),
    ...unknown.map(([id, title]) => ({ id, shortDescription: { text: toMessage(title) } })),
  ];
}

function toRule(control: ControlPage): Rule {
  const { id, title, severity, rationale, remediation, link, frameworks } = control;
  const { level, score } = LEVELS[severity];
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: rationale },
    help: { text: remediation, markdown: `${remediation}\n\n[Reference](${link})` },
    helpUri: link,
    defaultConfiguration: { level },
    properties: {
      "security-severity": score,
      tags: ["security", "kubernetes", "network-policy", ...frameworks.map(toRequirement)],
    },
  };
}

function toResult(finding: Finding, indexes: ReadonlyMap<string, number>): Json {
  const { id, controlId, status, severity, because, change, exemption } = finding;
  const places = finding.evidence.flatMap(toPhysicalLocation);
  const [first, ...related] = places;
  const index = indexes.get(controlId);
  return {
    ruleId: controlId,
    ...(index === undefined ? {} : { ruleIndex: index }),
    // §3.27.9 "open": "there was insufficient information to decide whether a problem exists"; §3.27.10: a
    // level other than "none" goes with "fail" only.
    ...(status === "unknown"
      ? { kind: "open", level: "none" }
      : { kind: "fail", level: LEVELS[severity].level }),
    message: { text: toMessage(because) },
    locations: [{ ...first, logicalLocations: toLogicalLocations(finding) }],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    partialFingerprints: { "ringfenceFindingId/v1": id },
    ...(status === "exempt" ? { suppressions: [toSuppression(exemption?.reason ?? because)] } : {}),
    properties: { severity, status, ...(change === undefined ? {} : { change }) },
  };
}

/** §3.35: an exemption lives outside the source, and somebody has accepted it. */
function toSuppression(because: string): Json {
  return { kind: "external", status: "accepted", justification: toMessage(because) };
}

function toPhysicalLocation({ file, line }: Evidence): Json[] {
  const uri = file === undefined ? null : toFileUri(file);
  if (uri === null) return [];
  const base = uri.includes(":") ? {} : { uriBaseId: "%SRCROOT%" };
  const region = line === undefined ? {} : { region: { startLine: line } };
  return [{ physicalLocation: { artifactLocation: { uri, ...base }, ...region } }];
}

/** From the account down to the subject, each with its full name. */
function toLogicalLocations({ account, region, cluster, subject }: Finding): readonly Json[] {
  const scopes = [
    { kind: "account", name: account },
    { kind: "region", name: region },
    { kind: "cluster", name: cluster },
    { kind: "namespace", name: subject.kind === "namespace" ? subject.name : null },
  ];
  const path: string[] = [];
  const locations: Json[] = [];
  for (const { kind, name } of scopes) {
    if (name === null) continue;
    path.push(toVisibleText(name));
    locations.push({ kind, name: toVisibleText(name), fullyQualifiedName: path.join("/") });
  }
  return locations.length > 0 ? locations : [{ kind: subject.kind, name: toVisibleText(subject.name) }];
}

/** §3.11.6: `[text](target)` in a message is a link; a name must not be able to make one. */
function toMessage(foreign: string): string {
  return toVisibleText(foreign).replaceAll("](", "] (");
}
