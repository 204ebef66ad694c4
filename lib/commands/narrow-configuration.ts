// What the command line says wins over the file, and can only look at less of it or elsewhere, never publish more.
// It is held to what the file may say: a mistyped account would read as one that could not be looked at.

import * as v from "valibot";
import { AccountId, Concurrency, includeList, NameSelection, Region } from "../config/config-values.ts";
import type { Configuration } from "../config/config.ts";
import { parseInput, toPathText } from "../parse-input.ts";
import type { CommonOptions } from "./options.ts";

const NarrowingSchema = v.object({
  accounts: v.exactOptional(includeList(AccountId, "account ids")),
  regions: v.exactOptional(includeList(Region, "Regions")),
  clusters: v.exactOptional(NameSelection),
  concurrency: v.exactOptional(Concurrency),
});

type Narrowing = Pick<CommonOptions, "accounts" | "regions" | "clusters" | "concurrency">;

/** Throws a ConfigurationError. */
export function narrowConfiguration(configuration: Configuration, options: Narrowing): Configuration {
  const { accounts, regions, clusters, concurrency } = parseInput(NarrowingSchema, options, {
    name: "the command line",
    lineOf: () => null,
    nameOf: (path) => `--${toPathText(path)}`,
  });
  const { organization: _, ...withoutOrganization } = configuration;
  const limits = concurrency === undefined ? configuration.limits : { ...configuration.limits, concurrency };
  return {
    ...(accounts === undefined ? configuration : { ...withoutOrganization, accounts: [...accounts] }),
    ...(regions === undefined ? {} : { regions: [...regions] }),
    ...(clusters === undefined ? {} : { clusters: { ...configuration.clusters, include: [...clusters] } }),
    limits,
  };
}
