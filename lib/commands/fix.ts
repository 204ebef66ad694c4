// `ringfence fix`: scans one cluster (or reads manifests) and writes what to do about its failures into a folder.
// It never applies anything.

import type { ByteStream } from "../offline/manifest-files.ts";
import { count } from "../model/counts.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { UsageError } from "../model/usage-error.ts";
import { toFixPlan } from "../remediation/fix-plan.ts";
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
  const { report, exitCode, remarks } = await look(options, terminal, signal, stdin);
  if (report === undefined) throw new Error("scan and evaluate always have a report");
  const { name, findings } = onlyCluster(report, options);
  const plan = toFixPlan(findings, { cluster: name, namespace: options.namespace ?? null });
  writeFixFolder(options.output, plan.files);
  const written = `Wrote ${count(plan.files.length, "file")} for ${count(plan.failures, "failure")} of cluster ${name} to ${options.output}. Nothing was applied; begin with README.md.\n`;
  return { output: written, remarks, exitCode };
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
    return evaluate({ ...common, manifests, namespace: "default" }, terminal, stdin);
  if (common.kubeconfig !== undefined || cluster === undefined) return scan(common, terminal, signal);
  return scan({ ...common, clusters: [cluster] }, terminal, signal);
}

function refuseContradictions({ cluster, manifests, kubeconfig }: FixOptions): void {
  if (manifests !== undefined && kubeconfig !== undefined)
    throw new UsageError("--manifests and --kubeconfig are two inputs; name one of them.");
  if (cluster === undefined && manifests === undefined && kubeconfig === undefined)
    throw new UsageError("--cluster NAME says which cluster to look at (or --kubeconfig, or --manifests).");
  // "Must contain only alphanumeric characters (case-sensitive), hyphens and underscores" (CreateCluster), so a
  // name is never a pattern here.
  if (cluster !== undefined && !/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(cluster))
    throw new UsageError(`--cluster ${JSON.stringify(cluster)} cannot be the name of a cluster.`);
}

interface ClusterFindings {
  readonly name: string;
  readonly findings: readonly Finding[];
}

function onlyCluster({ clusters, findings, coverage }: Report, options: FixOptions): ClusterFindings {
  const [only, ...others] = clusters;
  const { cluster } = options;
  if (only === undefined) {
    const missed = coverage.find((entry) => entry.cluster === cluster)?.detail;
    throw new UsageError(
      missed === undefined
        ? `There is no cluster ${cluster ?? ""} in the accounts and Regions that were looked at.`
        : `Cluster ${cluster ?? ""} was not judged: ${missed}.`,
    );
  }
  if (others.length > 0)
    throw new UsageError(
      `There are ${clusters.length} clusters named ${only.name}: ${clusters.map(({ account, region }) => `${account ?? ""}/${region ?? ""}`).join(", ")}. Choose one with --accounts and --regions.`,
    );
  return { name: only.name, findings: findings.filter((finding) => finding.cluster === only.name) };
}
