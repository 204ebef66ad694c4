// One world scanned as the demo does it, in this process: compose, runScan, the report and its two texts. Only
// the time limits are the caller's.

import { startCloud, type Cloud, type CloudOptions } from "../../emulator/cloud.ts";
import type { World } from "../../emulator/world.ts";
import { compose, type Composition } from "../../lib/compose/compose.ts";
import { parseConfiguration } from "../../lib/config/config.ts";
import { controls } from "../../lib/controls/index.ts";
import { type Report, toWholeReport } from "../../lib/model/report.ts";
import { toJson } from "../../lib/report/json.ts";
import { toText } from "../../lib/report/text.ts";
import { runScan } from "../../lib/scan/run-scan.ts";
import type { Shelve } from "../../lib/scan/sources.ts";

export interface ScannedWorld {
  readonly emulator: Cloud;
  readonly report: Report;
  readonly json: string;
  /** With every decision explained. */
  readonly text: string;
}

export interface ScanOptions {
  readonly regions?: readonly string[];
  readonly requestTimeoutMs?: number;
  /** For one cluster; shorter than a configuration may say. */
  readonly deadlineMs?: number;
  /** Members of the configuration file besides. */
  readonly file?: Readonly<Record<string, unknown>>;
  readonly cloud?: CloudOptions;
  /** The scanner's clock. */
  readonly now?: () => Date;
  /** Where ended clusters wait; in memory where not given. */
  readonly shelve?: Shelve;
  /** Does something to the running emulator before the scan. */
  readonly prepare?: (emulator: Cloud) => void;
}

export async function scanWorld(world: World, options: ScanOptions = {}): Promise<ScannedWorld> {
  const emulator = await startCloud(world, options.cloud);
  try {
    options.prepare?.(emulator);
    const report = await scan(world, emulator, options);
    const text = [...toText(report, { color: false, columns: 100, verbose: true })].join("");
    return { emulator, report, json: [...toJson(report)].join(""), text };
  } finally {
    await emulator.close();
  }
}

async function scan(world: World, emulator: Cloud, options: ScanOptions): Promise<Report> {
  const file = toFile(world, options);
  const configuration = parseConfiguration(JSON.stringify(file), `the configuration of ${world.name}`);
  const { signal } = new AbortController();
  const { now = () => new Date() } = options;
  const composition = compose(configuration, { environment: { ...emulator.environment }, signal, now });
  try {
    await resolveCredentials(emulator, composition);
    const { report } = await runScan(composition.cloud, {
      accounts: composition.accounts,
      clusters: composition.clusters,
      context: {
        ...composition.context,
        controls,
        deadlineMs: options.deadlineMs ?? composition.context.deadlineMs,
      },
      concurrency: configuration.limits.concurrency,
      toolVersion: "0.0.0-test",
      onProgress: () => {},
      ...(options.shelve === undefined ? {} : { shelve: options.shelve }),
    });
    return toWholeReport(report);
  } finally {
    composition.close();
  }
}

function toFile(
  { organization, scanner }: World,
  { regions, requestTimeoutMs = 10_000, file = {} }: ScanOptions,
): Readonly<Record<string, unknown>> {
  return {
    ...(organization === null ? {} : { organization: {} }),
    ...(scanner.externalId === null ? {} : { role: { externalId: scanner.externalId } }),
    ...(regions === undefined ? {} : { regions }),
    limits: { requestTimeoutMs, deadlineSeconds: 120 },
    ...file,
  };
}

let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * The SDK reads credentials from the process's environment, which concurrent scans share: each has its turn, and
 * keeps what it read, because the cloud asks who it is once per process.
 */
function resolveCredentials(emulator: Cloud, { cloud }: Composition): Promise<unknown> {
  const turn = lastTurn.then(() =>
    withEnvironment({ ...emulator.environment }, () => cloud.getCallerAccount()),
  );
  lastTurn = turn.catch(() => {});
  return turn;
}

async function withEnvironment<T>(
  variables: Readonly<Record<string, string>>,
  run: () => Promise<T>,
): Promise<T> {
  const previous = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
    for (const [name, value] of previous) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
