// `npm run emulator [WORLD]`: starts a world and prints what a shell needs to reach it, until Ctrl-C. The lines
// are for copying into another terminal, where the aws CLI, kubectl and the scanner then talk to the emulator.

import { once } from "node:events";

import { MEMBER_ROLE_NAME } from "./aws/member-role.ts";
import { startCloud } from "./cloud.ts";
import type { Cloud } from "./cloud.ts";
import type { World } from "./world.ts";
import { worlds } from "./worlds/index.ts";

const name = process.argv[2] ?? "demo";
if (Object.hasOwn(worlds, name)) await run(name);
else {
  console.error(`There is no world ${name}. There are: ${Object.keys(worlds).join(", ")}`);
  process.exitCode = 2;
}

async function run(worldName: string): Promise<void> {
  const world = worlds[worldName]?.();
  if (world === undefined) return;
  const cloud = await startCloud(world);
  console.log(toShellLines(world, cloud).join("\n"));
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await cloud.close();
}

function toShellLines(world: World, cloud: Cloud): readonly string[] {
  const { accountId, region, externalId } = world.scanner;
  const member = world.accounts.find(({ id, memberRole }) => id !== accountId && memberRole.deployed);
  const roleArn = `arn:${world.partition}:iam::${member?.id ?? "ACCOUNT"}:role/${MEMBER_ROLE_NAME}`;
  const external = externalId === null ? "" : ` --external-id '${externalId}'`;
  const scope = world.organization === null ? "--this-account" : `--organization-id ${world.organization.id}`;
  return [
    `# ${world.name}: ${world.description}`,
    // The AWS SDK for JavaScript would take a profile before these credentials.
    "unset AWS_PROFILE",
    ...Object.entries(cloud.environment).map(([variable, value]) => `export ${variable}='${value}'`),
    // Version 1 of the aws CLI does not read AWS_REGION.
    `export AWS_DEFAULT_REGION='${region}'`,
    "# aws eks list-clusters",
    `# aws sts assume-role --role-session-name me --role-arn ${roleArn}${external}`,
    "# aws eks update-kubeconfig --kubeconfig FILE --name CLUSTER",
    // A token must name the real STS host: the exec plugin must not see AWS_ENDPOINT_URL.
    "# AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true kubectl --kubeconfig FILE get namespaces",
    // In an empty folder: init writes the configuration that scan and the other commands read.
    `# npx ringfence init ${scope}${external} --security-hub --topic-arn ${cloud.topicArn}`,
    "# npx ringfence scan --publish",
    "# Ctrl-C ends it.",
  ];
}
