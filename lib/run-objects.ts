// What the stages of a run leave in the bucket for the last one, as schemas: the bucket is shared with spokes,
// so what is read back is checked like any other foreign input.

import * as v from "valibot";
import { AccountId } from "./config-values.ts";
import { DiscoverOutputSchema, type DiscoverOutput } from "./events.ts";
import { parseInput, sourceWithoutLines } from "./parse-input.ts";
import { ClusterSchema, CoverageSchema, FindingSchema } from "./report/schema.ts";

const Delivery = v.strictObject({
  sent: v.number(),
  failed: v.array(v.strictObject({ id: v.string(), code: v.string(), message: v.string() })),
});

/** What `scan` leaves of each cluster. */
const ScannedClusterSchema = v.strictObject({
  coverage: CoverageSchema,
  cluster: v.nullable(ClusterSchema),
  findings: v.array(FindingSchema),
  kubernetesRequests: v.number(),
  delivery: Delivery,
});
export type ScannedCluster = v.InferOutput<typeof ScannedClusterSchema>;

const AccountLine = v.looseObject({ account: AccountId });

export function parseScannedCluster(text: string, key: string): ScannedCluster {
  return parseInput(ScannedClusterSchema, JSON.parse(text), sourceWithoutLines(key));
}

export function parseDiscovered(text: string, key: string): DiscoverOutput {
  return parseInput(DiscoverOutputSchema, JSON.parse(text), sourceWithoutLines(key));
}

export function parseCoverageList(text: string, key: string): v.InferOutput<typeof CoverageSchema>[] {
  return parseInput(v.array(CoverageSchema), JSON.parse(text), sourceWithoutLines(key));
}

/** The accounts of `accounts.jsonl`, in its order. */
export function parseAccountLines(text: string, key: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => parseInput(AccountLine, JSON.parse(line), sourceWithoutLines(key)).account);
}
