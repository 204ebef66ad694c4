// What a run could not look at, in words. Every report and message says it in these.

import { count, enumerate } from "./counts.ts";
import type { Coverage } from "./target.ts";

export function isBlindSpot({ outcome }: Coverage): boolean {
  return outcome === "missed" || outcome === "partial";
}

/** `2 clusters and 1 account could not be looked at. …`; "" where everything was. */
export function toBlindSpotSentence(coverage: readonly Coverage[]): string {
  const missed = coverage.filter(({ outcome }) => outcome === "missed");
  const partial = coverage.filter(({ outcome }) => outcome === "partial");
  const parts = [
    ...(missed.length === 0 ? [] : [`${toScopeCounts(missed)} could not be looked at`]),
    ...(partial.length === 0 ? [] : [`${toScopeCounts(partial)} could be read only in part`]),
  ];
  return parts.length === 0 ? "" : `${enumerate(parts)}. What was not seen was not judged.`;
}

/** `shop-prod (111122223333, eu-central-1)`, `111122223333 us-east-1, the whole Region` */
export function toScopeText({ account, region, cluster, file, line }: Omit<Coverage, "outcome">): string {
  if (file !== undefined) return line === undefined ? file : `${file}:${line}`;
  const around = [account, region].filter((part) => part !== null);
  if (cluster !== null) return around.length === 0 ? cluster : `${cluster} (${around.join(", ")})`;
  if (region !== null) return `${around.join(" ")}, the whole Region`;
  return account === null ? "the whole run" : `${account}, the whole account`;
}

/** `1 account and 2 Regions` */
export function toScopeCounts(coverage: readonly Coverage[]): string {
  const amounts = SCOPES.map(({ noun, includes }) => ({ noun, amount: coverage.filter(includes).length }));
  const counted = amounts.filter(({ amount }) => amount > 0).map(({ noun, amount }) => count(amount, noun));
  return counted.length === 0 ? "the whole run" : enumerate(counted);
}

/** A document of the input stands in a cluster's place in the report, and is no cluster. */
const SCOPES: readonly { readonly noun: string; readonly includes: (entry: Coverage) => boolean }[] = [
  { noun: "cluster", includes: ({ cluster, file }) => cluster !== null && file === undefined },
  { noun: "Region", includes: ({ cluster, region }) => cluster === null && region !== null },
  {
    noun: "account",
    includes: ({ cluster, region, account }) => cluster === null && region === null && account !== null,
  },
  { noun: "document", includes: ({ file }) => file !== undefined },
];
