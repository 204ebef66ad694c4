// What a template says of its resources, by our own reading: the types that are wanted, and each property with its
// references led to what was really made.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import * as v from "valibot";
import { resolveTemplate, toFields, type TemplateScope } from "../../../emulator/aws/cloud-formation.ts";
import type { Template } from "./deployment.ts";
import type { CreatedStack, StackJob } from "./stack-jobs.ts";

const Encrypted = v.object({
  BucketEncryption: v.object({
    ServerSideEncryptionConfiguration: v.tuple([v.object({ ServerSideEncryptionByDefault: v.unknown() })]),
  }),
});

export interface WantedResource {
  readonly logicalId: string;
  readonly type: string;
  /** Resolved, so only for what was made: a reference to anything else fails. */
  readonly properties: () => Template;
}

/** Without those whose condition does not hold. */
export function listWanted(job: StackJob, stack: CreatedStack): readonly WantedResource[] {
  const scope = toScope(job, stack);
  return Object.entries(toFields(job.template["Resources"])).flatMap(([logicalId, resource]) => {
    const { Type, Condition, Properties } = toFields(resource);
    const isWanted =
      Condition === undefined || resolveTemplate({ "Fn::If": [Condition, true, false] }, scope);
    if (isWanted !== true) return [];
    const type = String(Type);
    const properties = (): Template => inWordsOfApi(type, toFields(resolveTemplate(Properties, scope)), job);
    return [{ logicalId, type, properties }];
  });
}

function inWordsOfApi(type: string, properties: Template, { files }: StackJob): Template {
  if (type === "AWS::Lambda::Function") {
    const path = files[String(toFields(properties["Code"])["S3Key"])] ?? assert.fail("no bundle");
    const Sha256 = createHash("sha256").update(readFileSync(path)).digest("base64");
    return { ...properties, Code: { Sha256 } };
  }
  if (type === "AWS::S3::Bucket") {
    // The one rule without BucketKeyEnabled, which moto's CloudFormation forgets.
    const { BucketEncryption } = v.parse(Encrypted, properties);
    const [rule] = BucketEncryption.ServerSideEncryptionConfiguration;
    return { ...properties, BucketEncryption: rule.ServerSideEncryptionByDefault };
  }
  return properties;
}

function toScope({ template, account, region, parameters }: StackJob, stack: CreatedStack): TemplateScope {
  const values = Object.entries(toFields(template["Parameters"])).map(
    ([name, parameter]): [string, unknown] => {
      const { Type, Default } = toFields(parameter);
      const value = parameters[name] ?? Default;
      return [name, String(Type).startsWith("List<") ? String(value).split(",") : value];
    },
  );
  return {
    values: new Map([
      ...values,
      ["AWS::Partition", "aws"],
      ["AWS::URLSuffix", "amazonaws.com"],
      ["AWS::AccountId", account],
      ["AWS::Region", region],
    ]),
    conditions: toFields(template["Conditions"]),
    resource: (logicalId, attribute) => {
      const { type, physicalId, properties } =
        stack.resources[logicalId] ?? assert.fail(`${logicalId} was not made`);
      const id = physicalId ?? String(properties["Name"]);
      if (attribute === null) return id;
      assert.equal(attribute, "Arn", logicalId);
      return toArn(type, id, `${region}:${account}`);
    },
  };
}

function toArn(type: string, id: string, place: string): string {
  switch (type) {
    case "AWS::IAM::Role":
      return `arn:aws:iam::${place.slice(-12)}:role/${id}`;
    case "AWS::Lambda::Function":
      return `arn:aws:lambda:${place}:function:${id}`;
    case "AWS::KMS::Key":
      return `arn:aws:kms:${place}:key/${id}`;
    case "AWS::S3::Bucket":
      return `arn:aws:s3:::${id}`;
    case "AWS::SQS::Queue":
      return `arn:aws:sqs:${place}:${basename(id)}`;
    default:
      return assert.fail(`nothing asks for the ARN of ${type}`);
  }
}
