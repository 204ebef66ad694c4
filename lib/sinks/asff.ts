// One finding in the AWS Security Finding Format. Pure. Every length limit is met here by cutting text so that
// it keeps its meaning; empty texts are left out, because Security Hub refuses the whole finding for one.

import type { AsffFinding, AsffResource } from "../model/asff.ts";
import { toClusterProfile } from "../model/cluster-profile.ts";
import type { FrameworkReference } from "../model/control.ts";
import type { Evidence, Finding, Severity, Status } from "../model/finding.ts";
import { shorten } from "../model/shorten.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import { toVisibleText } from "../model/visible-text.ts";

export interface AsffContext {
  /** Of the hub that gets the finding: its product, account and Region. */
  readonly productArn: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly now: Date;
  /** RFC 3339: when the finding was first made. It must not change later, or it counts as another finding. */
  readonly createdAt: string;
  /** RFC 3339: since when it has been failed, undecided or exempt; absent or null where it is not. */
  readonly openSince?: string | null;
  /** Absent or null where the cluster was not described. */
  readonly cluster?: ClusterDescription | null;
  /** Of the finding's control. */
  readonly frameworks?: readonly FrameworkReference[];
}

type ProviderSeverity = AsffFinding["FindingProviderFields"]["Severity"]["Label"];

// ASFF reference, Types: "namespace/category/classifier".
const TYPES = ["Software and Configuration Checks/AWS Security Best Practices/Network Reachability"];

export function toAsff(finding: Finding, context: AsffContext): AsffFinding {
  const { controlId, title, status, severity, because } = finding;
  return {
    SchemaVersion: "2018-10-08",
    Id: shorten(finding.id, 512),
    ProductArn: context.productArn,
    GeneratorId: `ringfence/${controlId}`,
    AwsAccountId: context.accountId,
    CreatedAt: context.createdAt,
    UpdatedAt: context.now.toISOString(),
    FirstObservedAt: context.createdAt,
    LastObservedAt: context.now.toISOString(),
    CompanyName: "Ringfence",
    ProductName: "Ringfence",
    Title: toText(`${controlId} ${title}`, 256) ?? controlId,
    Description: toText(because, 1024) ?? title,
    ...toRemediation(finding),
    ProductFields: toProductFields(finding, context.openSince ?? ""),
    Resources: toResources(finding, context),
    Compliance: toCompliance(finding, context.frameworks ?? []),
    RecordState: finding.change === "vanished" ? "ARCHIVED" : "ACTIVE",
    FindingProviderFields: {
      Severity: { Label: toSeverityLabel(status, severity), Original: severity },
      Types: TYPES,
    },
  };
}

/** Printable and short enough; null where nothing is left ("should NOT be shorter than 1 characters"). */
function toText(foreign: string, maxLength: number): string | null {
  const text = shorten(toVisibleText(foreign).trim(), maxLength);
  return text === "" ? null : text;
}

/** Security Hub user guide: "passed checks must be INFORMATIONAL". An exempt or inapplicable one needs no one. */
function toSeverityLabel(status: Status, severity: Severity): ProviderSeverity {
  if (status === "pass" || status === "exempt" || status === "not-applicable") return "INFORMATIONAL";
  const labels = {
    critical: "CRITICAL",
    high: "HIGH",
    medium: "MEDIUM",
    low: "LOW",
    informational: "INFORMATIONAL",
  } as const;
  return labels[severity];
}

const COMPLIANCE: Readonly<
  Record<Status, { asff: AsffFinding["Compliance"]["Status"]; reason: string | null }>
> = {
  pass: { asff: "PASSED", reason: null },
  fail: { asff: "FAILED", reason: null },
  exempt: { asff: "WARNING", reason: "EXEMPT" },
  // "Could not evaluate" is never PASSED (facts/publishing §1.8).
  unknown: { asff: "NOT_AVAILABLE", reason: "NOT_OBSERVED" },
  "not-applicable": { asff: "NOT_AVAILABLE", reason: "NOT_APPLICABLE" },
};

function toCompliance(
  { status, because }: Finding,
  frameworks: readonly FrameworkReference[],
): AsffFinding["Compliance"] {
  const { asff, reason } = COMPLIANCE[status];
  const description = toText(because, 1024);
  const requirements = frameworks
    .flatMap(({ framework, id }) => toText(`${framework} ${id}`, 64) ?? [])
    .slice(0, 32);
  return {
    Status: asff,
    ...(reason === null
      ? {}
      : {
          StatusReasons: [
            { ReasonCode: reason, ...(description === null ? {} : { Description: description }) },
          ],
        }),
    ...(requirements.length === 0 ? {} : { RelatedRequirements: requirements }),
  };
}

const MAX_RECOMMENDATION = 512;

