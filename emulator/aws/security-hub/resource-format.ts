// The resources of a finding as BatchImportFindings checks them. Numbers and shapes from facts/publishing §1.2,
// §1.3 and §1.9. Pure.

import { exactly, flag, list, MAX_FIELD_LENGTH, object, oneOf, pairs, text } from "./check.ts";

const MAX_RESOURCES = 32;

export function findResourceProblem(value: unknown, at: string): string | null {
  if (Array.isArray(value) && value.length === 0) return `${at} should NOT have fewer than 1 items`;
  return list(MAX_RESOURCES, resource)(value, at);
}

const strings = list(MAX_FIELD_LENGTH, text(MAX_FIELD_LENGTH));

const eksCluster = exactly({
  Arn: text(MAX_FIELD_LENGTH),
  CertificateAuthorityData: text(MAX_FIELD_LENGTH),
  ClusterStatus: text(MAX_FIELD_LENGTH),
  Endpoint: text(MAX_FIELD_LENGTH),
  Name: text(MAX_FIELD_LENGTH),
  ResourcesVpcConfig: exactly({
    SecurityGroupIds: strings,
    SubnetIds: strings,
    EndpointPublicAccess: flag,
  }),
  RoleArn: text(MAX_FIELD_LENGTH),
  Version: text(MAX_FIELD_LENGTH),
  Logging: exactly({ ClusterLogging: list(MAX_FIELD_LENGTH, exactly({ Enabled: flag, Types: strings })) }),
});

const resource = object(
  {
    Type: text(256),
    Id: text(MAX_FIELD_LENGTH),
    Region: text(16),
    Partition: oneOf("aws", "aws-cn", "aws-us-gov"),
    Tags: pairs(50, 128, 256),
    Details: object({
      AwsEksCluster: eksCluster,
      // "key < 128, value < 1024" (§1.3)
      Other: pairs(50, 127, 1023),
    }),
  },
  ["Type", "Id"],
);
