// `ringfence estimate`: what publishing and running cost, for what a scan sees now, for a report, or for an estate
// that is only described. Publishes nothing.

import type { Configuration } from "../config/config.ts";
import { controls } from "../controls/index.ts";
import { describeEstate, toEstate, type Estate } from "../estimate/estate.ts";
import { estimate as estimateCost, type Assumptions } from "../estimate/estimate.ts";
import { MODEL } from "../estimate/prices.ts";
import { toEstimateJson, toEstimateText } from "../estimate/render-estimate.ts";
import { EXIT } from "./exit-code.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import { count } from "../model/counts.ts";
import type { ReportView } from "../model/report.ts";
import { UsageError } from "../model/usage-error.ts";
import { toFlag } from "./flag-name.ts";
import { narrowConfiguration } from "./narrow-configuration.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { readReport } from "./read-report.ts";
import { scanCloud } from "./scan.ts";
import type { Terminal } from "./terminal.ts";

export interface EstimateOptions extends Assumptions {
  readonly config?: string;
  readonly format: "text" | "json";
  readonly output?: string;
  readonly report?: string;
  readonly clusters?: number;
  readonly namespaces?: number;
  readonly accounts?: number;
  readonly regions?: number;
  readonly openShare?: number;
  readonly concurrency?: number;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Of an estate that is only described. */
const DEFAULTS = { namespaces: 20, accounts: 1, regions: 1, openShare: 0.5 } as const;
const DESCRIBING = ["clusters", "namespaces", "accounts", "regions", "openShare"] as const;

export async function estimate(
  options: EstimateOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CommandResult> {
  refuseContradictions(options);
  const { concurrency } = options;
  const configuration = narrowConfiguration(
    loadConfiguration(options.config, process.env),
    concurrency === undefined ? {} : { concurrency },
  );
  const { include, enabled } = configuration.publish.securityHub;
  const { estate, notes } = await sizeUp(options, configuration, terminal, signal);
  const { runsPerDay, changedPerDay, chunkSeconds } = options;
  const assumptions = { runsPerDay, changedPerDay, chunkSeconds };
  const result = estimateCost(estate, assumptions);
  const view = { estate, assumptions, estimate: result, include, isHubEnabled: enabled, notes };
  return {
    output: options.format === "json" ? toEstimateJson(view) : toEstimateText(view),
    remarks: signal.aborted ? "Interrupted: this counts what was looked at until then.\n" : "",
    exitCode: estate.complete ? EXIT.fine : EXIT.incomplete,
  };
}

interface Sized {
  readonly estate: Estate;
  readonly notes: readonly string[];
}

async function sizeUp(
  options: EstimateOptions,
  configuration: Configuration,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Sized> {
  const { homeRegion } = configuration.publish.securityHub;
  const { clustersPerChunk } = MODEL;
  if (options.clusters !== undefined) return describe(options, options.clusters, homeRegion);
  if (options.report !== undefined) {
    const report = readReport(`--report ${options.report}`, options.report);
    const estate = toEstate(report, "report", { homeRegion, clustersPerChunk });
    return { estate, notes: [`The report of ${report.startedAt}; accounts without clusters are not in it.`] };
  }
  const report = await look(options, configuration, terminal, signal);
  const estate = toEstate(report, "scan", { homeRegion, clustersPerChunk });
  return {
    estate,
    notes: [
      `A scan of ${report.startedAt}, which published nothing; accounts without clusters are not counted.`,
    ],
  };
}

function describe(options: EstimateOptions, clusters: number, homeRegion: string | undefined): Sized {
  const size = { ...DEFAULTS, ...withoutAbsent(options), clusters };
  const checks = {
    perCluster: controls.filter(({ subject }) => subject === "cluster").length,
    perNamespace: controls.filter(({ subject }) => subject === "namespace").length,
  };
  const { openShare } = size;
  return {
    estate: describeEstate({ ...size, homeRegion, checks, clustersPerChunk: MODEL.clustersPerChunk }),
    notes: [
      `What was said of it: ${count(size.namespaces, "namespace")} in each cluster, clusters spread evenly over ${count(size.accounts, "account")} with ${count(size.regions, "Region")} each.`,
      `All ${checks.perCluster} checks of each cluster and all ${checks.perNamespace} of each namespace apply, which is an upper bound; ${Math.round(openShare * 100)} % of them are open.`,
    ],
  };
}

function withoutAbsent(options: EstimateOptions): Partial<Record<(typeof DESCRIBING)[number], number>> {
  return Object.fromEntries(
    DESCRIBING.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

async function look(
  { quiet, color }: EstimateOptions,
  configuration: Configuration,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ReportView> {
  const options: CommonOptions = {
    format: "json",
    failOn: "none",
    color,
    ...(quiet === undefined ? {} : { quiet }),
  };
  const { report } = await scanCloud(configuration, process.env, options, terminal, signal);
  if (report === undefined) throw new TypeError("a scan without a report");
  return report;
}

function refuseContradictions(options: EstimateOptions): void {
  if (options.report !== undefined && options.clusters !== undefined)
    throw new UsageError(
      "--report counts what a scan saw and --clusters describes an estate; give one of them.",
    );
  if (options.clusters !== undefined) return;
  const idle = DESCRIBING.filter((name) => options[name] !== undefined).map(toFlag);
  if (idle.length === 0) return;
  throw new UsageError(`${idle.join(", ")} describes an estate together with --clusters; give that too.`);
}
