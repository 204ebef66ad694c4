// Fires an event at a handler in a child process with the environment of its Lambda function.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Cloud } from "../../emulator/cloud.ts";
import type { World } from "../../emulator/world.ts";

export interface Fired {
  readonly ok: boolean;
  readonly result: unknown;
  readonly stderr: string;
}

/** What serverless.yml puts into the environment of every function. */
export function lambdaEnvironment(world: World, cloud: Cloud): Record<string, string> {
  const { accountId, region, externalId } = world.scanner;
  return {
    RINGFENCE_BUCKET: `ringfence-prod-${accountId}-${region}`,
    RINGFENCE_TOPIC_ARN: cloud.topicArn.replace("ringfence-findings", "ringfence-prod-findings"),
    RINGFENCE_STATE_MACHINE_ARN: `arn:${world.partition}:states:${region}:${accountId}:stateMachine:ringfence-prod`,
    RINGFENCE_SECURITY_HUB: "true",
    RINGFENCE_REQUEST_TIMEOUT_MS: "6000",
    RINGFENCE_DEADLINE_SECONDS: "10",
    ...(externalId === null ? {} : { RINGFENCE_EXTERNAL_ID: externalId }),
    ...(world.organization === null ? {} : { RINGFENCE_ORGANIZATION: "true" }),
  };
}

/** What deploy/spoke.yaml puts into the environment of the function in a member account, and its credentials. */
export function spokeEnvironment(
  world: World,
  cloud: Cloud,
  accountId: string,
  region: string,
): Record<string, string> {
  const hub = world.scanner;
  return {
    RINGFENCE_BUCKET: `ringfence-prod-${hub.accountId}-${hub.region}`,
    RINGFENCE_BUCKET_REGION: hub.region,
    RINGFENCE_CLUSTERS: "*",
    ...cloud.environmentForSpoke(accountId, region),
  };
}

/** With the role and the environment of the hub's function, unless another environment is given. */
export async function fireEvent(
  handler: string,
  event: unknown,
  world: World,
  cloud: Cloud,
  environment: Readonly<Record<string, string>> = {
    ...lambdaEnvironment(world, cloud),
    ...cloud.environmentFor(`ringfence-prod-${handler}`),
  },
): Promise<Fired> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "fire.ts"), handler], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(JSON.stringify(event));
  const [output, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  const line = output.trim().split("\n").at(-1) ?? "null";
  return { ok: code === 0, result: JSON.parse(line === "" ? "null" : line), stderr };
}
