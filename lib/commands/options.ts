// What the commands that make a report have in common.

import type { FailOn } from "./exit-code.ts";
import type { ReportView } from "../model/report.ts";
import type { Output } from "../report/output.ts";
import { REPORT_FORMATS, type ReportFormat } from "../report/report-format.ts";

export const OUTPUT_FORMATS = REPORT_FORMATS;
export type OutputFormat = ReportFormat;

export interface CommonOptions {
  readonly config?: string;
  readonly format: OutputFormat;
  readonly output?: string;
  readonly failOn: FailOn;
  readonly concurrency?: number;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
  readonly stats?: boolean;
  readonly exitZero?: boolean;
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  readonly clusters?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly publish?: boolean;
}

export interface CommandResult {
  /** The result, for standard output or --output. */
  readonly output: Output;
  /** For standard error, after the result. */
  readonly remarks: string;
  readonly exitCode: number;
  /** What `output` shows; commands that judge nothing have none. */
  readonly report?: ReportView;
}
