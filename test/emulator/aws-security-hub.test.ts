// Security Hub CSPM through its SDK: who may import what, every limit of a finding, overwriting, reading back.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  BatchImportFindingsCommand,
  DescribeHubCommand,
  GetFindingsCommand,
} from "@aws-sdk/client-securityhub";
import type {
  AwsSecurityFinding,
  AwsSecurityFindingFilters,
  SecurityHubClient,
} from "@aws-sdk/client-securityhub";

import type { Cloud } from "../../emulator/cloud.ts";
import {
  enter,
  HOME,
  MEMBER,
  refusal,
  SCANNER,
  toClients,
  toCredentials,
  toWorld,
  withCloud,
} from "./aws-world.ts";

const CLUSTER_ARN = `arn:aws:eks:${HOME}:${MEMBER}:cluster/shop`;

function toFinding(id: string, more: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding {
  return {
    SchemaVersion: "2018-10-08",
    Id: id,
    ProductArn: toProductArn(MEMBER),
    GeneratorId: "ringfence/NETPOL.2",
    AwsAccountId: MEMBER,
    CreatedAt: "2026-11-20T00:00:00Z",
    UpdatedAt: "2026-11-20T00:00:00Z",
    Title: "Clusters should enforce NetworkPolicies",
    Description: "No engine enforces NetworkPolicies.",
    Resources: [{ Type: "AwsEksCluster", Id: CLUSTER_ARN }],
    FindingProviderFields: {
      Severity: { Label: "HIGH", Original: "high" },
      Types: ["Software and Configuration Checks/AWS Security Best Practices"],
    },
    Compliance: { Status: "FAILED" },
    RecordState: "ACTIVE",
    ...more,
  };
}

function toProductArn(accountId: string, region = HOME): string {
  return `arn:aws:securityhub:${region}:${accountId}:product/${accountId}/default`;
}

async function withHub(test: (hub: SecurityHubClient, cloud: Cloud) => Promise<void>): Promise<void> {
  await withCloud(toWorld(), async (cloud) => test(toClients(cloud, await enter(cloud)).securityHub, cloud));
}

async function importOne(hub: SecurityHubClient, finding: AwsSecurityFinding): Promise<string> {
  const { FailedFindings = [] } = await hub.send(new BatchImportFindingsCommand({ Findings: [finding] }));
  return FailedFindings.map(({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`).join();
}

describe("a hub", () => {
  it("answers as many calls at once as its quota has, and refuses the rest", async () => {
    const now = new Date();
    await withCloud(
      toWorld(),
      async (cloud) => {
        const { securityHub } = toClients(cloud, await enter(cloud));
        const statuses = async (amount: number, send: () => Promise<unknown>): Promise<string[]> => {
          const ended = await Promise.allSettled(Array.from({ length: amount }, send));
          return ended.map((one) => (one.status === "rejected" ? String(one.reason.name) : "")).toSorted();
        };
        const LIMIT = "LimitExceededException";
        const reads = await statuses(8, () => securityHub.send(new GetFindingsCommand({})));
        assert.deepEqual(reads, [...Array.from({ length: 6 }, () => ""), LIMIT, LIMIT]);
        const imports = await statuses(31, () => importOne(securityHub, toFinding("f")));
        assert.deepEqual(imports, [...Array.from({ length: 30 }, () => ""), LIMIT]);
      },
      { now: () => now },
    );
  });

  it("is on in some Regions of an account and off in others", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { securityHub } = toClients(cloud);
      const { HubArn } = await securityHub.send(new DescribeHubCommand({}));
      assert.equal(HubArn, `arn:aws:securityhub:${HOME}:${SCANNER}:hub/default`);
      const elsewhere = toClients(cloud, undefined, "us-east-1").securityHub;
      const off = refusal("InvalidAccessException", 401, /is not subscribed to AWS Security Hub$/u);
      await assert.rejects(elsewhere.send(new DescribeHubCommand({})), off);
      await assert.rejects(elsewhere.send(new GetFindingsCommand({})), off);
      const ProductArn = toProductArn(SCANNER, "us-east-1");
      const Findings = [toFinding("a", { ProductArn, AwsAccountId: SCANNER })];
      await assert.rejects(elsewhere.send(new BatchImportFindingsCommand({ Findings })), off);
    });
  });
});

describe("an account imports", () => {
  it("findings of its own, under its own product", async () => {
    await withHub(async (hub, cloud) => {
      const result = await hub.send(new BatchImportFindingsCommand({ Findings: [toFinding("a")] }));
      assert.deepEqual([result.SuccessCount, result.FailedCount, result.FailedFindings], [1, 0, []]);
      const stored = cloud.stores.findings.get(`${MEMBER}/${HOME}`);
      assert.deepEqual(
        [...(stored?.values() ?? [])].map(({ Id }) => Id),
        ["a"],
      );
    });
  });

  it("nothing of another account, and nothing under another's product", async () => {
    await withHub(async (hub) => {
      const foreign = [
        toFinding("a", { AwsAccountId: SCANNER }),
        toFinding("a", { ProductArn: toProductArn(SCANNER) }),
        toFinding("a", { ProductArn: `arn:aws:securityhub:${HOME}::product/aws/securityhub` }),
      ];
      for (const finding of foreign) {
        const findings = [toFinding("own"), finding];
        await assert.rejects(
          hub.send(new BatchImportFindingsCommand({ Findings: findings })),
          refusal("AccessDeniedException", 403),
        );
      }
      assert.deepEqual((await hub.send(new GetFindingsCommand({}))).Findings, []);
    });
  });

  it("nothing for a member as the scanner's own account, administrator or not", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const operator = toClients(cloud).securityHub;
      await assert.rejects(
        operator.send(new BatchImportFindingsCommand({ Findings: [toFinding("a")] })),
        refusal("AccessDeniedException", 403, /not allowed to import findings for account 222222222222/u),
      );
      const own = toFinding("a", { AwsAccountId: SCANNER, ProductArn: toProductArn(SCANNER) });
      const report = toClients(cloud, toCredentials(cloud.environmentFor("ringfence-prod-report")));
      assert.equal(await importOne(report.securityHub, own), "");
    });
  });

  it("nothing under an ARN that is none, or of another Region", async () => {
    await withHub(async (hub) => {
      for (const broken of [{ ProductArn: "product" }, { AwsAccountId: "1" }]) {
        await assert.rejects(
          hub.send(new BatchImportFindingsCommand({ Findings: [toFinding("a", broken)] })),
          refusal("AuthorizerConfigurationException", 500),
        );
      }
      await assert.rejects(
        importOne(hub, toFinding("a", { ProductArn: toProductArn(MEMBER, "us-east-1") })),
        refusal("InvalidInputException", 400),
      );
    });
  });
});

describe("a call holds", () => {
  it("between 1 and 100 findings", async () => {
    await withHub(async (hub) => {
      const findings = Array.from({ length: 101 }, (_, index) => toFinding(`f${index}`));
      for (const Findings of [[], findings]) {
        await assert.rejects(
          hub.send(new BatchImportFindingsCommand({ Findings })),
          refusal("InvalidInputException", 400),
        );
      }
      const { SuccessCount } = await hub.send(
        new BatchImportFindingsCommand({ Findings: findings.slice(0, 100) }),
      );
      assert.equal(SuccessCount, 100);
    });
  });

  it("at most 6 MB, and findings of at most 240 KB", async () => {
    await withHub(async (hub) => {
      const large = (id: string, kilobytes: number): AwsSecurityFinding => {
        const tags = Object.fromEntries(
          Array.from({ length: 32 }, (_, index) => [`t${index}`, "x".repeat(230)]),
        );
        const resource = { Type: "Other", Id: CLUSTER_ARN, Tags: tags };
        const own = JSON.stringify(resource).length;
        const count = Math.floor((kilobytes * 1024) / own);
        return toFinding(id, { Resources: Array.from({ length: count }, () => resource) });
      };
      assert.equal(await importOne(hub, large("fits", 220)), "");
      assert.match(await importOne(hub, large("large", 250)), /^InvalidInput: .* 240 KB/u);
      const Findings = Array.from({ length: 28 }, (_, index) => large(`f${index}`, 230));
      await assert.rejects(
        hub.send(new BatchImportFindingsCommand({ Findings })),
        refusal("InvalidInputException", 400, /6 MB/u),
      );
    });
  });

  it("the good beside the bad: each refused finding is named", async () => {
    await withHub(async (hub, cloud) => {
      const Findings = [toFinding("good"), toFinding("bad", { Title: "" }), toFinding("fine")];
      const result = await hub.send(new BatchImportFindingsCommand({ Findings }));
      assert.deepEqual([result.SuccessCount, result.FailedCount], [2, 1]);
      assert.equal(result.FailedFindings?.[0]?.Id, "bad");
      assert.equal(cloud.stores.findings.get(`${MEMBER}/${HOME}`)?.size, 2);
    });
  });
});

const characters = (count: number): string => "x".repeat(count);
const entries = (count: number, key: number, value: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [String(index).padEnd(key, "k"), characters(value)]),
  );
const provider = (more: AwsSecurityFinding["FindingProviderFields"]): Partial<AwsSecurityFinding> => ({
  FindingProviderFields: { ...toFinding("x").FindingProviderFields, ...more },
});
const compliance = (more: AwsSecurityFinding["Compliance"]): Partial<AwsSecurityFinding> => ({
  Compliance: { Status: "FAILED", ...more },
});
const resource = (more: object): Partial<AwsSecurityFinding> => ({
  Resources: [{ Type: "Other", Id: CLUSTER_ARN, ...more }],
});
const eksCluster = (more: object): Partial<AwsSecurityFinding> =>
  resource({ Details: { AwsEksCluster: more } });
const repeat = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

describe("the finding format", () => {
  /** What is just allowed, what is just not, and how the service says so. */
  const limits: readonly (readonly [
    what: string,
    allowed: Partial<AwsSecurityFinding>,
    refused: Partial<AwsSecurityFinding>,
    problem: RegExp,
  ])[] = [
    ["Id", { Id: characters(512) }, { Id: characters(513) }, /data\.Id should NOT be longer than 512/u],
    ["GeneratorId", { GeneratorId: characters(512) }, { GeneratorId: characters(513) }, /data\.GeneratorId/u],
    [
      "Title",
      { Title: characters(256) },
      { Title: characters(257) },
      /data\.Title should NOT be longer than 256/u,
    ],
    ["Title in characters", { Title: "🔥".repeat(256) }, { Title: "🔥".repeat(257) }, /data\.Title/u],
    ["Description", { Description: characters(1024) }, { Description: characters(1025) }, /1024/u],
    ["ProductName", { ProductName: characters(128) }, { ProductName: characters(129) }, /128/u],
    ["CompanyName", { CompanyName: characters(128) }, { CompanyName: characters(129) }, /128/u],
    [
      "Remediation text",
      { Remediation: { Recommendation: { Text: characters(512) } } },
      { Remediation: { Recommendation: { Text: characters(513) } } },
      /data\.Remediation\.Recommendation\.Text/u,
    ],
    [
      "Severity.Original",
      provider({ Severity: { Label: "LOW", Original: characters(64) } }),
      provider({ Severity: { Label: "LOW", Original: characters(65) } }),
      /FindingProviderFields\.Severity\.Original/u,
    ],
    [
      "number of Types",
      provider({ Types: repeat(50, "Effects") }),
      provider({ Types: repeat(51, "Effects") }),
      /Types should NOT have more than 50 items/u,
    ],
    [
      "form of Types",
      provider({ Types: ["TTPs/Discovery/Scan"] }),
      provider({ Types: ["Effects/a/b/c"] }),
      /Types\[0\] should match pattern/u,
    ],
    [
      "namespace of Types",
      provider({ Types: ["Effects"] }),
      provider({ Types: ["Kubernetes/NetworkPolicy"] }),
      /Types\[0\] should match pattern/u,
    ],
    [
      "number of ProductFields",
      { ProductFields: entries(50, 5, 5) },
      { ProductFields: entries(51, 5, 5) },
      /ProductFields should NOT have more than 50/u,
    ],
    [
      "ProductFields key",
      { ProductFields: entries(1, 128, 5) },
      { ProductFields: entries(1, 129, 5) },
      /ProductFields name should NOT be longer than 128/u,
    ],
    [
      "ProductFields value",
      { ProductFields: entries(1, 5, 2048) },
      { ProductFields: entries(1, 5, 2049) },
      /longer than 2048/u,
    ],
    [
      "number of RelatedRequirements",
      compliance({ RelatedRequirements: repeat(32, "CIS") }),
      compliance({ RelatedRequirements: repeat(33, "CIS") }),
      /RelatedRequirements should NOT have more than 32/u,
    ],
    [
      "length of RelatedRequirements",
      compliance({ RelatedRequirements: [characters(64)] }),
      compliance({ RelatedRequirements: [characters(65)] }),
      /RelatedRequirements\[0\]/u,
    ],
    [
      "StatusReasons",
      compliance({ StatusReasons: [{ ReasonCode: "X", Description: "y" }] }),
      compliance({ StatusReasons: [{ ReasonCode: undefined, Description: "y" }] }),
      /StatusReasons\[0\] should have required property 'ReasonCode'/u,
    ],
    [
      "Compliance.Status",
      compliance({ Status: "NOT_AVAILABLE" }),
      { Compliance: JSON.parse('{"Status":"UNKNOWN"}') },
      /Compliance\.Status should be equal to one of the allowed values/u,
    ],
    ["RecordState", { RecordState: "ARCHIVED" }, { RecordState: JSON.parse('"GONE"') }, /data\.RecordState/u],
    [
      "Severity.Label",
      provider({ Severity: { Label: "INFORMATIONAL" } }),
      provider({ Severity: { Label: JSON.parse('"high"') } }),
      /Severity\.Label/u,
    ],
    ["SchemaVersion", {}, { SchemaVersion: "2020-01-01" }, /data\.SchemaVersion/u],
    [
      "time with an offset",
      { UpdatedAt: "2026-11-20T01:02:03.123456789+02:00" },
      { UpdatedAt: "2026-11-20 01:02:03" },
      /data\.UpdatedAt should match format/u,
    ],
    ["no such day", {}, { CreatedAt: "2026-13-20T01:02:03Z" }, /data\.CreatedAt/u],
    ["Region", { Region: HOME }, { Region: characters(17) }, /data\.Region/u],
    [
      "number of Resources",
      { Resources: repeat(32, { Type: "Other", Id: "x" }) },
      { Resources: repeat(33, { Type: "Other", Id: "x" }) },
      /Resources should NOT have more than 32/u,
    ],
    ["no Resources", {}, { Resources: [] }, /Resources should NOT have fewer than 1/u],
    [
      "Resource.Type",
      resource({ Type: characters(256) }),
      resource({ Type: characters(257) }),
      /Resources\[0\]\.Type/u,
    ],
    ["Resource.Id", {}, resource({ Id: undefined }), /Resources\[0\] should have required property 'Id'/u],
    ["Resource.Partition", resource({ Partition: "aws-cn" }), resource({ Partition: "x" }), /Partition/u],
    [
      "Details.Other number",
      resource({ Details: { Other: entries(50, 5, 5) } }),
      resource({ Details: { Other: entries(51, 5, 5) } }),
      /Details\.Other should NOT have more than 50/u,
    ],
    [
      "Details.Other key",
      resource({ Details: { Other: entries(1, 127, 5) } }),
      resource({ Details: { Other: entries(1, 128, 5) } }),
      /Details\.Other name/u,
    ],
    [
      "Details.Other value",
      resource({ Details: { Other: entries(1, 5, 1023) } }),
      resource({ Details: { Other: entries(1, 5, 1024) } }),
      /longer than 1023/u,
    ],
    [
      "AwsEksCluster",
      eksCluster({ Name: "shop", ResourcesVpcConfig: { EndpointPublicAccess: true } }),
      eksCluster({ ResourcesVpcConfig: { EndpointPublicAccess: "true" } }),
      /EndpointPublicAccess should be boolean/u,
    ],
    ["empty text", {}, { Description: "" }, /data\.Description should NOT be shorter than 1 characters/u],
    [
      "empty tag",
      resource({ Tags: { a: "b" } }),
      resource({ Tags: { a: "" } }),
      /Tags\.a should NOT be shorter/u,
    ],
    [
      "any field",
      { Remediation: { Recommendation: { Url: characters(32_767) } } },
      { Remediation: { Recommendation: { Url: characters(32_768) } } },
      /longer than 32767/u,
    ],
    ["Types", {}, provider({ Types: undefined }), /required property 'FindingProviderFields'/u],
    ["Severity", {}, { FindingProviderFields: undefined }, /required property 'FindingProviderFields'/u],
    [
      "top-level Severity and Types",
      { Severity: { Label: "LOW" }, Types: ["Effects"], FindingProviderFields: undefined },
      { Types: ["Effects"], FindingProviderFields: undefined },
      /anyOf/u,
    ],
  ];

  it("takes what is just within each limit and refuses what is just beyond", async () => {
    await withHub(async (hub, cloud) => {
      for (const [what, allowed, refused, problem] of limits) {
        cloud.stores.quotas.clear();
        assert.equal(await importOne(hub, toFinding("f", allowed)), "", what);
        const answer = await importOne(hub, toFinding("f", refused));
        assert.match(answer, /^InvalidInput: Finding does not adhere to Amazon Finding Format\. /u, what);
        assert.match(answer, problem, what);
      }
    });
  });

  it("wants every required member", async () => {
    const required = [
      "SchemaVersion",
      "Id",
      "GeneratorId",
      "CreatedAt",
      "UpdatedAt",
      "Title",
      "Description",
      "Resources",
    ];
    await withHub(async (hub) => {
      for (const name of required) {
        const answer = await importOne(hub, { ...toFinding("f"), [name]: undefined });
        assert.match(answer, new RegExp(`should have required property '${name}'`, "u"));
      }
    });
  });
});

describe("a finding that comes again", () => {
  it("is overwritten as a whole by a newer UpdatedAt only", async () => {
    await withHub(async (hub) => {
      const read = async (): Promise<AwsSecurityFinding | undefined> =>
        (await hub.send(new GetFindingsCommand({}))).Findings?.[0];
      await importOne(hub, toFinding("a", { Title: "first", SourceUrl: "https://example.com" }));
      const same = await hub.send(
        new BatchImportFindingsCommand({ Findings: [toFinding("a", { Title: "same time" })] }),
      );
      assert.equal(same.SuccessCount, 1);
      assert.equal((await read())?.Title, "first");
      await importOne(hub, toFinding("a", { Title: "older", UpdatedAt: "2026-11-19T00:00:00Z" }));
      assert.equal((await read())?.Title, "first");
      await importOne(hub, toFinding("a", { Title: "newer", UpdatedAt: "2026-11-20T00:00:00.001Z" }));
      const newer = await read();
      assert.equal(newer?.Title, "newer");
      assert.equal(newer?.SourceUrl, undefined);
    });
  });

  it("counts once within a call: the first", async () => {
    await withHub(async (hub) => {
      const Findings = [
        toFinding("a", { Title: "first" }),
        toFinding("a", { Title: "second", UpdatedAt: "2026-11-21T00:00:00Z" }),
      ];
      await hub.send(new BatchImportFindingsCommand({ Findings }));
      const stored = (await hub.send(new GetFindingsCommand({}))).Findings ?? [];
      assert.deepEqual(
        stored.map(({ Title }) => Title),
        ["first"],
      );
    });
  });
});

describe("GetFindings", () => {
  it("gives what was sent with what the service adds", async () => {
    await withHub(async (hub) => {
      await importOne(hub, toFinding("a", { ProductFields: { own: "x" } }));
      const [finding] = (await hub.send(new GetFindingsCommand({}))).Findings ?? [];
      assert.equal(finding?.Severity?.Label, "HIGH");
      assert.equal(finding?.Severity?.Normalized, 70);
      assert.deepEqual(finding?.Types, ["Software and Configuration Checks/AWS Security Best Practices"]);
      assert.equal(finding?.Workflow?.Status, "NEW");
      assert.equal(finding?.Region, HOME);
      assert.equal(finding?.ProductName, "Default");
      assert.equal(finding?.ProductFields?.["own"], "x");
      assert.equal(finding?.ProductFields?.["aws/securityhub/FindingId"], `${toProductArn(MEMBER)}/a`);
    });
  });

  it("filters, joining positive values by OR and negative ones by AND", async () => {
    const rows: readonly (readonly [AwsSecurityFindingFilters, string])[] = [
      [{}, "abc"],
      [{ Id: [{ Comparison: "EQUALS", Value: "a" }] }, "a"],
      [
        {
          Id: [
            { Comparison: "EQUALS", Value: "a" },
            { Comparison: "PREFIX", Value: "c" },
          ],
        },
        "ac",
      ],
      [
        {
          Id: [
            { Comparison: "NOT_EQUALS", Value: "a" },
            { Comparison: "NOT_EQUALS", Value: "b" },
          ],
        },
        "c",
      ],
      [{ GeneratorId: [{ Comparison: "PREFIX_NOT_EQUALS", Value: "ringfence/NETPOL.4" }] }, "ab"],
      [
        {
          GeneratorId: [{ Comparison: "PREFIX", Value: "ringfence/" }],
          RecordState: [{ Comparison: "EQUALS", Value: "ARCHIVED" }],
        },
        "b",
      ],
      [{ ResourceId: [{ Comparison: "CONTAINS", Value: "namespace/pay" }] }, "c"],
      [
        {
          AwsAccountId: [{ Comparison: "EQUALS", Value: MEMBER }],
          Region: [{ Comparison: "EQUALS", Value: HOME }],
        },
        "abc",
      ],
      [{ ProductArn: [{ Comparison: "EQUALS", Value: toProductArn(MEMBER) }] }, "abc"],
      [{ ComplianceStatus: [{ Comparison: "EQUALS", Value: "PASSED" }] }, ""],
      [{ SeverityLabel: [{ Comparison: "EQUALS", Value: "HIGH" }] }, "abc"],
    ];
    await withHub(async (hub, cloud) => {
      const Findings = [
        toFinding("a"),
        toFinding("b", { RecordState: "ARCHIVED" }),
        toFinding("c", {
          GeneratorId: "ringfence/NETPOL.40",
          Resources: [
            { Type: "AwsEksCluster", Id: CLUSTER_ARN },
            { Type: "Other", Id: `${CLUSTER_ARN}/namespace/payments` },
          ],
        }),
      ];
      await hub.send(new BatchImportFindingsCommand({ Findings }));
      for (const [Filters, ids] of rows) {
        cloud.stores.quotas.clear();
        const { Findings: found = [] } = await hub.send(new GetFindingsCommand({ Filters }));
        assert.equal(found.map(({ Id }) => Id).join(""), ids, JSON.stringify(Filters));
      }
    });
  });

  it("comes in pages of at most 100", async () => {
    await withHub(async (hub) => {
      for (const batch of [0, 1, 2]) {
        const Findings = Array.from({ length: 70 }, (_, index) => toFinding(`f${batch}-${index}`));
        await hub.send(new BatchImportFindingsCommand({ Findings }));
      }
      const sizes: number[] = [];
      let NextToken: string | undefined;
      do {
        const page = await hub.send(new GetFindingsCommand({ NextToken }));
        sizes.push(page.Findings?.length ?? 0);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      assert.deepEqual(sizes, [100, 100, 10]);
    });
  });

  it("refuses what it does not evaluate and what is too much", async () => {
    await withHub(async (hub) => {
      const value = { Comparison: "EQUALS" as const, Value: "x" };
      const inputs = [
        { MaxResults: 101 },
        { SortCriteria: [{ Field: "Id", SortOrder: "asc" as const }] },
        { Filters: { NoteText: [value] } },
        { Filters: { Id: repeat(21, value) } },
        { Filters: { Id: [{ Comparison: "CONTAINS_WORD" as const, Value: "x" }] } },
        { NextToken: "made-up" },
      ];
      for (const input of inputs) {
        await assert.rejects(hub.send(new GetFindingsCommand(input)), refusal("InvalidInputException", 400));
      }
    });
  });
});
