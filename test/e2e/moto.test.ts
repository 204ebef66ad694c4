// The scan against an AWS that we did not write: moto's server, where this machine has it. It has no EKS add-ons
// and no Kubernetes API, so what matters is that both come out as "could not look".

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { EnableSecurityHubCommand, GetFindingsCommand, SecurityHubClient } from "@aws-sdk/client-securityhub";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run, type Finished } from "../cli/run-ringfence.ts";
import { enterMoto, findMotoVersion, MOTO_KEYS, type MotoServer, startMoto } from "./contract/moto-server.ts";

const REGION = "eu-central-1";
const BUCKET = "ringfence-state";

const skip =
  (await findMotoVersion()) === null ? "SKIPPED: python3 with moto's server is not on this machine" : false;
if (skip !== false) console.warn(skip);

interface Setup {
  readonly endpoint: string;
  readonly member: string;
  readonly topicArn: string;
  readonly memberHub: SecurityHubClient;
  readonly s3: S3Client;
}

/** The management account and one member, each with Security Hub, and a cluster in the member. */
async function setUp(endpoint: string): Promise<Setup> {
  const own = { endpoint, region: REGION, credentials: MOTO_KEYS };
  const organizations = new OrganizationsClient(own);
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const created = await organizations.send(
    new CreateAccountCommand({ AccountName: "member", Email: "member@example.com" }),
  );
  const member = created.CreateAccountStatus?.AccountId ?? "";
  const inMember = { ...own, credentials: await enterMoto(endpoint, REGION, member) };
  await new EKSClient(inMember).send(
    new CreateClusterCommand({
      name: "from-moto",
      roleArn: `arn:aws:iam::${member}:role/eks`,
      resourcesVpcConfig: { subnetIds: ["subnet-1"] },
    }),
  );
  const memberHub = new SecurityHubClient(inMember);
  await memberHub.send(new EnableSecurityHubCommand({}));
  await new SecurityHubClient(own).send(new EnableSecurityHubCommand({}));
  const { TopicArn = "" } = await new SNSClient(own).send(new CreateTopicCommand({ Name: "ringfence" }));
  const s3 = new S3Client({ ...own, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  return { endpoint, member, topicArn: TopicArn, memberHub, s3 };
}

describe("moto", { skip }, () => {
  let server: MotoServer;
  let setup: Setup;
  let finished: Finished;
  let report: Report;

  before(async () => {
    server = await startMoto();
    setup = await setUp(server.endpoint);
    finished = await scan(setup);
    report = JSON.parse(finished.stdout) as Report;
  });

  after(() => {
    server.close();
  });

  test("the run is incomplete, and ends with a report", () => {
    assert.equal(finished.exitCode, 3, finished.stderr);
    assert.equal(report.complete, false);
  });

  test("STS and Organizations: both accounts were found and entered, once", () => {
    const calls = report.stats?.awsCalls ?? {};
    assert.equal(calls["sts:AssumeRole"], 2);
    assert.equal(calls["organizations:ListRoots"], 1);
    assert.equal(calls["eks:ListClusters"], 2);
    assert.deepEqual(
      report.coverage.map(({ account, cluster }) => [account, cluster]),
      [[setup.member, "from-moto"]],
    );
  });

  test("the add-on's API is not there: NETPOL.1 could not look, and gives no verdict", () => {
    const finding = report.findings.find(({ controlId }) => controlId === "NETPOL.1");
    assert.equal(finding?.status, "unknown");
    assert.match(finding.because, /could not read vpcCniAddon/);
  });

  test("the made-up endpoint got no token: the cluster is missed, and nothing about it is decided", () => {
    assert.equal(report.coverage[0]?.outcome, "missed");
    assert.equal(report.stats?.kubernetesRequests, 0);
    const decided = report.findings.filter(({ status }) => status === "pass" || status === "fail");
    assert.deepEqual(
      decided.map(({ controlId }) => controlId),
      ["NETPOL.9"],
    );
  });

  test("Security Hub of the member account has every finding, under its own id", async () => {
    const { Findings = [] } = await setup.memberHub.send(new GetFindingsCommand({ MaxResults: 100 }));
    assert.deepEqual(new Set(Findings.map(({ Id }) => Id)), new Set(report.findings.map(({ id }) => id)));
    assert.deepEqual([...new Set(Findings.map(({ AwsAccountId }) => AwsAccountId))], [setup.member]);
  });

  test("SNS took the digest, and S3 the state of the cluster", async () => {
    assert.match(finished.stderr, /SNS: the digest was sent\./);
    const stored = await fetch(`${setup.endpoint}/moto-api/data.json`).then((answer) => answer.text());
    assert.ok(stored.includes("INCOMPLETE: 1 cluster could not be looked at"), "moto shows what it took");
    const { Contents = [] } = await setup.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    assert.ok(
      Contents.some(({ Key }) => Key?.startsWith(`state/${setup.member}/${REGION}/from-moto-`)),
      Contents.map(({ Key }) => Key).join(),
    );
  });
});

function scan({ endpoint, topicArn }: Setup): Promise<Finished> {
  const file = join(makeFolder(), "config.json");
  const configuration = {
    organization: {},
    regions: [REGION],
    publish: { securityHub: { enabled: true }, sns: { topicArn } },
    state: { bucket: BUCKET },
    limits: { requestTimeoutMs: 5_000, deadlineSeconds: 20 },
  };
  writeFileSync(file, JSON.stringify(configuration));
  return run(["scan", "--config", file, "--format", "json", "--stats", "--publish"], {
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: MOTO_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: MOTO_KEYS.secretAccessKey,
    },
  });
}
