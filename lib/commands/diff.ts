// `ringfence diff A B`: two reports, by file or by the id of a run whose report is in the state, and what changed
// between them. Looks at no cluster.

import { existsSync } from "node:fs";
import { compose, observe } from "../compose/compose.ts";
import { toExitCode, type FailOn } from "./exit-code.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import type { ReportView } from "../model/report.ts";
import { UsageError } from "../model/usage-error.ts";
import { ItemByItem, toJsonPieces } from "../report/json-pieces.ts";
import type { Output } from "../report/output.ts";
import { compareReports, type ReportDiff } from "../report/report-diff.ts";
import { toDiffMarkdown, toDiffText } from "../report/report-diff-text.ts";
import { runKeys } from "../scan/run-store.ts";
import type { ObjectStore } from "../scan/sources.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { openState } from "./publish-run.ts";
import { readReport, toReport } from "./read-report.ts";
import type { Terminal } from "./terminal.ts";

export interface DiffOptions extends Pick<CommonOptions, "config" | "output" | "color" | "exitZero"> {
  readonly format: "text" | "json" | "markdown";
  readonly failOn: FailOn;
}

export async function diff(
  a: string,
  b: string,
  options: DiffOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CommandResult> {
  const readRun = openRuns(options, signal);
  const from = await readEnd(a, readRun);
  const to = await readEnd(b, readRun);
  const changes = compareReports(from, to);
  return {
    output: toOutput(changes, options, terminal),
    remarks: "",
    exitCode: toDiffExitCode(changes, options.failOn),
  };
}

/** What was not seen could be anything, so it wins over what was, as in a scan. */
function toDiffExitCode({ findings, seesLess }: ReportDiff, failOn: FailOn): number {
  const complete = !seesLess && findings.notSeen.length === 0;
  return toExitCode({ complete, findings: [...findings.new, ...findings.regressed] }, failOn);
}

function toOutput(changes: ReportDiff, { format }: DiffOptions, terminal: Terminal): Output {
  if (format === "json") return { pieces: toJson(changes) };
  return format === "markdown" ? toDiffMarkdown(changes) : toDiffText(changes, terminal);
}

/** Finding by finding: a text cannot hold as many as may have changed. */
function* toJson({ findings, ...changes }: ReportDiff): Generator<string, void> {
  const lists = Object.entries(findings).map(([name, list]) => [
    name,
    typeof list === "number" ? list : new ItemByItem(list),
  ]);
  const { schemaVersion, from, to, ...rest } = changes;
  yield* toJsonPieces({ schemaVersion, from, to, findings: Object.fromEntries(lists), ...rest });
  yield "\n";
}

type ReadRun = (runId: string) => Promise<string | null>;

/** As runs are named (lib/scan/start-run.ts), and nothing that could lead out of `runs/`. */
const RUN_ID = /^[\w-][\w.-]{0,79}$/;

/** Some less than a text can hold. */
const MAX_STATE_BYTES = 500_000_000;

function openRuns({ config }: DiffOptions, signal: AbortSignal): ReadRun {
  let opened: Promise<ObjectStore | null> | undefined;
  return async (runId) => {
    if (!RUN_ID.test(runId)) return null;
    opened ??= openConfiguredState(config, signal);
    const store = await opened;
    if (store === null) return null;
    const { report } = runKeys(runId);
    const found = await observe(async () => {
      // S3 answers 403 for an absent key where it may not be listed.
      const isThere = (await store.listObjects(report)).includes(report);
      return isThere ? store.getObject(report, { maxBytes: MAX_STATE_BYTES }) : null;
    });
    if (!found.seen)
      throw new UsageError(
        `The state cannot be read for ${runId}: ${found.detail}. Copy ${report} out of it, and name that file.`,
      );
    return found.value?.body ?? null;
  };
}

async function openConfiguredState(
  config: string | undefined,
  signal: AbortSignal,
): Promise<ObjectStore | null> {
  const configuration = loadConfiguration(config, process.env);
  if (configuration.state === undefined) return null;
  const now = (): Date => new Date();
  return openState(compose(configuration, { environment: process.env, signal, now }), configuration);
}

async function readEnd(name: string, readRun: ReadRun): Promise<ReportView> {
  if (existsSync(name)) return readReport(name, name);
  const text = await readRun(name);
  if (text === null)
    throw new UsageError(
      `${name} is no file, and no run of the configured state has that id. Write a report with ringfence scan --format json --output FILE.`,
    );
  return toReport(name, text);
}
