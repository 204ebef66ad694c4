// The stacks that a deployment consists of, as work for moto: each template with its bundles and parameters, in an
// account of its own, because roles and buckets have fixed names.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as v from "valibot";
import { parseTemplate, toFields } from "../../../emulator/aws/cloud-formation.ts";
import type { Parameters, Template } from "./deployment.ts";

const root = join(import.meta.dirname, "../../..");
export const HUB = "123456789012";
export const REGION = "eu-west-1";
const ORGANIZATION = "o-abcd123456";
const EXTERNAL_ID = "an-external-id-of-a-test";
const SECRET = `arn:aws:secretsmanager:${REGION}:${HUB}:secret:ringfence/slack-AbCdEf`;
const TOPIC = `arn:aws:sns:${REGION}:${HUB}:ringfence-prod-findings`;
const KEY = `arn:aws:kms:${REGION}:${HUB}:key/0a1b`;

export interface StackJob {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Made for the bundles; null: the stack makes one itself, in a first step. */
  readonly bucket: string | null;
  /** Path of each bundle, by its key in the bucket. */
  readonly files: Readonly<Record<string, string>>;
  /** The stack of the first step. */
  readonly first: Template | null;
  readonly template: Template;
  /** As it stands in the file, where there is one. */
  readonly text: string | null;
  readonly parameters: Parameters;
}

const StackSchema = v.object({
  /** Whatever moto threw, its own bugs too. */
  error: v.nullable(v.string()),
  outputs: v.record(v.string(), v.string()),
  resources: v.record(
    v.string(),
    v.object({
      type: v.string(),
      physicalId: v.nullish(v.string(), null),
      properties: v.record(v.string(), v.unknown()),
    }),
  ),
});
export type CreatedStack = v.InferOutput<typeof StackSchema>;

export function createStacks(jobs: readonly StackJob[]): readonly CreatedStack[] {
  const work = jobs.map(({ first, template, text, ...job }) => ({
    ...job,
    first: first === null ? null : JSON.stringify(first),
    template: text ?? JSON.stringify(template),
  }));
  const { stdout, stderr, status } = spawnSync("python3", [join(import.meta.dirname, "moto_stacks.py")], {
    input: JSON.stringify(work),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr.slice(-2_000));
  return v.parse(v.array(StackSchema), JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
}

/** moto reads the definition as text only; the substitutions are moto's own work still, by Fn::Sub. */
export function inMotosWords(template: Template): Template {
  const resources = toFields(template["Resources"]);
  const machine = toFields(resources["StateMachine"]);
  const { Definition, DefinitionSubstitutions, ...properties } = toFields(machine["Properties"]);
  const DefinitionString = { "Fn::Sub": [JSON.stringify(Definition), DefinitionSubstitutions] };
  const StateMachine = { ...machine, Properties: { ...properties, DefinitionString } };
  return { ...template, Resources: { ...resources, StateMachine } };
}

export function without(template: Template, logicalIds: readonly string[]): Template {
  const resources = toFields(template["Resources"]);
  for (const logicalId of logicalIds) assert.ok(logicalId in resources, `${logicalId} is in the template`);
  const left = Object.entries(resources).filter(([logicalId]) => !logicalIds.includes(logicalId));
  return { ...template, Resources: Object.fromEntries(left) };
}

/** All that the parameters can ask for. */
export const EVERYTHING: Parameters = {
  OrganizationId: ORGANIZATION,
  ExternalId: EXTERNAL_ID,
  AlertEmail: "somebody@example.com",
  SpokeAccounts: "444444444444,555555555555",
  SlackSecretArn: SECRET,
  SlackParameterName: "/ringfence/slack",
  RoutedTopicArns: `arn:aws:sns:${REGION}:${HUB}:team`,
  RoutedKeyArns: KEY,
  RoutedSecretArns: `${SECRET}-of-a-team`,
  RoutedParameterArns: `arn:aws:ssm:${REGION}:${HUB}:parameter/team`,
  SubnetIds: "subnet-1,subnet-2",
  SecurityGroupIds: "sg-1",
};

/** No organization, and a bucket, a topic and a key that were there before. */
export const LEAST: Parameters = {
  Accounts: "333333333333",
  ExternalId: EXTERNAL_ID,
  ExistingBucket: "bucket-of-the-company",
  ExistingTopicArn: `arn:aws:sns:${REGION}:${HUB}:topic-of-the-company`,
  ExistingKeyArn: KEY,
};

/** As osls deploys: the bucket of the bundles, the bundles, and then all of it. */
export function toHubJob(
  first: Template,
  template: Template,
  account: string,
  parameters: Parameters,
): StackJob {
  const keys = Object.values(toFields(template["Resources"]))
    .map(toFields)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => String(toFields(toFields(Properties)["Code"])["S3Key"]));
  const files = Object.fromEntries(keys.map((key) => [key, join(root, "dist/lambda", basename(key))]));
  const place = { account, region: REGION, bucket: null };
  return { name: "ringfence-prod", ...place, files, first, template, text: null, parameters };
}

const MEMBERS: Readonly<Record<string, Parameters>> = {
  "member-role": {
    ScannerAccountId: HUB,
    ExternalId: EXTERNAL_ID,
    OrganizationId: ORGANIZATION,
    OperatorRoleArn: `arn:aws:iam::${HUB}:role/operator`,
  },
  spoke: {
    BucketName: `ringfence-prod-${HUB}-${REGION}`,
    BucketRegion: REGION,
    KeyArn: KEY,
    SubnetIds: "subnet-1,subnet-2",
    SecurityGroupIds: "sg-1",
    CodeBucket: "code-of-spoke",
  },
  "event-forwarding": { EventBusArn: `arn:aws:events:${REGION}:${HUB}:event-bus/ringfence-prod` },
  "operator-policy": {
    BucketName: `ringfence-prod-${HUB}-${REGION}`,
    TopicArn: TOPIC,
    SlackSecretArn: SECRET,
    SlackParameterName: "/ringfence/slack",
    KeyArn: KEY,
  },
  "security-hub-insights": {},
};

/** One for each file of deploy/ that CloudFormation reads as it is. */
export function toMemberJobs(): readonly StackJob[] {
  return Object.entries(MEMBERS).map(([name, parameters], index) => {
    const text = readFileSync(join(root, "deploy", `${name}.yaml`), "utf8");
    const files: Record<string, string> =
      name === "spoke" ? { "ringfence/collect.zip": join(root, "dist/lambda/collect.zip") } : {};
    const place = { account: `${index + 3}`.repeat(12), region: REGION, bucket: `code-of-${name}` };
    return { name, ...place, files, first: null, template: parseTemplate(text), text, parameters };
  });
}
