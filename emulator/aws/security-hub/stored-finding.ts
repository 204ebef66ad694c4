// A finding as Security Hub gives it back: what the provider sent, and what the service adds to it.

import { isRecord } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { CallContext } from "../operation.ts";
import type { StoredFinding } from "../stores.ts";

/** Members that belong to the customer: an import never changes them. (§1.6) */
const CUSTOMER_MEMBERS = ["Note", "UserDefinedFields", "VerificationState", "Workflow"];

/** "INFORMATIONAL 0, LOW 1–39, MEDIUM 40–69, HIGH 70–89, CRITICAL 90–100." */
const NORMALIZED: ReadonlyMap<unknown, number> = new Map([
  ["INFORMATIONAL", 0],
  ["LOW", 1],
  ["MEDIUM", 40],
  ["HIGH", 70],
  ["CRITICAL", 90],
]);

export function toStoredFinding(
  finding: JsonRecord,
  before: StoredFinding | undefined,
  { account, region, now }: CallContext,
): StoredFinding {
  const provider = toRecord(finding["FindingProviderFields"]);
  const severity = toRecord(provider["Severity"] ?? finding["Severity"]);
  const productName = finding["ProductName"] ?? "Default";
  const companyName = finding["CompanyName"] ?? "Personal";
  const kept = CUSTOMER_MEMBERS.flatMap((name) =>
    before?.[name] === undefined ? [] : [[name, before[name]]],
  );
  return {
    ...finding,
    ProductName: productName,
    CompanyName: companyName,
    Region: region,
    AwsAccountName: account.name,
    Severity: { Normalized: NORMALIZED.get(severity["Label"]), ...severity },
    Types: provider["Types"] ?? finding["Types"],
    // "RecordState … defaults to ACTIVE", and a new finding's workflow status is NEW. (API reference)
    RecordState: finding["RecordState"] ?? "ACTIVE",
    WorkflowState: "NEW",
    Workflow: { Status: "NEW" },
    ...Object.fromEntries(kept),
    ProcessedAt: now.toISOString(),
    ProductFields: {
      ...toRecord(finding["ProductFields"]),
      "aws/securityhub/FindingId": `${String(finding["ProductArn"])}/${String(finding["Id"])}`,
      "aws/securityhub/ProductName": productName,
      "aws/securityhub/CompanyName": companyName,
    },
  };
}

function toRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}
