// The policy of the scanner's bucket, as deploy/hub/storage.yml ships it.

import type { Policy } from "../../iam.ts";
import { parsePolicy } from "../../iam.ts";
import type { World } from "../../world.ts";
import { resolveTemplate, toFields } from "../cloud-formation.ts";
import { parseHubTemplate, type TemplateParameters } from "../hub-template.ts";

/** By the name of the bucket. Empty where there is no serverless.yml. */
export function toBucketPolicies(
  world: World,
  serverlessText: string | null,
  parameters: TemplateParameters = {},
): ReadonlyMap<string, Policy> {
  if (serverlessText === null) return new Map();
  const { resources, scope } = parseHubTemplate(world, serverlessText, parameters);
  const { Bucket, PolicyDocument } = toFields(
    resolveTemplate(toFields(resources["BucketPolicy"])["Properties"], scope),
  );
  return new Map([[String(Bucket), parsePolicy(PolicyDocument)]]);
}
