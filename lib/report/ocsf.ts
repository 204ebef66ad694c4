// Findings as OCSF 1.5.0 events of class 2003 (Compliance Finding): a JSON array with one event per line.
// Source of names and numbers: the OCSF schema, class compliance_finding with the profiles cloud and datetime.

import type { Change, Evidence, Finding, Severity, Status } from "../model/finding.ts";
import type { ClusterReport, ReportView } from "../model/report.ts";
import { toVisibleText } from "../model/visible-text.ts";
import { ClusterParts } from "./by-cluster.ts";
import { toRequirement, type ControlPage } from "./control-page.ts";

type Json = Readonly<Record<string, unknown>>;

const CLASS_UID = 2003;

/** Event by event. */
export function* toOcsf(report: ReportView, controls: readonly ControlPage[]): Generator<string, void> {
  const pages = new Map(controls.map((control) => [control.id, control]));
  let before = "[\n";
  for (const { cluster, findings } of new ClusterParts(report))
    for (const finding of findings) {
      const event = toEvent(finding, { report, cluster, control: pages.get(finding.controlId) ?? null });
      yield `${before}${JSON.stringify(toVisible(event))}`;
      before = ",\n";
    }
  yield before === "[\n" ? "[\n\n]\n" : "\n]\n";
}

interface Context {
  readonly report: ReportView;
  readonly cluster: ClusterReport | null;
  readonly control: ControlPage | null;
}

function toEvent(finding: Finding, { report, cluster, control }: Context): Json {
  const activity = toActivity(finding.change);
  const severity = toSeverity(finding);
  const status = toStatus(finding);
  const time = Date.parse(report.finishedAt);
  const cloud = toCloud(finding);
  return {
    class_uid: CLASS_UID,
    class_name: "Compliance Finding",
    category_uid: 2,
    category_name: "Findings",
    activity_id: activity.id,
    activity_name: activity.name,
    type_uid: CLASS_UID * 100 + activity.id,
    type_name: `Compliance Finding: ${activity.name}`,
    time,
    time_dt: report.finishedAt,
    severity_id: severity.id,
    severity: severity.name,
    status_id: status.id,
    status: status.name,
    message: finding.because,
    metadata: {
      version: "1.5.0",
      product: { name: "Ringfence", vendor_name: "Ringfence", version: report.tool.version },
      profiles: cloud === null ? ["datetime"] : ["cloud", "datetime"],
      event_code: finding.controlId,
    },
    ...(cloud === null ? {} : { cloud }),
    compliance: toCompliance(finding, control),
    finding_info: toFindingInfo(finding, report),
    resources: toResources(finding, cluster),
    ...(finding.evidence.length === 0 ? {} : { evidences: finding.evidence.map(toEvidence) }),
    ...toRemediation(finding, control),
  };
}

interface Caption {
  readonly id: number;
  readonly name: string;
}

const CREATE = { id: 1, name: "Create" };
const UPDATE = { id: 2, name: "Update" };
const CLOSE = { id: 3, name: "Close" };

const ACTIVITIES: Readonly<Record<Change, Caption>> = {
  new: CREATE,
  regressed: CREATE,
  unchanged: UPDATE,
  heartbeat: UPDATE,
  exempt: UPDATE,
  "unknown-now": UPDATE,
  resolved: CLOSE,
  vanished: CLOSE,
};

/** A scan that keeps no state says everything for the first time. */
function toActivity(change: Change | undefined): Caption {
  return change === undefined ? CREATE : ACTIVITIES[change];
}

const SEVERITIES: Readonly<Record<Severity, Caption>> = {
  informational: { id: 1, name: "Informational" },
  low: { id: 2, name: "Low" },
  medium: { id: 3, name: "Medium" },
  high: { id: 4, name: "High" },
  critical: { id: 5, name: "Critical" },
};

/** Of the event, not of the control: good news is not a problem of high severity. */
function toSeverity({ status, severity }: Finding): Caption {
  const isGood = status === "pass" || status === "not-applicable";
  return SEVERITIES[isGood ? "informational" : severity];
}

