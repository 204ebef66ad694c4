// What every Lambda handler starts with: the configuration from its environment, the cloud, the run's bucket.
// Made once per process, so that warm invocations reuse connections and role sessions.

import { compose, type Composition } from "./compose.ts";
import { configurationFromEnvironment, type Configuration } from "./config.ts";
import { ConfigurationError } from "./model/configuration-error.ts";
import type { ObjectStore } from "./scan/sources.ts";

export interface HandlerComposition extends Composition {
  readonly configuration: Configuration;
  readonly bucket: string;
  openRunStore(): Promise<ObjectStore>;
}

export function composeHandler(signal: AbortSignal): HandlerComposition {
  const configuration = configurationFromEnvironment(process.env);
  const bucket = configuration.state?.bucket;
  if (bucket === undefined)
    throw new ConfigurationError("the environment", [
      {
        path: "RINGFENCE_BUCKET",
        line: null,
        seen: "nothing",
        expected: "the name of the bucket that holds the runs",
        hint: null,
      },
    ]);
  const composition = compose(configuration, { environment: process.env, signal, now: () => new Date() });
  return { ...composition, configuration, bucket, openRunStore: () => composition.openBucket(bucket) };
}
