// The AWS Security Finding Format as BatchImportFindings checks it: required members, lengths, counts, enums and
// times. Numbers from facts/publishing §1.3 and §1.4. Pure.

import { isRecord } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import {
  findMemberProblem,
  firstProblem,
  list,
  longerThan,
  MAX_FIELD_LENGTH,
  object,
  oneOf,
  pairs,
  text,
  time,
} from "./check.ts";
import type { Check } from "./check.ts";
import { findResourceProblem } from "./resource-format.ts";

/** Null: the finding may be imported. */
export function findFormatProblem(finding: JsonRecord): string | null {
  return (
    findTextProblem(finding, "data") ??
    findMissing(finding) ??
    findMemberProblem(finding, FINDING, "data") ??
    findProviderProblem(finding)
  );
}

/** "Empty strings are rejected", at any depth. */
function findTextProblem(value: unknown, at: string): string | null {
  if (typeof value === "string") {
    if (value === "") return `${at} should NOT be shorter than 1 characters`;
    return longerThan(value, MAX_FIELD_LENGTH, at);
  }
  if (Array.isArray(value)) {
    return firstProblem(value.map((item, index) => findTextProblem(item, `${at}[${index}]`)));
  }
  if (!isRecord(value)) return null;
  return firstProblem(
    Object.entries(value).map(
      ([name, member]) => findTextProblem(name, `${at} name`) ?? findTextProblem(member, `${at}.${name}`),
    ),
  );
}

const REQUIRED = [
  "SchemaVersion",
  "Id",
  "ProductArn",
  "GeneratorId",
  "AwsAccountId",
  "CreatedAt",
  "UpdatedAt",
  "Title",
  "Description",
  "Resources",
];

function findMissing(finding: JsonRecord): string | null {
  const missing = REQUIRED.find((name) => finding[name] === undefined);
  return missing === undefined ? null : `data should have required property '${missing}'`;
}

/** Severity and Types: at the top or among the finding provider's fields. */
function findProviderProblem(finding: JsonRecord): string | null {
  const provider = isRecord(finding["FindingProviderFields"]) ? finding["FindingProviderFields"] : {};
  const has = (name: string): boolean => finding[name] !== undefined || provider[name] !== undefined;
  if (has("Severity") && has("Types")) return null;
  return "data should have required property 'FindingProviderFields', data should match some schema in anyOf";
}

/** "namespace/category/classifier", of which the namespaces are these. (§1.8) */
const TYPE =
  /^(?:Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(?:\/[^/]+){0,2}$/u;

const findingType: Check = (value, at) =>
  typeof value === "string" && TYPE.test(value) ? null : `${at} should match pattern "${TYPE.source}"`;

const severity = object({
  Label: oneOf("INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"),
  Original: text(64),
});

const compliance = object({
  Status: oneOf("PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"),
  RelatedRequirements: list(32, text(64)),
  StatusReasons: list(Infinity, object({}, ["ReasonCode"])),
  AssociatedStandards: list(20, object({}, ["StandardsId"])),
});

const FINDING: Readonly<Record<string, Check>> = {
  SchemaVersion: oneOf("2018-10-08"),
  Id: text(512),
  ProductArn: text(2048),
  ProductName: text(128),
  CompanyName: text(128),
  Region: text(16),
  GeneratorId: text(512),
  AwsAccountId: text(12),
  AwsAccountName: text(50),
  Types: list(50, findingType),
  FirstObservedAt: time,
  LastObservedAt: time,
  CreatedAt: time,
  UpdatedAt: time,
  Severity: severity,
  Title: text(256),
  Description: text(1024),
  Remediation: object({ Recommendation: object({ Text: text(512), Url: text(MAX_FIELD_LENGTH) }) }),
  ProductFields: pairs(50, 128, 2048),
  UserDefinedFields: pairs(50, 128, 1024),
  Compliance: compliance,
  RecordState: oneOf("ACTIVE", "ARCHIVED"),
  RelatedFindings: list(10, object({}, ["ProductArn", "Id"])),
  Note: object({ Text: text(512) }, ["Text", "UpdatedBy", "UpdatedAt"]),
  FindingProviderFields: object({ Severity: severity, Types: list(50, findingType) }),
  Resources: findResourceProblem,
};
