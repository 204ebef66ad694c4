// What the records of the HTML page name by its place, because it stands in many of them.

import type { Evidence, Remediation } from "../model/finding.ts";
import type { DirectionReport } from "../model/posture.ts";
import type { Reach } from "../model/suggestion.ts";
import { createPackingTable, type PackingTable } from "./packing-table.ts";
import type { PageControl, PageTables } from "./page-data.ts";
import { toPrintable } from "./printable.ts";

export type PackingTables = {
  readonly [Name in keyof PageTables]: PackingTable<PageTables[Name][number]>;
};

/** `onAdded` is told the length of each new entry as JSON. */
export function createPackingTables(onAdded: (length: number) => void): PackingTables {
  return {
    controls: createPackingTable<PageControl>(onAdded),
    evidence: createPackingTable<Evidence>(onAdded),
    remediations: createPackingTable<Remediation>(onAdded),
    directions: createPackingTable<DirectionReport>(onAdded),
    reaches: createPackingTable<Reach>(onAdded),
    idPrefixes: createPackingTable<string>(onAdded),
    kinds: createPackingTable<string>(onAdded),
  };
}

/** Live: what is packed later is in them, too. */
export function toPageTables(tables: PackingTables): PageTables {
  return {
    controls: tables.controls.values,
    evidence: tables.evidence.values,
    remediations: tables.remediations.values,
    directions: tables.directions.values,
    reaches: tables.reaches.values,
    idPrefixes: tables.idPrefixes.values,
    kinds: tables.kinds.values,
  };
}

export function toEvidenceIndexes(
  entries: readonly Evidence[],
  { evidence }: PackingTables,
): readonly number[] {
  return entries.map((entry) => evidence.indexOf(toPrintable(entry)));
}
