// What the stages of a run leave in the bucket for the last one, as schemas: the bucket is shared with spokes,
// so what is read back is checked like any other foreign input. A text that does not fit is null: one unreadable
// result is that result's loss, and never ends a run.

import * as v from "valibot";
import { AccountId } from "./config/config-values.ts";
import { DiscoverOutputSchema, type DiscoverOutput } from "./events.ts";
import type { TrendPoint } from "./model/trend.ts";
import type { Publication } from "./scan/publish.ts";
import { ClusterSchema, CoverageSchema, FindingSchema, TrendPointSchema } from "./report/schema.ts";

const Delivery = v.strictObject({
  sent: v.number(),
  failed: v.array(v.strictObject({ id: v.string(), code: v.string(), message: v.string() })),
  postponed: v.exactOptional(v.number()),
});

const AccountCoverageSchema = v.strictObject({
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** The run's scope is all that the configuration has in scope. */
  whole: v.boolean(),
  coverage: v.array(CoverageSchema),
  /** By account id: the path of its organizational unit. */
  unitPaths: v.exactOptional(v.record(AccountId, v.string())),
});
type AccountCoverage = v.InferOutput<typeof AccountCoverageSchema>;

/** What `scan` leaves of each cluster. */
const ScannedClusterSchema = v.strictObject({
  coverage: CoverageSchema,
  cluster: v.nullable(ClusterSchema),
  findings: v.array(FindingSchema),
  kubernetesRequests: v.number(),
  delivery: Delivery,
});
export type ScannedCluster = v.InferOutput<typeof ScannedClusterSchema>;
type CoverageEntry = v.InferOutput<typeof CoverageSchema>;

const KeptWideSchema = v.strictObject({ findings: v.array(FindingSchema), delivery: Delivery });
export type KeptWide = Pick<Publication, "findings" | "delivery">;

const TrendSchema = v.strictObject({ schemaVersion: v.literal(1), points: v.array(TrendPointSchema) });

const AccountLine = v.looseObject({ account: AccountId });

export function parseScannedCluster(text: string): ScannedCluster | null {
  return parseJson(ScannedClusterSchema, text);
}

/** Of a text that was checked before: as it is written there. */
export function parseCheckedCluster(text: string): ScannedCluster {
  const checked: ScannedCluster = JSON.parse(text);
  return checked;
}

/** What became of the findings that are about no single cluster, as the first `report` of the run had it. */
export function parseKeptWide(text: string): KeptWide | null {
  return parseJson(KeptWideSchema, text);
}

/** The points of `state/trend.json`. */
export function parseTrend(text: string): readonly TrendPoint[] | null {
  return parseJson(TrendSchema, text)?.points ?? null;
}

export function parseDiscovered(text: string): DiscoverOutput | null {
  return parseJson(DiscoverOutputSchema, text);
}

/** `account-coverage.json`: when the run began to look, and the accounts that it does not look at. */
export function parseAccountCoverage(text: string): AccountCoverage | null {
  return parseJson(AccountCoverageSchema, text);
}

/** The entries of `missed.jsonl`. */
export function parseCoverageLines(text: string): readonly CoverageEntry[] | null {
  return parseJsonLines(CoverageSchema, text);
}

/** The accounts of `accounts.jsonl`, in its order. */
export function parseAccountLines(text: string): readonly string[] | null {
  return parseJsonLines(AccountLine, text)?.map(({ account }) => account) ?? null;
}

function parseJson<const T extends v.GenericSchema>(schema: T, text: string): v.InferOutput<T> | null {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text, { abortEarly: true });
  if (!json.success) return null;
  const result = v.safeParse(schema, json.output, { abortEarly: true });
  return result.success ? result.output : null;
}

function parseJsonLines<const T extends v.GenericSchema>(schema: T, text: string): v.InferOutput<T>[] | null {
  const lines = text.split("\n").filter((line) => line !== "");
  const values = lines.map((line) => parseJson(schema, line));
  return values.includes(null) ? null : values.filter((value) => value !== null);
}
