// The spokes of the configuration: accounts whose clusters are read by a function of their own.

import type { Configuration } from "../config/config-schema.ts";
import type { Observe } from "../scan/observe.ts";
import type { ObjectStore, Spokes } from "../scan/sources.ts";
import { createSpokes } from "../spoke/create-spokes.ts";

export function openSpokes(
  { spokes, state }: Configuration,
  open: (bucket: string) => Promise<ObjectStore>,
  world: { readonly observe: Observe; readonly now: () => Date },
): { readonly spokes?: Spokes } {
  const bucket = state?.bucket;
  if (spokes.accounts.length === 0 || bucket === undefined) return {};
  return { spokes: createSpokes(spokes, { openStore: () => open(bucket), ...world }) };
}
