// What the hub's handlers start with: the configuration from their environment, the cloud, the run's bucket.
// Made once per process, so that warm invocations reuse connections and role sessions.

import { compose, type Composition } from "./compose.ts";
import type { Configuration } from "./config-schema.ts";
import { readHandlerConfiguration } from "./handler-configuration.ts";
import { requireBucket } from "./require-bucket.ts";
import type { ObjectStore } from "./scan/sources.ts";

export interface HandlerComposition extends Composition {
  readonly configuration: Configuration;
  readonly bucket: string;
  openRunStore(): Promise<ObjectStore>;
}

export async function composeHandler(signal: AbortSignal): Promise<HandlerComposition> {
  const configuration = await readHandlerConfiguration(process.env);
  const bucket = requireBucket(configuration);
  const composition = compose(configuration, { environment: process.env, signal, now: () => new Date() });
  return { ...composition, configuration, bucket, openRunStore: () => composition.openBucket(bucket) };
}