/** The sentence and, only where it fits whole, the first command: half a command is worse than none. */
function toRemediation({ status, remediation }: Finding): Pick<AsffFinding, "Remediation"> {
  if (status !== "fail" && status !== "unknown") return {};
  const sentence = toText(remediation.text, MAX_RECOMMENDATION);
  const [command = ""] = remediation.commands;
  const both = [sentence ?? "", toVisibleText(command).trim()].filter((part) => part !== "").join(" ");
  const text = both.length <= MAX_RECOMMENDATION ? both : sentence;
  return text === null || text === "" ? {} : { Remediation: { Recommendation: { Text: text } } };
}

/** For filters in the console: at most 50, values of at most 1,024 (2,048 is documented; longer were refused). */
function toProductFields(finding: Finding, openSince: string): Readonly<Record<string, string>> {
  return toPairs(
    [
      ["ringfence/Control", finding.controlId],
      ["ringfence/Status", finding.status],
      ["ringfence/Cluster", finding.cluster ?? ""],
      ["ringfence/SubjectKind", finding.subject.kind],
      ["ringfence/SubjectName", finding.subject.name],
      ["ringfence/Change", finding.change ?? ""],
      ["ringfence/OpenSince", openSince],
    ],
    1024,
  );
}

function toPairs(
  pairs: readonly (readonly [string, string])[],
  maxLength: number,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.flatMap(([name, foreign]) => {
      const value = toText(foreign, maxLength);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** ASFF reference, Resources: an Id has at most 512 characters. */
const MAX_RESOURCE_ID = 512;

/** The cluster first: consoles show the first resource. What the finding is about carries the evidence. */
function toResources(finding: Finding, context: AsffContext): readonly AsffResource[] {
  const { subject, cluster, region } = finding;
  const place = { Partition: context.partition, Region: region ?? context.region };
  const evidence = { Other: toEvidence(finding) };
  if (cluster === null) {
    const account = finding.account ?? context.accountId;
    return [{ Type: "AwsAccount", Id: `AWS::::Account:${account}`, ...place, Details: evidence }];
  }
  const arn = toClusterArn(finding, cluster, context);
  const details = isDescribed(context.cluster) ? { AwsEksCluster: toClusterDetails(context.cluster) } : null;
  const Type = arn.startsWith("arn:") ? "AwsEksCluster" : "Other";
  if (subject.kind !== "namespace")
    return [{ Type, Id: arn, ...place, Details: { ...details, ...evidence } }];
  const Id = shorten(`${arn}/namespace/${toText(subject.name, 253) ?? "-"}`, MAX_RESOURCE_ID);
  return [
    { Type, Id: arn, ...place, ...(details === null ? {} : { Details: details }) },
    { Type: "Other", Id, ...place, Details: evidence },
  ];
}

function isDescribed(cluster: AsffContext["cluster"]): cluster is ClusterDescription {
  return cluster !== undefined && cluster !== null;
}

function toClusterArn({ account, region }: Finding, cluster: string, context: AsffContext): string {
  if (isDescribed(context.cluster)) return context.cluster.arn;
  const name = toText(cluster, 256) ?? "-";
  if (account === null || region === null) return `kubernetes/${name}`;
  return `arn:${context.partition}:eks:${region}:${account}:cluster/${name}`;
}

/** `AwsEksClusterDetails`; what was not observed is left out. */
function toClusterDetails(cluster: ClusterDescription): Readonly<Record<string, unknown>> {
  const profile = toClusterProfile(cluster);
  const { name, arn, version, endpoint, roleArn, endpointPublicAccess } = profile;
  const network = {
    ...toList("SecurityGroupIds", profile.securityGroupIds),
    ...toList("SubnetIds", profile.subnetIds),
    ...(endpointPublicAccess === null ? {} : { EndpointPublicAccess: endpointPublicAccess }),
  };
  return {
    ...toPairs(
      [
        ["Name", name],
        ["Arn", arn],
        ["Version", version ?? ""],
        ["Endpoint", endpoint ?? ""],
        ["RoleArn", roleArn ?? ""],
      ],
      2048,
    ),
    ...(Object.keys(network).length === 0 ? {} : { ResourcesVpcConfig: network }),
  };
}

function toList(name: string, items: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return items.length === 0 ? {} : { [name]: items };
}

/** `Details.Other` takes at most 50 pairs with keys under 128 and values under 1,024 characters. */
const MAX_OTHER_VALUE = 1023;
const MAX_EVIDENCE = 10;

function toEvidence({ subject, status, because, evidence }: Finding): Readonly<Record<string, string>> {
  const rest = evidence.length - MAX_EVIDENCE;
  return toPairs(
    [
      ["SubjectKind", subject.kind],
      ["SubjectName", subject.name],
      ["Status", status],
      ["Because", because],
      ...evidence.slice(0, MAX_EVIDENCE).flatMap(toEvidencePairs),
      ["EvidenceNotShown", rest > 0 ? String(rest) : ""],
    ],
    MAX_OTHER_VALUE,
  );
}

function toEvidencePairs(
  { source, object, observed, means, command }: Evidence,
  index: number,
): [string, string][] {
  const key = `Evidence${index + 1}`;
  return [
    [key, `${source}, ${object}: ${observed} (${means})`],
    [`${key}Command`, command.length > MAX_OTHER_VALUE ? "" : command],
  ];
}
