// The roles are those that we ship: what the templates do not grant is denied, statement by statement.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ListRegionsCommand } from "@aws-sdk/client-account";
import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  ListCapabilitiesCommand,
  ListClustersCommand,
} from "@aws-sdk/client-eks";
import { BatchImportFindingsCommand, GetFindingsCommand } from "@aws-sdk/client-securityhub";

import { parseTemplate, resolveTemplate } from "../../emulator/aws/cloud-formation.ts";
import { toHubRoles } from "../../emulator/aws/hub-role.ts";
import { readMemberTemplate, toMemberRole } from "../../emulator/aws/member-role.ts";
import { evaluatePolicies, evaluateTrust } from "../../emulator/iam.ts";
import type { Cloud } from "../../emulator/cloud.ts";
import {
  enter,
  HOME,
  MEMBER,
  refusal,
  SCANNER,
  toAccount,
  toClients,
  toCluster,
  toWorld,
  withCloud,
} from "./aws-world.ts";

const ADDON = {
  name: "vpc-cni",
  version: "1",
  status: "ACTIVE",
  configurationValues: null,
  healthIssues: [],
};

/** One call for each action that deploy/member-role.yaml grants. */
const CALLS: ReadonlyMap<string, (clients: ReturnType<typeof toClients>) => Promise<unknown>> = new Map([
  ["eks:ListClusters", ({ eks }) => eks.send(new ListClustersCommand({}))],
  ["account:ListRegions", ({ account }) => account.send(new ListRegionsCommand({}))],
  ["eks:DescribeCluster", ({ eks }) => eks.send(new DescribeClusterCommand({ name: "shop" }))],
  ["eks:ListCapabilities", ({ eks }) => eks.send(new ListCapabilitiesCommand({ clusterName: "shop" }))],
  [
    "eks:DescribeAddon",
    ({ eks }) => eks.send(new DescribeAddonCommand({ clusterName: "shop", addonName: "vpc-cni" })),
  ],
  ["securityhub:GetFindings", ({ securityHub }) => securityHub.send(new GetFindingsCommand({}))],
  [
    "securityhub:BatchImportFindings",
    ({ securityHub }) => securityHub.send(new BatchImportFindingsCommand({ Findings: [FINDING] })),
  ],
]);

const FINDING = {
  SchemaVersion: "2018-10-08",
  Id: "a",
  ProductArn: `arn:aws:securityhub:${HOME}:${MEMBER}:product/${MEMBER}/default`,
  GeneratorId: "g",
  AwsAccountId: MEMBER,
  CreatedAt: "2026-11-20T00:00:00Z",
  UpdatedAt: "2026-11-20T00:00:00Z",
  Title: "t",
  Description: "d",
  Resources: [{ Type: "Other", Id: "r" }],
};

function toMemberWorld(withoutActions: readonly string[]) {
  const clusters = [toCluster("shop", { status: "CREATING", addons: [ADDON] })];
  const memberRole = { deployed: true, withoutActions };
  return toWorld({ accounts: [toAccount(SCANNER), toAccount(MEMBER, { clusters, memberRole })] });
}

async function toMemberClients(cloud: Cloud) {
  return toClients(cloud, await enter(cloud));
}

describe("deploy/member-role.yaml", () => {
  const role = toMemberRole(toMemberWorld([]), toAccount(MEMBER), readMemberTemplate());

  it("grants exactly the calls that are tried here", () => {
    const granted = role?.policies.flat().flatMap(({ actions }) => actions) ?? [];
    assert.deepEqual(granted.toSorted(), [...CALLS.keys()].toSorted());
  });

  for (const [action, call] of CALLS) {
    it(`without ${action} denies it and nothing else`, async () => {
      await withCloud(toMemberWorld([action]), async (cloud) => {
        const clients = await toMemberClients(cloud);
        await assert.rejects(call(clients), refusal("AccessDeniedException", 403, new RegExp(action, "u")));
        for (const [other, allowed] of CALLS) if (other !== action) await allowed(clients);
      });
    });
  }

  it("does not grant what a world tries to strike out by mistake", async () => {
    await assert.rejects(
      withCloud(toMemberWorld(["eks:DescribeClusters"]), () => Promise.resolve()),
      /does not grant eks:DescribeClusters/u,
    );
  });

  it("trusts the scanner's roles of this organization with this external id, each needed", () => {
    assert.ok(role !== null && role.trust !== null);
    const { trust } = role;
    const context = {
      "aws:principalarn": `arn:aws:iam::${SCANNER}:role/ringfence-prod-scan`,
      "aws:principalorgid": "o-abcdefghij",
      "sts:externalid": "a-secret-between-two",
    };
    const decide = (more: Readonly<Record<string, string>>, accountId = SCANNER) =>
      evaluateTrust(
        trust,
        { arn: `arn:aws:iam::${accountId}:role/ringfence-prod-scan`, accountId },
        {
          action: "sts:AssumeRole",
          resource: role.arn,
          context: new Map(Object.entries({ ...context, ...more })),
        },
      );
    assert.equal(decide({}), "allow");
    assert.equal(decide({ "aws:principalorgid": "o-foreign00" }), "implicit-deny");
    assert.equal(decide({ "sts:externalid": "other" }), "implicit-deny");
    assert.equal(
      decide({ "aws:principalarn": `arn:aws:iam::${SCANNER}:role/ringfence-prod-scan2` }),
      "implicit-deny",
    );
    assert.equal(decide({}, "999999999999"), "implicit-deny");
  });
});

