// The role of the function that reads clusters inside their own account: deploy/spoke.yaml as CloudFormation would
// create it in one account and Region.

import type { World, WorldAccount } from "../world.ts";
import { parseTemplate, resolveTemplate, toFields } from "./cloud-formation.ts";
import { hubBucket } from "./hub-template.ts";
import { DNS_SUFFIXES } from "./regions.ts";
import { readShippedFile, toRole } from "./role.ts";
import type { Role } from "./role.ts";

const TEMPLATE = "deploy/spoke.yaml";
const ROLE_NAME_PREFIX = "RingfenceSpoke-";

export function spokeRoleArn(world: World, accountId: string, region: string): string {
  return `arn:${world.partition}:iam::${accountId}:role/${ROLE_NAME_PREFIX}${region}`;
}

/** Its function is attached to the VPC of the clusters. */
export function isSpoke({ name }: Role): boolean {
  return name.startsWith(ROLE_NAME_PREFIX);
}

export function toSpokeRoles(world: World, account: WorldAccount): readonly Role[] {
  if (account.spokeRegions.length === 0) return [];
  const text = readShippedFile(TEMPLATE);
  if (text === null) throw new Error(`${TEMPLATE} is not where the emulator looks for it`);
  const template = parseTemplate(text);
  return account.spokeRegions.map((region) => {
    const resolved = toFields(
      resolveTemplate(toFields(template["Resources"])["SpokeRole"], {
        values: toValues(world, account, region),
        conditions: toFields(template["Conditions"]),
        resource: (logicalId) => {
          throw new TypeError(`${TEMPLATE}: nothing in the role should refer to ${logicalId}`);
        },
      }),
    );
    const { RoleName: name, ...properties } = toFields(resolved["Properties"]);
    const place = { accountId: account.id, partition: world.partition, name: String(name) };
    return toRole({ ...properties, AssumeRolePolicyDocument: undefined }, place);
  });
}

function toValues(world: World, account: WorldAccount, region: string): ReadonlyMap<string, unknown> {
  const { accountId, region: hubRegion } = world.scanner;
  return new Map<string, unknown>([
    ["AWS::Partition", world.partition],
    ["AWS::AccountId", account.id],
    ["AWS::Region", region],
    ["AWS::URLSuffix", DNS_SUFFIXES[world.partition]],
    ["BucketName", hubBucket(world)],
    ["BucketRegion", hubRegion],
    ["KeyArn", `arn:${world.partition}:kms:${hubRegion}:${accountId}:key/not-emulated`],
  ]);
}
