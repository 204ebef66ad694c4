// `ringfence demo`: starts the embedded emulated cloud and runs the ordinary scan against it. There is no
// second code path: the only thing that differs is AWS_ENDPOINT_URL.

import { devNull } from "node:os";
import { parseConfiguration, type Configuration } from "../config/config.ts";
import { narrowConfiguration } from "./narrow-configuration.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { scanCloud } from "./scan.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "../model/usage-error.ts";

export async function demo(
  options: CommonOptions & { readonly world: string },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CommandResult> {
  if (options.config !== undefined)
    throw new UsageError("--config: the demo brings its own configuration; leave it out, or run scan.");
  const { worlds } = await import("../../emulator/worlds/index.ts");
  const { startCloud } = await import("../../emulator/cloud.ts");
  const create = Object.hasOwn(worlds, options.world) ? worlds[options.world] : undefined;
  if (create === undefined)
    throw new UsageError(
      `--world: there is no world ${JSON.stringify(options.world)}. There are: ${Object.keys(worlds).join(", ")}.`,
    );
  const world = create();
  const [startedMs, used] = [performance.now(), process.cpuUsage()];
  const cloud = await startCloud(world);
  const slowness = toSlowness(performance.now() - startedMs, process.cpuUsage(used));
  try {
    enterCloud(cloud.environment);
    terminal.remark(`Emulated cloud on this machine: ${world.description}\n`);
    const configuration = narrowConfiguration(toConfiguration(world, cloud.topicArn, slowness), options);
    return await scanCloud(configuration, process.env, { ...options, publish: true }, terminal, signal);
  } finally {
    await cloud.close();
  }
}

/**
 * The AWS SDK finds its endpoint and credentials where any caller has them: in the environment. Nothing of the
 * user's own may stay beside them: a profile goes before the demo's credentials, and FIPS or dual-stack endpoints
 * cannot be had together with a given one.
 */
function enterCloud(environment: object): void {
  for (const name of Object.keys(process.env)) if (/^aws_/i.test(name)) delete process.env[name];
  Object.assign(process.env, environment, {
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
  });
}

interface DemoWorld {
  readonly organization: unknown;
  readonly scanner: { readonly externalId: string | null };
}

/** What a company like the world's would write into its ringfence.config.yaml. */
function toConfiguration(
  { organization, scanner }: DemoWorld,
  topicArn: string,
  slowness: number,
): Configuration {
  const file = {
    ...(organization === null ? {} : { organization: {} }),
    ...(scanner.externalId === null ? {} : { role: { externalId: scanner.externalId } }),
    publish: { securityHub: { enabled: true }, sns: { topicArn } },
    // A cluster that nobody can reach is waited for; on one machine three seconds are plenty. But a machine that is
    // busy with other things must not make the other clusters look blind.
    limits: { requestTimeoutMs: 3000 * slowness, deadlineSeconds: 60 * slowness },
  };
  return parseConfiguration(JSON.stringify(file), "the demo's configuration");
}

/** How many times as long as its own work the start took, from 1 to 10: the rest of the time others had the machine. */
function toSlowness(tookMs: number, { user, system }: NodeJS.CpuUsage): number {
  return Math.min(10, Math.max(1, Math.round((tookMs * 1000) / (user + system))));
}