describe("serverless.yml", () => {
  const text = `
service: ringfence
custom:
  name: \${self:service}-\${sls:stage}
resources:
  Conditions:
    Never: !Equals [a, b]
  Resources:
    Bucket:
      Type: AWS::S3::Bucket
      Properties: { BucketName: !Sub "\${self:custom.name}-\${AWS::AccountId}" }
    Unnamed: { Type: AWS::S3::Bucket }
    Queue: { Type: AWS::SQS::Queue }
    ScanRole:
      Type: AWS::IAM::Role
      Properties:
        RoleName: !Sub "\${self:service}-\${sls:stage}-scan"
        AssumeRolePolicyDocument: { Statement: [] }
        Policies:
          - PolicyName: one
            PolicyDocument:
              Statement:
                - Effect: Allow
                  Action: s3:PutObject
                  Resource: [!Sub "\${Bucket.Arn}/runs/*", !Join ["", [!GetAtt Unnamed.Arn, "/*"]]]
                - !If [Never, { Effect: Allow, Action: "*", Resource: "*" }, !Ref AWS::NoValue]
                - { Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn }
`;
  const roles = toHubRoles(toWorld(), text);
  const may = (name: string, action: string, resource: string) =>
    evaluatePolicies(roles.find((role) => role.name === name)?.policies ?? [], {
      action,
      resource,
      context: new Map(),
    });

  it("defines what a function may do", () => {
    const scan = "ringfence-prod-scan";
    assert.equal(may(scan, "s3:PutObject", `arn:aws:s3:::ringfence-prod-${SCANNER}/runs/1`), "allow");
    assert.equal(may(scan, "s3:PutObject", `arn:aws:s3:::ringfence-prod-${SCANNER}/state`), "implicit-deny");
    assert.equal(may(scan, "s3:PutObject", "arn:aws:s3:::ringfence-prod-unnamed-1x2y/a"), "allow");
    assert.equal(may(scan, "s3:GetObject", `arn:aws:s3:::ringfence-prod-${SCANNER}/runs/1`), "implicit-deny");
    assert.equal(may(scan, "sqs:SendMessage", `arn:aws:sqs:${HOME}:${SCANNER}:Queue`), "implicit-deny");
  });

  it("leaves a function that it does not define with its own account and the member role", () => {
    const start = "ringfence-prod-start";
    assert.equal(may(start, "s3:GetObject", "arn:aws:s3:::ringfence-x/a"), "allow");
    const assume = (arn: string) => may(start, "sts:AssumeRole", arn);
    assert.equal(assume(`arn:aws:iam::${MEMBER}:role/RingfenceReader`), "allow");
    assert.equal(assume(`arn:aws:iam::${MEMBER}:role/Administrator`), "implicit-deny");
  });
});

describe("a template", () => {
  const scope = {
    values: new Map<string, unknown>([
      ["Name", "n"],
      ["AWS::Region", HOME],
    ]),
    conditions: {},
    resource: (logicalId: string, attribute: string | null) => `${logicalId}/${attribute}`,
  };
  const resolve = (yaml: string) => resolveTemplate(parseTemplate(`x: ${yaml}`)["x"], scope);

  it("resolves its functions, and refuses those that it does not know", () => {
    assert.equal(
      resolve('!Sub "${Name} ${Bucket.Arn} ${AWS::Region} ${!Kept}"'),
      `n Bucket/Arn ${HOME} \${Kept}`,
    );
    assert.equal(resolve('!Sub ["${a}-${Name}", { a: !Ref Name }]'), "n-n");
    assert.deepEqual(resolve("[!Ref Name, !Ref AWS::NoValue, { a: !Ref AWS::NoValue, b: !GetAtt R.Arn }]"), [
      "n",
      { b: "R/Arn" },
    ]);
    assert.throws(() => resolve("!Select [0, [a]]"), /Fn::Select is not resolved here/u);
  });
});
