// What each of the hub's handlers starts with: the configuration from its environment, and the run's bucket. The
// handlers take the rest by themselves, each what it asks and no more: a client that it never calls is not in its bundle.

import type { Transport } from "../aws/clients.ts";
import { openBucket, openConfiguredTransport, readRegion } from "./compose-parts.ts";
import type { Configuration } from "../config/config-schema.ts";
import { readHandlerConfiguration } from "../config/handler-configuration.ts";
import { requireBucket } from "../config/require-bucket.ts";
import type { ObjectStore } from "../scan/sources.ts";

/** Made once per process, so that warm invocations reuse connections and role sessions. */
export interface Stage {
  readonly configuration: Configuration;
  readonly bucket: string;
  readonly region: string;
  readonly transport: Transport;
  readonly now: () => Date;
  readonly openRunStore: () => Promise<ObjectStore>;
}

export function composeStage(): Stage {
  const configuration = readHandlerConfiguration(process.env);
  const bucket = requireBucket(configuration);
  const region = readRegion(process.env);
  const transport = openConfiguredTransport(configuration, process.env);
  return {
    configuration,
    bucket,
    region,
    transport,
    now: () => new Date(),
    openRunStore: () => openBucket(bucket, region, transport),
  };
}
