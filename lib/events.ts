// What the handlers hand to each other, as schemas (schemas/events.schema.json is generated from them) and as
// functions that refuse anything else. No event carries credentials: unknown keys are refused.

import * as v from "valibot";
import {
  AccountId,
  BucketName,
  ClusterName,
  listOf,
  oneOf,
  Region,
  wholeNumber,
} from "./config/config-values.ts";
import type { Status } from "./model/finding.ts";
import { WHYS } from "./model/observed.ts";
import { COVERAGE_OUTCOMES } from "./model/target.ts";
import { parseInput, sourceWithoutLines } from "./parse-input.ts";
import { CoverageSchema } from "./report/schema.ts";
import { RunId, ScopeSchema, TRIGGERS } from "./start-event.ts";

export {
  CHANGING_CALLS,
  parseStartEvent,
  ScopeSchema,
  StartEventSchema,
  TRIGGERS,
  type Scope,
  type StartRequest,
  type Trigger,
} from "./start-event.ts";

/** One `scan` invocation: as many clusters of one account and Region as fit its time. */
const MAX_CLUSTERS_PER_CHUNK = 20;

/** What `start` begins: the input of the state machine and of `accounts`. */
export const RunSchema = v.strictObject({
  runId: RunId,
  trigger: oneOf(TRIGGERS),
  scope: ScopeSchema,
  /** The run whose missed.jsonl narrows this one. */
  rescanMissed: v.exactOptional(RunId),
  waitSeconds: wholeNumber(0, 86_400, "seconds"),
  bucket: BucketName,
});
export type Run = v.InferOutput<typeof RunSchema>;

/** One line of `runs/<runId>/accounts.jsonl`, and the input of `discover`. */
export const DiscoverInputSchema = v.strictObject({ runId: RunId, account: AccountId, scope: ScopeSchema });
export type DiscoverInput = v.InferOutput<typeof DiscoverInputSchema>;

/**
 * Input of `scan`. Tombstones are clusters that the state knows and the list no longer has; unseen ones are those of
 * a Region whose list could not be read.
 */
export const ChunkSchema = v.strictObject({
  runId: RunId,
  account: AccountId,
  region: Region,
  clusters: v.pipe(
    listOf(ClusterName, "cluster names"),
    v.maxLength(MAX_CLUSTERS_PER_CHUNK, `at most ${MAX_CLUSTERS_PER_CHUNK} cluster names`),
  ),
  tombstones: listOf(ClusterName, "cluster names"),
  unseen: v.exactOptional(listOf(ClusterName, "cluster names")),
});
export type Chunk = v.InferOutput<typeof ChunkSchema>;

export const DiscoverOutputSchema = v.strictObject({
  account: AccountId,
  chunks: v.array(ChunkSchema, "a list of chunks"),
  coverage: v.array(CoverageSchema, "a list of coverage entries"),
});
export type DiscoverOutput = v.InferOutput<typeof DiscoverOutputSchema>;

const Count = wholeNumber(0, Number.MAX_SAFE_INTEGER, "findings");

/** One cluster in the output of `scan`: at most 1 KB, because it travels through Step Functions. */
export const ScanSummarySchema = v.strictObject({
  cluster: ClusterName,
  outcome: oneOf(COVERAGE_OUTCOMES),
  why: v.optional(oneOf(WHYS)),
  detail: v.optional(v.pipe(v.string("a text"), v.maxLength(400, "at most 400 characters"))),
  /** Findings by status. */
  findings: v.strictObject({
    pass: Count,
    fail: Count,
    unknown: Count,
    "not-applicable": Count,
    exempt: Count,
  } satisfies Record<Status, unknown>),
  unpublished: Count,
});
export type ScanSummary = v.InferOutput<typeof ScanSummarySchema>;

export const ScanOutputSchema = v.pipe(
  v.array(ScanSummarySchema, "a list of summaries"),
  v.maxLength(MAX_CLUSTERS_PER_CHUNK, `at most ${MAX_CLUSTERS_PER_CHUNK} summaries`),
);

/** Input of `plan`, which joins the chunks of all accounts. */
export const PlanInputSchema = v.strictObject({ runId: RunId });
export type PlanInput = v.InferOutput<typeof PlanInputSchema>;

export const ReportInputSchema = v.strictObject({
  runId: RunId,
  /** What started the run: operators alarm on the silence of the schedule alone. */
  trigger: v.exactOptional(oneOf(TRIGGERS)),
});
export type ReportInput = v.InferOutput<typeof ReportInputSchema>;

/** Input of `collect`: no clusters are all that its stack names. */
export const CollectInputSchema = v.strictObject({
  clusters: v.exactOptional(listOf(ClusterName, "cluster names")),
});
export type CollectInput = v.InferOutput<typeof CollectInputSchema>;

/** One entry per cluster: what its spoke could read of it. */
export const CollectOutputSchema = v.array(CoverageSchema, "a list of coverage entries");
export type CollectOutput = Readonly<v.InferOutput<typeof CollectOutputSchema>>;

export function parseRun(event: unknown): Run {
  return parseInput(RunSchema, event, sourceWithoutLines("the run"));
}

export function parseDiscoverInput(event: unknown): DiscoverInput {
  return parseInput(DiscoverInputSchema, event, sourceWithoutLines("the account to discover"));
}

export function parseDiscoverOutput(event: unknown): DiscoverOutput {
  return parseInput(DiscoverOutputSchema, event, sourceWithoutLines("what was discovered"));
}

export function parseChunk(event: unknown): Chunk {
  return parseInput(ChunkSchema, event, sourceWithoutLines("the chunk to scan"));
}

export function parseScanOutput(event: unknown): readonly ScanSummary[] {
  return parseInput(ScanOutputSchema, event, sourceWithoutLines("what was scanned"));
}

export function parsePlanInput(event: unknown): PlanInput {
  return parseInput(PlanInputSchema, event, sourceWithoutLines("the run to plan"));
}

export function parseReportInput(event: unknown): ReportInput {
  return parseInput(ReportInputSchema, event, sourceWithoutLines("the run to report"));
}

export function parseCollectInput(event: unknown): CollectInput {
  return parseInput(CollectInputSchema, event, sourceWithoutLines("the clusters to collect"));
}
