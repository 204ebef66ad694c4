// `ringfence scan`: an organization, an account, or the one cluster of a kubeconfig, in this process.

import { compose, observe } from "../compose/compose.ts";
import { toScanContext, type Environment } from "../compose/compose-parts.ts";
import type { Configuration } from "../config/config.ts";
import { controls } from "../controls/index.ts";
import { drawSuggestions } from "../draw-suggestions.ts";
import { createRunExemptions, createScanExemptions } from "../exemptions.ts";
import { EXIT, toExitCode } from "./exit-code.ts";
import { keepHeapSmall } from "./keep-heap-small.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import { count } from "../model/counts.ts";
import { seen, unseen } from "../model/observed.ts";
import type { Report, ReportView } from "../model/report.ts";
import type { Publishing } from "../publishing/publishing.ts";
import { render } from "../report/formats.ts";
import { isLeftOut, type ClusterScope } from "../scan/discover.ts";
import { runScan, type RunExemptions } from "../scan/run-scan.ts";
import { scanOpened, type ScanContext } from "../scan/scan-cluster.ts";
import { toReport } from "../scan/to-report.ts";
import { openShelf } from "./shelf.ts";
import { TOOL_VERSION } from "../tool-version.ts";
import { countWithoutHub, toAsffExport } from "./asff-export.ts";
import { narrowConfiguration } from "./narrow-configuration.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { openPublishing, publishRest } from "./publish-run.ts";
import { createProgressView } from "./progress-view.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "../model/usage-error.ts";

const now = (): Date => new Date();

export async function scan(
  options: CommonOptions,
  terminal: Terminal,
  signal: AbortSignal,
  illustration = toIllustration(options),
): Promise<CommandResult> {
  refuseContradictions(options);
  const configuration = narrowConfiguration(loadConfiguration(options.config, process.env), options);
  if (options.kubeconfig === undefined)
    return scanCloud(configuration, process.env, options, terminal, signal, illustration);
  const report = await scanKubeconfig(
    configuration,
    options.kubeconfig,
    options.context ?? null,
    signal,
    illustration,
  );
  return toResult(report, options, terminal);
}

/** The main job: everything in scope of the credentials in the environment. */
export async function scanCloud(
  configuration: Configuration,
  environment: Environment,
  options: CommonOptions,
  terminal: Terminal,
  signal: AbortSignal,
  illustration = toIllustration(options),
): Promise<CommandResult> {
  const composition = compose(configuration, { environment, signal, now });
  const progress = createProgressView(terminal, now);
  const shelve = openShelf();
  const publishing =
    options.publish === true ? await openPublishing(composition, configuration, shelve) : null;
  const isWhole = !isNarrowed(options);
  const { report, publications, accounts, unitPaths } = await runScan(composition.cloud, {
    accounts: composition.accounts,
    clusters: { ...composition.clusters, ...toKnownRegions(publishing) },
    context: { ...composition.context, controls, ...illustration },
    concurrency: configuration.limits.concurrency,
    toolVersion: TOOL_VERSION,
    shelve,
    onProgress: (told) => {
      if (told.clusters.total > 1) keepHeapSmall();
      progress.show(told);
    },
    exemptions: toRunExemptions(configuration, isWhole),
    ...(publishing === null ? {} : toPublishOptions(publishing)),
  });
  const scope = { isWhole, accounts, unitPaths };
  const published =
    publishing === null ? null : await publishRest(publishing, report, publications, scope, signal);
  progress.end();
  composition.close();
  const remarks = [...(signal.aborted ? [INTERRUPTED] : []), ...(published?.remarks ?? [])];
  const result = toResult(published?.report ?? report, options, terminal, remarks);
  return published?.failed === true ? { ...result, exitCode: EXIT.incomplete } : result;
}

function toRunExemptions(configuration: Configuration, isWhole: boolean): RunExemptions {
  const { ofScan } = createScanExemptions(configuration, now);
  const { judgeRun } = createRunExemptions(configuration, now);
  return {
    isWhole,
    ofScan: (scanned) => ofScan(scanned, scanned.findings, null),
    judgeRun,
  };
}

function toKnownRegions(publishing: Publishing | null): Pick<ClusterScope, "findKnownRegions"> {
  return publishing === null ? {} : { findKnownRegions: publishing.findKnownRegions };
}

