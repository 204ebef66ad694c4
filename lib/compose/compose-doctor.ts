// Wires doctor: what a scan has, and the few questions that only doctor asks. Apart from compose.ts, so that no
// Lambda carries them.

import { closeTransport } from "../aws/clients.ts";
import type { LambdaConcurrency } from "../aws/lambda.ts";
import type { TopicSubscriptions } from "../aws/topic-attributes.ts";
import { compose, type ComposeOptions, type Composition } from "./compose.ts";
import { openConfiguredTransport, readRegion } from "./compose-parts.ts";
import type { Configuration } from "../config/config.ts";
import { openAccessProbe } from "../kubernetes/access-probe.ts";
import type { AccessProbe } from "../scan/probe-sources.ts";
import type { ClusterAccess, ReadOptions } from "../scan/sources.ts";

export interface DoctorComposition extends Composition {
  /** Throws where there is no such topic, or it may not be asked. */
  readonly getTopicSubscriptions: (topicArn: string) => Promise<TopicSubscriptions>;
  /** In the scanner's own account and Region. */
  readonly getLambdaConcurrency: () => Promise<LambdaConcurrency>;
  readonly openProbe: (access: ClusterAccess, options: ReadOptions) => AccessProbe;
}

export function composeDoctor(configuration: Configuration, options: ComposeOptions): DoctorComposition {
  const composition = compose(configuration, options);
  const transport = openConfiguredTransport(configuration, options.environment, options.signal);
  return {
    ...composition,
    getTopicSubscriptions: async (topicArn) => {
      const { getTopicSubscriptions } = await import("../aws/topic-attributes.ts");
      return getTopicSubscriptions(topicArn, transport);
    },
    getLambdaConcurrency: async () => {
      const { getLambdaConcurrency } = await import("../aws/lambda.ts");
      return getLambdaConcurrency(readRegion(options.environment), transport);
    },
    openProbe: openAccessProbe,
    close() {
      composition.close();
      closeTransport(transport);
    },
  };
}