/** How the finding stands as a piece of work; what the check said is `compliance.status_id`. */
function toStatus({ status, change }: Finding): Caption {
  if (change === "vanished") return { id: 5, name: "Archived" };
  if (status === "exempt") return { id: 3, name: "Suppressed" };
  return status === "fail" || status === "unknown" ? { id: 1, name: "New" } : { id: 4, name: "Resolved" };
}

/** What could not be decided is Unknown and what is exempt is Other; neither is ever Pass. */
const COMPLIANCE: Readonly<Record<Status, Caption>> = {
  pass: { id: 1, name: "Pass" },
  fail: { id: 3, name: "Fail" },
  unknown: { id: 0, name: "Unknown" },
  "not-applicable": { id: 99, name: "Not Applicable" },
  exempt: { id: 99, name: "Exempt" },
};

function toCompliance({ controlId, title, status, because }: Finding, control: ControlPage | null): Json {
  const { id, name } = COMPLIANCE[status];
  const frameworks = control?.frameworks ?? [];
  return {
    control: `${controlId} ${title}`,
    ...(control === null ? {} : { desc: control.rationale }),
    status_id: id,
    status: name,
    status_code: status,
    status_details: [because],
    standards: [...new Set(frameworks.map(({ framework }) => framework))],
    requirements: frameworks.map(toRequirement),
  };
}

function toFindingInfo({ id, controlId, title, because, firstSeenAt }: Finding, report: ReportView): Json {
  return {
    uid: id,
    title,
    desc: because,
    analytic: { uid: controlId, name: title, type_id: 1, type: "Rule" },
    ...(firstSeenAt === undefined
      ? {}
      : { first_seen_time: Date.parse(firstSeenAt), first_seen_time_dt: firstSeenAt }),
    last_seen_time: Date.parse(report.finishedAt),
    last_seen_time_dt: report.finishedAt,
  };
}

/** null where there is no AWS around the finding (a kubeconfig, manifests). */
function toCloud({ account, region }: Finding): Json | null {
  if (account === null && region === null) return null;
  return {
    provider: "AWS",
    ...(account === null ? {} : { account: { uid: account, type_id: 10, type: "AWS Account" } }),
    ...(region === null ? {} : { region }),
  };
}

/** The cluster first, because consoles show the first; then the subject where it is something else. */
function toResources(finding: Finding, report: ClusterReport | null): readonly Json[] {
  const { account, region, cluster, subject } = finding;
  const cloud = region === null ? {} : { region };
  const uid = (...names: readonly string[]): string =>
    [account ?? "-", region ?? "-", ...names].map(encodeName).join("/");
  const resources: Json[] = [];
  if (cluster !== null)
    resources.push({
      type: "AWS::EKS::Cluster",
      name: cluster,
      uid: uid(cluster),
      ...(report?.version === undefined ? {} : { version: report.version }),
      ...cloud,
    });
  if (subject.kind === "namespace")
    resources.push({
      type: "Kubernetes Namespace",
      name: subject.name,
      uid: uid(cluster ?? "-", "namespace", subject.name),
      namespace: subject.name,
      ...cloud,
    });
  if (resources.length > 0) return resources;
  return [{ type: subject.kind, name: subject.name, uid: uid(subject.kind, subject.name), ...cloud }];
}

/** Visible first, because half a surrogate pair cannot be percent-encoded. */
const encodeName = (name: string): string => encodeURIComponent(toVisibleText(name));

function toEvidence({ source, object, observed, means, command, file, line }: Evidence): Json {
  return { name: object, data: { source, observed, means, command, file, line } };
}

/** `desc` is required; a finding that needs nothing done has no remediation. */
function toRemediation({ remediation }: Finding, control: ControlPage | null): Json {
  if (remediation.text === "") return {};
  const references = control === null ? {} : { references: [control.link] };
  return { remediation: { desc: [remediation.text, ...remediation.commands].join(" "), ...references } };
}

/** Every text within, made printable. */
function toVisible(value: unknown): unknown {
  if (typeof value === "string") return toVisibleText(value);
  if (Array.isArray(value)) return value.map(toVisible);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toVisible(inner)]));
}
