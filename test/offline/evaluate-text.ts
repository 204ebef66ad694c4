// Runs `evaluate` over texts as if they came in on standard input, and reads its JSON report back.

import { Readable } from "node:stream";
import { evaluate, type EvaluateOptions } from "../../lib/commands/evaluate.ts";
import type { CommandResult } from "../../lib/commands/options.ts";
import type { Coverage } from "../../lib/model/target.ts";
import type { NamespaceReport, WorkloadReport } from "../../lib/model/posture.ts";
import type { Probe, Report } from "../../lib/model/report.ts";
import { toWholeText } from "../../lib/report/output.ts";
import { SILENT } from "../silent-terminal.ts";

export interface Evaluated {
  readonly report: Report;
  readonly exitCode: number;
  readonly remarks: string;
  readonly namespaces: readonly NamespaceReport[];
  /** What could not be used, as `file:line why: detail`. */
  readonly problems: readonly string[];
  readonly probes: readonly Probe[];
}

/** With the whole output as a text. */
export async function run(
  manifests: readonly string[],
  options: Partial<EvaluateOptions>,
  stdin: string,
): Promise<CommandResult & { readonly output: string }> {
  const result = await evaluate(
    { manifests, namespace: "default", format: "json", failOn: "high", color: false, ...options },
    SILENT,
    Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]),
    new AbortController().signal,
  );
  return { ...result, output: toWholeText(result.output) };
}

export async function evaluatePaths(
  manifests: readonly string[],
  options: Partial<EvaluateOptions> = {},
  stdin = "",
): Promise<Evaluated> {
  const { output, exitCode, remarks } = await run(manifests, options, stdin);
  const report = JSON.parse(output) as Report;
  return {
    report,
    exitCode,
    remarks,
    namespaces: report.clusters[0]?.namespaces ?? [],
    problems: report.coverage.filter(({ outcome }) => outcome === "missed").map(toProblem),
    probes: report.probes ?? [],
  };
}

function toProblem({ file, line, why, detail }: Coverage): string {
  return `${file}:${line ?? ""} ${why}: ${detail}`;
}

export function evaluateText(text: string, options: Partial<EvaluateOptions> = {}): Promise<Evaluated> {
  return evaluatePaths(["-"], options, text);
}

export function evaluateObjects(
  objects: readonly unknown[],
  options: Partial<EvaluateOptions> = {},
): Promise<Evaluated> {
  return evaluateText(toList(objects), options);
}

export function toList(objects: readonly unknown[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
}

/** `namespace: Kind/name (counted pods)` of every workload. */
export function workloadsOf({ namespaces }: Evaluated): readonly string[] {
  return namespaces.flatMap(({ name, workloads }) =>
    workloads.map((workload) => `${name}: ${workload.kind}/${workload.name} (${workload.pods.counted})`),
  );
}

export function workloadOf({ namespaces }: Evaluated, name: string): WorkloadReport {
  const found = namespaces.flatMap(({ workloads }) => workloads).find((workload) => workload.name === name);
  if (found === undefined) throw new Error(`no workload ${name} in the report`);
  return found;
}
