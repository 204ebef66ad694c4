// Findings between our type and the SDK's. Of what Security Hub returns only the members that we sent are kept:
// customers and Security Hub add their own, which are not ours to send back.

import type { AwsSecurityFinding, Resource } from "@aws-sdk/client-securityhub";
import * as v from "valibot";
import type { AsffFinding, AsffResource } from "../model/asff.ts";
import { parseAnswer, Text } from "./answer.ts";

const TextMap = v.record(v.string(), v.string());

const FoundResource = v.object({
  Type: Text,
  Id: Text,
  Partition: v.exactOptional(Text),
  Region: v.exactOptional(Text),
  Tags: v.exactOptional(TextMap),
  Details: v.exactOptional(
    v.object({
      AwsEksCluster: v.exactOptional(v.record(v.string(), v.unknown())),
      Other: v.exactOptional(TextMap),
    }),
  ),
});

const Compliance = v.object({
  Status: v.picklist(["PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"]),
  StatusReasons: v.exactOptional(
    v.array(v.object({ ReasonCode: Text, Description: v.exactOptional(v.string()) })),
  ),
  RelatedRequirements: v.exactOptional(v.array(v.string())),
});

const FoundFinding = v.object({
  SchemaVersion: v.literal("2018-10-08"),
  Id: Text,
  ProductArn: Text,
  GeneratorId: Text,
  AwsAccountId: Text,
  CreatedAt: Text,
  UpdatedAt: Text,
  FirstObservedAt: v.exactOptional(Text),
  LastObservedAt: v.exactOptional(Text),
  CompanyName: v.exactOptional(Text),
  ProductName: v.exactOptional(Text),
  Title: v.string(),
  Description: v.string(),
  Remediation: v.exactOptional(
    v.object({
      Recommendation: v.object({ Text: v.exactOptional(v.string()), Url: v.exactOptional(v.string()) }),
    }),
  ),
  ProductFields: v.exactOptional(TextMap),
  Resources: v.array(FoundResource),
  Compliance,
  RecordState: v.picklist(["ACTIVE", "ARCHIVED"]),
  FindingProviderFields: v.object({
    Severity: v.object({
      Label: v.picklist(["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]),
      Original: v.string(),
    }),
    Types: v.array(v.string()),
  }),
});

/** Throws MalformedAnswer for what we never sent in this shape. */
export function parseAsffFinding(answer: unknown): AsffFinding {
  const { ProductFields, ...finding } = parseAnswer(FoundFinding, answer, "GetFindings");
  if (ProductFields === undefined) return finding;
  // "aws/" is reserved for AWS and must not be sent by others (ASFF, ProductFields); Security Hub adds its own.
  const own = Object.entries(ProductFields).filter(([name]) => !name.startsWith("aws/"));
  return { ...finding, ProductFields: Object.fromEntries(own) };
}

/** The same members; the SDK's type wants lists that it could change. */
export function toSdkFinding(finding: AsffFinding): AwsSecurityFinding {
  const { StatusReasons, RelatedRequirements, ...compliance } = finding.Compliance;
  return {
    ...finding,
    Resources: finding.Resources.map(toSdkResource),
    Compliance: {
      ...compliance,
      ...(StatusReasons === undefined ? {} : { StatusReasons: [...StatusReasons] }),
      ...(RelatedRequirements === undefined ? {} : { RelatedRequirements: [...RelatedRequirements] }),
    },
    FindingProviderFields: {
      ...finding.FindingProviderFields,
      Types: [...finding.FindingProviderFields.Types],
    },
  };
}

/** The partitions that the format knows; the member is optional. */
const PARTITIONS = ["aws", "aws-cn", "aws-us-gov"] as const;

function toSdkResource({ Partition, ...resource }: AsffResource): Resource {
  const partition = PARTITIONS.find((known) => known === Partition);
  return partition === undefined ? resource : { ...resource, Partition: partition };
}