const INTERRUPTED = "Interrupted: this is what was looked at until then; the rest is named as missed.";

function toPublishOptions({ join, publishScan, publishLost, publishUnlisted }: Publishing) {
  return { join, publish: publishScan, publishLost, publishUnlisted };
}

/** Characters of a cluster's pictures, which the page bounds once more. */
const MAX_SUGGESTIONS = 1_000_000;

/** Of all formats only the page draws. */
export function toIllustration({ format }: CommonOptions): Pick<ScanContext, "illustrate"> {
  return format === "html" ? { illustrate: drawSuggestions(MAX_SUGGESTIONS) } : {};
}

function isNarrowed({ accounts, regions, clusters }: CommonOptions): boolean {
  return [accounts, regions, clusters].some((option) => option !== undefined);
}

async function scanKubeconfig(
  configuration: Configuration,
  file: string,
  contextName: string | null,
  signal: AbortSignal,
  illustration: Pick<ScanContext, "illustrate">,
): Promise<Report> {
  const { openKubeconfig } = await import("../kubernetes/kubeconfig.ts");
  const context = { ...toScanContext(configuration, { observe, now }), signal, controls, ...illustration };
  const startedAt = now();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(context.deadlineMs)]);
  const { clusterName, reader } = await openKubeconfig(file, contextName, {
    requestTimeoutMs: context.requestTimeoutMs,
    signal: deadline,
  });
  const noAws = unseen("not-attempted", "a kubeconfig scan asks no AWS API");
  const scanned = await scanOpened(
    { account: null, region: null, cluster: clusterName },
    { cluster: noAws, vpcCniAddon: noAws, capabilities: noAws },
    seen(reader),
    { ...context, signal: deadline },
  );
  const { ofScan } = createScanExemptions(configuration, now);
  const { judgeRun } = createRunExemptions(configuration, now);
  const findings = ofScan(scanned, scanned.findings, null);
  const options = { context, toolVersion: TOOL_VERSION, exemptions: { isWhole: false, judgeRun } };
  return toReport({ scans: [{ ...scanned, findings }], coverage: [], startedAt, cloud: null, options });
}

function refuseContradictions(options: CommonOptions): void {
  if (options.kubeconfig === undefined) {
    if (options.context === undefined) return;
    throw new UsageError("--context goes with --kubeconfig; name that file too.");
  }
  const contradicting = (["accounts", "regions", "clusters", "publish"] as const)
    .filter((name) => options[name] !== undefined)
    .map((name) => `--${name}`);
  if (contradicting.length === 0) return;
  throw new UsageError(`--kubeconfig scans one cluster without AWS; leave out ${contradicting.join(", ")}.`);
}

/** What the chosen format cannot say. */
function toFormatRemarks(report: ReportView, { format }: CommonOptions): readonly string[] {
  const left = format === "asff" ? countWithoutHub(report) : 0;
  return left === 0
    ? []
    : [`Left out, because ASFF needs an account and a Region: ${count(left, "finding")}.`];
}

export function toResult(
  report: ReportView,
  options: CommonOptions,
  terminal: Terminal,
  remarks: readonly string[] = [],
): CommandResult {
  const { stats: _, ...withoutStats } = report;
  const shown = options.stats === true ? report : withoutStats;
  const context = {
    text: { color: terminal.color, columns: terminal.columns, verbose: options.verbose === true },
    controls,
    toAsff: toAsffExport,
  };
  const notes = [...remarks, ...toFormatRemarks(report, options)];
  if (leavesNothing(report)) notes.push(NOTHING_LEFT);
  return {
    output: render(shown, options.format, context),
    remarks: notes.map((remark) => `${remark}\n`).join(""),
    exitCode: leavesNothing(report) ? EXIT.usage : toExitCode(report, options.failOn),
    report: shown,
  };
}

const NOTHING_LEFT =
  "ringfence: nothing was looked at: the include and exclude lists leave no account or cluster. Correct them, or leave them out.";

/** Every account or cluster is skipped, and the configuration did it: 0 would say that we looked. */
function leavesNothing({ clusters, coverage }: ReportView): boolean {
  if (Iterator.from(clusters).some(() => true) || coverage.some(({ outcome }) => outcome !== "skipped"))
    return false;
  return coverage.some(isLeftOut);
}
