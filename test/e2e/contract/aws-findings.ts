// What the scanner relies on to publish: Security Hub takes findings, refuses single ones, and gives them back.

import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  GetFindingsCommand,
  type SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { HOME } from "../../emulator/aws-world.ts";
import { readPages, refusalOf } from "./aws-answers.ts";
import type { AwsApi, AwsContract } from "./aws-api.ts";

function toFinding(
  { member }: AwsApi,
  Id: string,
  more: Partial<AwsSecurityFinding> = {},
): AwsSecurityFinding {
  return {
    SchemaVersion: "2018-10-08",
    Id,
    ProductArn: `arn:aws:securityhub:${HOME}:${member}:product/${member}/default`,
    GeneratorId: "ringfence/NETPOL.2",
    AwsAccountId: member,
    CreatedAt: "2026-11-20T00:00:00Z",
    UpdatedAt: "2026-11-20T00:00:00Z",
    Title: "Clusters should enforce NetworkPolicies",
    Description: "No engine enforces NetworkPolicies.",
    Resources: [{ Type: "AwsEksCluster", Id: `arn:aws:eks:${HOME}:${member}:cluster/first` }],
    FindingProviderFields: {
      Severity: { Label: "HIGH", Original: "high" },
      Types: ["Software and Configuration Checks/AWS Security Best Practices"],
    },
    Compliance: { Status: "FAILED" },
    RecordState: "ACTIVE",
    ...more,
  };
}

/** Of the member account, with the role that the scan function assumes. */
async function enter(api: AwsApi, region = HOME): Promise<SecurityHubClient> {
  const { sts } = api.as(api.keysOf("scan"));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${api.member}:role/RingfenceReader`,
      RoleSessionName: "contract",
      ExternalId: api.externalId,
    }),
  );
  const keys = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  return api.as(keys, region).securityHub;
}

const NO_FILTERS = "it takes filters and does not apply them";
const NO_LIMITS = "it checks neither the number of findings nor the findings";

export const SECURITY_HUB: readonly AwsContract[] = [
  {
    title: "an import that is whole says how many",
    observe: async (api) => {
      const hub = await enter(api);
      const Findings = [toFinding(api, "first"), toFinding(api, "second")];
      const { SuccessCount, FailedCount, FailedFindings } = await hub.send(
        new BatchImportFindingsCommand({ Findings }),
      );
      return { SuccessCount, FailedCount, FailedFindings };
    },
    expected: { SuccessCount: 2, FailedCount: 0, FailedFindings: [] },
  },
  {
    title: "one finding that is refused does not hold the others back, and is named",
    observe: async (api) => {
      const hub = await enter(api);
      const Findings = [toFinding(api, "third"), toFinding(api, "bad", { Title: "x".repeat(300) })];
      const answer = await hub.send(new BatchImportFindingsCommand({ Findings }));
      const failed = (answer.FailedFindings ?? []).map(({ Id, ErrorCode }) => [Id, ErrorCode]);
      return [answer.SuccessCount, answer.FailedCount, failed];
    },
    expected: [1, 1, [["bad", "InvalidInput"]]],
    otherwise: { server: "moto", expected: [2, 0, []], because: NO_LIMITS },
  },
  {
    title: "a finding comes back under its own id, with what was said of it",
    observe: async (api) => {
      const hub = await enter(api);
      const { Findings = [] } = await hub.send(
        new GetFindingsCommand({ Filters: { Id: [{ Comparison: "EQUALS", Value: "first" }] } }),
      );
      const found = Findings.find(({ Id }) => Id === "first");
      return api.named([
        found?.GeneratorId,
        found?.AwsAccountId,
        found?.Title,
        found?.Compliance?.Status,
        found?.RecordState,
        found?.Resources?.[0]?.Id,
      ]);
    },
    expected: [
      "ringfence/NETPOL.2",
      "<member>",
      "Clusters should enforce NetworkPolicies",
      "FAILED",
      "ACTIVE",
      `arn:aws:eks:${HOME}:<member>:cluster/first`,
    ],
  },
  {
    title: "a filter keeps the others out",
    observe: async (api) => {
      const hub = await enter(api);
      const { Findings = [] } = await hub.send(
        new GetFindingsCommand({ Filters: { Id: [{ Comparison: "EQUALS", Value: "second" }] } }),
      );
      return Findings.map(({ Id }) => Id);
    },
    expected: ["second"],
    otherwise: { server: "moto", expected: ["first", "second", "third", "bad"], because: NO_FILTERS },
  },
  {
    title: "the same id again is the same finding",
    observe: async (api) => {
      const hub = await enter(api);
      const again = toFinding(api, "first", { UpdatedAt: "2026-11-21T00:00:00Z", RecordState: "ARCHIVED" });
      await hub.send(new BatchImportFindingsCommand({ Findings: [again] }));
      const { Findings = [] } = await hub.send(new GetFindingsCommand({ MaxResults: 100 }));
      return Findings.filter(({ Id }) => Id === "first").map(({ RecordState }) => RecordState);
    },
    expected: ["ARCHIVED"],
  },
  {
    title: "a list goes on by its token",
    observe: async (api) => {
      const hub = await enter(api);
      const pages = await readPages(
        (NextToken) => hub.send(new GetFindingsCommand({ MaxResults: 1, NextToken })),
        ({ NextToken }) => NextToken,
      );
      const ids = pages.flatMap(({ Findings = [] }) => Findings.map(({ Id }) => Id));
      return ["first", "second", "third"].map((id) => ids.filter((one) => one === id).length);
    },
    expected: [1, 1, 1],
  },
  {
    title: "more than 100 findings are refused together",
    observe: async (api) => {
      const hub = await enter(api);
      const Findings = Array.from({ length: 101 }, (_, index) => toFinding(api, `many-${index}`));
      return refusalOf(hub.send(new BatchImportFindingsCommand({ Findings })));
    },
    expected: ["InvalidInputException", 400],
    otherwise: { server: "moto", expected: ["answered", 200], because: NO_LIMITS },
  },
  {
    title: "a Region where Security Hub is off",
    observe: async (api) => refusalOf((await enter(api, "us-east-1")).send(new GetFindingsCommand({}))),
    expected: ["InvalidAccessException", 401],
    otherwise: {
      server: "moto",
      expected: ["answered", 200],
      because: "its hub reads without being enabled",
    },
  },
];
