// `ringfence fix`: scans one cluster (or reads manifests) and writes what to do about its failures into a folder.
// It never applies anything.

import { EXIT, toExitCode } from "./exit-code.ts";
import { isBlindSpot, toBlindSpotSentence } from "../model/blind-spots.ts";
import { count } from "../model/counts.ts";
import type { Finding } from "../model/finding.ts";
import { toNextStep } from "../model/next-step.ts";
import { type Report, toWholeReport } from "../model/report.ts";
import type { Coverage } from "../model/target.ts";
import { UsageError } from "../model/usage-error.ts";
import type { ByteStream } from "../offline/manifest-files.ts";
import { inFixScope, toFixPlan } from "../remediation/fix-plan.ts";
import { isComplete } from "../scan/coverage.ts";
import { evaluate } from "./evaluate.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { scan } from "./scan.ts";
import type { Terminal } from "./terminal.ts";
import { checkFixFolder, writeFixFolder } from "./fix-folder.ts";

export interface FixOptions extends Omit<CommonOptions, "format"> {
  /** Not needed where the input is one cluster: a kubeconfig or manifests. */
  readonly cluster?: string;
  readonly namespace?: string;
  /** The folder to write. */
  readonly output: string;
  readonly manifests?: readonly string[];
}

export async function fix(
  options: FixOptions,
  terminal: Terminal,
  signal: AbortSignal,
  stdin: ByteStream,
): Promise<CommandResult> {
  refuseContradictions(options);
  // Before the scan: nobody should wait for minutes to hear that the folder is not empty.
  checkFixFolder(options.output);
  const { report, remarks } = await look(options, terminal, signal, stdin);
  if (report === undefined) throw new Error("scan and evaluate always have a report");
  const asked = findAsked(toWholeReport(report), options);
  if ("missed" in asked) return { output: `${asked.missed}\n`, remarks, exitCode: EXIT.incomplete };
  const scope = { cluster: asked.name, namespace: options.namespace ?? null };
  const findings = inFixScope(asked.findings, scope);
  const plan = toFixPlan(findings, scope);
  writeFixFolder(options.output, plan.files);
  const written = `Wrote ${count(plan.files.length, "file")} for ${count(plan.failures, "failure")} of cluster ${asked.name} to ${options.output}. Nothing was applied; begin with README.md.\n`;
  return {
    output: written,
    remarks: `${remarks}${toElsewhereRemark(asked.elsewhere)}`,
    exitCode: toExitCode({ complete: isComplete(asked.coverage), findings }, options.failOn),
  };
}

/** What else the run could not look at is not what was asked for, and may hold a cluster of the same name. */
function toElsewhereRemark(elsewhere: readonly Coverage[]): string {
  const sentence = toBlindSpotSentence(elsewhere);
  return sentence === "" ? "" : `Elsewhere ${sentence} A cluster of the same name may be there.\n`;
}

function look(
  options: FixOptions,
  terminal: Terminal,
  signal: AbortSignal,
  stdin: ByteStream,
): Promise<CommandResult> {
  // `output` is the folder here, and the report itself is written nowhere.
  const { output: _output, cluster, namespace: _namespace, manifests, ...rest } = options;
  const common = { ...rest, format: "text" } as const;
  if (manifests !== undefined)
    return evaluate({ ...common, manifests, namespace: "default" }, terminal, stdin, signal);
  if (common.kubeconfig !== undefined || cluster === undefined) return scan(common, terminal, signal);
  return scan({ ...common, clusters: [cluster] }, terminal, signal);
}

function refuseContradictions({ cluster, manifests, kubeconfig }: FixOptions): void {
  if (manifests !== undefined && kubeconfig !== undefined)
    throw new UsageError("--manifests and --kubeconfig are two inputs; name one of them.");
  if (cluster !== undefined && (manifests !== undefined || kubeconfig !== undefined))
    throw new UsageError(
      `${manifests === undefined ? "--kubeconfig" : "--manifests"} is the input of one cluster; leave out --cluster.`,
    );
  if (cluster === undefined && manifests === undefined && kubeconfig === undefined)
    throw new UsageError("--cluster NAME says which cluster to look at (or --kubeconfig, or --manifests).");
  // "Must contain only alphanumeric characters (case-sensitive), hyphens and underscores" (CreateCluster), so a
  // name is never a pattern here.
  if (cluster !== undefined && !/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(cluster))
    throw new UsageError(`--cluster ${JSON.stringify(cluster)} cannot be the name of a cluster.`);
}

interface AskedCluster {
  readonly namespaces: readonly string[];
  readonly name: string;
  readonly findings: readonly Finding[];
  /** What of the run is about this cluster, and what is not. */
  readonly coverage: readonly Coverage[];
  readonly elsewhere: readonly Coverage[];
}

type Missed = { readonly missed: string };

function findAsked(report: Report, options: FixOptions): AskedCluster | Missed {
  const asked = findCluster(report, options);
  const { namespace } = options;
  if ("missed" in asked || namespace === undefined || asked.namespaces.includes(namespace)) return asked;
  if (isComplete(asked.coverage))
    throw new UsageError(`There is no namespace ${namespace} in cluster ${asked.name}.`);
  const first = asked.coverage.find(isBlindSpot);
  const step = first === undefined ? "" : ` ${toNextStep(first)}`;
  return {
    missed: `Namespace ${namespace} of cluster ${asked.name} could not be looked at: ${first?.detail ?? ""}.${step}`,
  };
}

function findCluster(report: Report, options: FixOptions): AskedCluster | Missed {
  const [only, ...others] = report.clusters;
  if (only === undefined) return whyNotFound(report, options.cluster ?? "");
  if (others.length > 0)
    throw new UsageError(
      `There are ${report.clusters.length} clusters named ${only.name}: ${report.clusters.map(({ account, region }) => `${account ?? ""}/${region ?? ""}`).join(", ")}. Choose one with --accounts and --regions.`,
    );
  // Without AWS around it everything that was read is about the one cluster, a bad document too.
  const isOfIt = (entry: Coverage): boolean =>
    only.account === null ||
    (entry.account === only.account && entry.region === only.region && entry.cluster === only.name);
  return {
    name: only.name,
    namespaces: only.namespaces.map(({ name }) => name),
    findings: report.findings.filter(({ cluster }) => cluster === only.name),
    coverage: report.coverage.filter(isOfIt),
    elsewhere: report.coverage.filter((entry) => !isOfIt(entry)),
  };
}

/** It may be where nobody could look: only a run that looked at everything knows that there is none. */
function whyNotFound({ coverage }: Report, cluster: string): Missed {
  const skipped = coverage.find((entry) => entry.cluster === cluster)?.detail;
  if (skipped !== undefined) throw new UsageError(`Cluster ${cluster} was not judged: ${skipped}.`);
  const first = coverage.find(isBlindSpot);
  if (first === undefined)
    throw new UsageError(`There is no cluster ${cluster} in the accounts and Regions that were looked at.`);
  return {
    missed: `There is no cluster ${cluster} in what could be looked at, but ${toBlindSpotSentence(coverage)} ${toNextStep(first)}`,
  };
}
