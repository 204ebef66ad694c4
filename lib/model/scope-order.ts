// The report's order of what is about accounts, Regions and clusters.

import { compareCodeUnits } from "./code-units.ts";

export interface Scope {
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
}

/** Code-unit order; null, "the whole of", sorts first. */
export function compareScopes(a: Scope, b: Scope): number {
  return (
    compareCodeUnits(a.account ?? "", b.account ?? "") ||
    compareCodeUnits(a.region ?? "", b.region ?? "") ||
    compareCodeUnits(a.cluster ?? "", b.cluster ?? "")
  );
}

/** The same for the same scope, and for no other. */
export function toScopeKey({ account, region, cluster }: Scope): string {
  return JSON.stringify([account, region, cluster]);
}
