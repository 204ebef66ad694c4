// The hub's deployment as CloudFormation would read it: serverless.yml with the files that it names, resolved for the
// scanner's account. What osls makes of the functions is not here.

import type { World } from "../world.ts";
import { parseTemplate, resolveTemplate, toFields } from "./cloud-formation.ts";
import type { TemplateScope } from "./cloud-formation.ts";
import { DNS_SUFFIXES } from "./regions.ts";
import { readShippedFile } from "./role.ts";

const STAGE = "prod";
export const HUB_ROLE_PREFIX = `ringfence-${STAGE}`;

/** As the template names it. */
export function hubBucket({ scanner }: World): string {
  return `${HUB_ROLE_PREFIX}-${scanner.accountId}-${scanner.region}`;
}

type Fields = Readonly<Record<string, unknown>>;

/** CloudFormation parameters of the deployment that differ from their defaults. */
export type TemplateParameters = Readonly<Record<string, string>>;

export interface HubTemplate {
  readonly resources: Fields;
  readonly scope: TemplateScope;
}

/** Null where there is no serverless.yml, as in the installed package. */
export function readServerless(): string | null {
  return readShippedFile("serverless.yml");
}

export function parseHubTemplate(world: World, text: string, given: TemplateParameters): HubTemplate {
  const root = parseTemplate(text);
  const template = parseTemplate(expandVariables(text, root));
  const cloudFormation = mergeSections(template["resources"], root);
  const resources = toFields(cloudFormation["Resources"]);
  return { resources, scope: toScope(world, cloudFormation, resources, given) };
}

/** `resources` is one template, or a list of `${file(path)}`, whose sections are merged. */
function mergeSections(resources: unknown, root: Fields): Fields {
  if (!Array.isArray(resources)) return toFields(resources);
  const templates = resources.map((item) => {
    const path = /^\$\{file\(([^)]+)\)\}$/u.exec(String(item))?.[1];
    const text = path === undefined ? null : readShippedFile(path);
    if (text === null) throw new TypeError(`serverless.yml: ${String(item)} is not a file that we ship`);
    return parseTemplate(expandVariables(text, root));
  });
  const merge = (section: string): Fields =>
    Object.fromEntries(templates.flatMap((template) => Object.entries(toFields(template[section]))));
  return Object.fromEntries(["Parameters", "Conditions", "Resources"].map((name) => [name, merge(name)]));
}

/**
 * `${self:service}`, `${self:a.b}` with a string there, `${param:a}` with its default, `${sls:stage}` and
 * `${opt:stage, …}`; others stay.
 */
function expandVariables(text: string, root: Fields): string {
  const lookUp = (path: readonly string[]) => path.reduce<unknown>((node, key) => toFields(node)[key], root);
  const once = (source: string): string =>
    source
      .replaceAll(/\$\{(?:sls:stage|opt:stage[^}]*)\}/gu, STAGE)
      .replaceAll(/\$\{(self|param):([\w.-]+)\}/gu, (whole, source: string, name: string) => {
        const found = lookUp(source === "self" ? name.split(".") : ["params", "default", name]);
        return typeof found === "string" ? found : whole;
      });
  // A variable may stand in the value of another one.
  return once(once(text));
}

function toScope(
  world: World,
  cloudFormation: Fields,
  resources: Fields,
  given: TemplateParameters,
): TemplateScope {
  const { accountId, region } = world.scanner;
  const parameters = Object.entries(toFields(cloudFormation["Parameters"])).map(
    ([name, parameter]): [string, unknown] => [name, given[name] ?? toFields(parameter)["Default"]],
  );
  const scope: TemplateScope = {
    values: new Map([
      ...parameters,
      ["AWS::Partition", world.partition],
      ["AWS::AccountId", accountId],
      ["AWS::Region", region],
      ["AWS::URLSuffix", DNS_SUFFIXES[world.partition]],
      ["AWS::StackName", HUB_ROLE_PREFIX],
    ]),
    conditions: toFields(cloudFormation["Conditions"]),
    resource: (logicalId, attribute) =>
      toResourceValue(world, toFields(resources[logicalId]), logicalId, attribute, scope),
  };
  return scope;
}

/** The name or ARN of a resource that the emulator serves; for others an ARN that matches nothing it serves. */
function toResourceValue(
  world: World,
  resource: Fields,
  logicalId: string,
  attribute: string | null,
  scope: TemplateScope,
): string {
  const properties = toFields(resource["Properties"]);
  const named = (property: string): string => {
    const name = resolveTemplate(properties[property], scope);
    // CloudFormation makes up a name that begins with the stack's.
    return typeof name === "string" ? name : `${HUB_ROLE_PREFIX}-${logicalId.toLowerCase()}*`;
  };
  const { accountId, region } = world.scanner;
  const place = `${region}:${accountId}`;
  switch (resource["Type"]) {
    case "AWS::S3::Bucket":
      return attribute === "Arn" ? `arn:${world.partition}:s3:::${named("BucketName")}` : named("BucketName");
    case "AWS::SNS::Topic":
      return attribute === "TopicName"
        ? named("TopicName")
        : `arn:${world.partition}:sns:${place}:${named("TopicName")}`;
    case "AWS::SecretsManager::Secret":
      return `arn:${world.partition}:secretsmanager:${place}:secret:${named("Name")}-*`;
    case "AWS::StepFunctions::StateMachine":
      return `arn:${world.partition}:states:${place}:stateMachine:${named("StateMachineName")}`;
    default:
      return `arn:${world.partition}:not-emulated:${place}:${logicalId}`;
  }
}
