// What the command line says wins over the file, and can only look at less of it or elsewhere, never publish more.

import type { Configuration } from "../config.ts";
import type { CommonOptions } from "./options.ts";

export function narrowConfiguration(configuration: Configuration, options: CommonOptions): Configuration {
  const { accounts, regions, clusters, concurrency } = options;
  const { organization: _, ...withoutOrganization } = configuration;
  const limits = concurrency === undefined ? configuration.limits : { ...configuration.limits, concurrency };
  return {
    ...(accounts === undefined ? configuration : { ...withoutOrganization, accounts: [...accounts] }),
    ...(regions === undefined ? {} : { regions: [...regions] }),
    ...(clusters === undefined ? {} : { clusters: { ...configuration.clusters, include: [...clusters] } }),
    limits,
  };
}
