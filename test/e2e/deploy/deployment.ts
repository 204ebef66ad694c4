// What `npx osls package` makes of serverless.yml, resolved as CloudFormation would for one account: the functions
// with their artifacts, environment and roles, and the state machine's definition.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { resolveTemplate, toFields, type TemplateScope } from "../../../emulator/aws/cloud-formation.ts";
import type { World } from "../../../emulator/world.ts";
import { parseDefinition, type Definition } from "../../deploy/state-machine-definition.ts";

const root = join(import.meta.dirname, "../../..");

export type Parameters = Readonly<Record<string, string>>;
export type Template = Readonly<Record<string, unknown>>;

const FunctionSchema = v.object({
  FunctionName: v.string(),
  Handler: v.string(),
  Timeout: v.number(),
  Role: v.string(),
  Environment: v.object({ Variables: v.record(v.string(), v.string()) }),
});

export interface DeployedFunction {
  /** As its role is: `ringfence-prod-scan`. */
  readonly name: string;
  readonly arn: string;
  readonly roleName: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Deployment {
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly stateMachineArn: string;
  readonly definition: Definition;
  readonly bucket: string;
}

/** What osls leaves in its folder: the stack that holds the bundles at first, and all of it. */
export interface Packaged {
  readonly first: Template;
  readonly whole: Template;
}

/** Builds the bundles and packages them: offline, and with no credentials in the environment. `NAME=VALUE` each. */
export function packageStack(...parameters: readonly string[]): Packaged {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-package-"));
  const run = (...command: string[]) =>
    execFileSync(process.execPath, command, { cwd: root, env: withoutAws(), stdio: "pipe" });
  const given = parameters.flatMap((parameter) => ["--param", parameter]);
  run("build.mjs", "lambda");
  run("node_modules/osls/bin/serverless.js", "package", "--package", folder, ...given);
  const read = (name: string): Template =>
    toFields(JSON.parse(readFileSync(join(folder, `cloudformation-template-${name}-stack.json`), "utf8")));
  return { first: read("create"), whole: read("update") };
}

export function packageTemplate(...parameters: readonly string[]): Template {
  return packageStack(...parameters).whole;
}

function withoutAws(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
}

export function toDeployment(template: Template, world: World, parameters: Parameters): Deployment {
  const resources = toFields(template["Resources"]);
  const scope = toScope(template, world, parameters);
  const functions = Object.entries(resources)
    .filter(([, resource]) => toFields(resource)["Type"] === "AWS::Lambda::Function")
    .map(([logicalId, resource]) => {
      const properties = v.parse(FunctionSchema, resolveTemplate(toFields(resource)["Properties"], scope));
      return toFunction(properties, scope.resource(logicalId, "Arn"));
    });
  const machine = toFields(toFields(resources["StateMachine"])["Properties"]);
  const substitutions = v.parse(
    v.record(v.string(), v.string()),
    resolveTemplate(machine["DefinitionSubstitutions"], scope),
  );
  return {
    functions: new Map(functions.map((deployed) => [deployed.arn, deployed])),
    stateMachineArn: scope.resource("StateMachine", null),
    definition: parseDefinition(machine["Definition"], substitutions),
    bucket: scope.resource("Bucket", null),
  };
}

function toFunction(properties: v.InferOutput<typeof FunctionSchema>, arn: string): DeployedFunction {
  const { FunctionName: name, Handler: handler, Timeout: timeoutSeconds, Role: role } = properties;
  return {
    name,
    arn,
    roleName: role.slice(role.lastIndexOf("/") + 1),
    handler,
    timeoutSeconds,
    environment: properties.Environment.Variables,
  };
}

function toScope(template: Template, world: World, parameters: Parameters): TemplateScope {
  const { accountId, region } = world.scanner;
  const defaults = Object.entries(toFields(template["Parameters"])).map(
    ([name, parameter]): [string, unknown] => [name, parameters[name] ?? toFields(parameter)["Default"]],
  );
  const resources = toFields(template["Resources"]);
  const scope: TemplateScope = {
    values: new Map([
      ...defaults,
      ["AWS::Partition", world.partition],
      ["AWS::AccountId", accountId],
      ["AWS::Region", region],
    ]),
    conditions: toFields(template["Conditions"]),
    resource: (logicalId, attribute) => {
      const { Type, Properties } = toFields(resources[logicalId]);
      const name = (property: string) => String(resolveTemplate(toFields(Properties)[property], scope));
      const arn = (service: string, path: string) =>
        `arn:${world.partition}:${service}:${service === "iam" ? "" : region}:${accountId}:${path}`;
      switch (Type) {
        case "AWS::IAM::Role":
          return arn("iam", `role/${name("RoleName")}`);
        case "AWS::Lambda::Function":
          return arn("lambda", `function:${name("FunctionName")}`);
        case "AWS::S3::Bucket":
          return attribute === "Arn"
            ? `arn:${world.partition}:s3:::${name("BucketName")}`
            : name("BucketName");
        case "AWS::SNS::Topic":
          return arn("sns", name("TopicName"));
        case "AWS::StepFunctions::StateMachine":
          return arn("states", `stateMachine:${name("StateMachineName")}`);
        default:
          return `${logicalId}.${attribute ?? "Ref"}`;
      }
    },
  };
  return scope;
}
