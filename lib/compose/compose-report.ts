// Wires the stage that ends a run: the scanner's own Security Hub, topics and webhooks. It enters no other account.

import { openHub } from "../aws/account-hub.ts";
import { openEntrance } from "../aws/entrance.ts";
import { toUnseen } from "../aws/errors.ts";
import { openOwnIdentity } from "../aws/own-identity.ts";
import { toAccountScope, toEntranceOptions } from "./compose-parts.ts";
import { composeStage, type Stage } from "./compose-stage.ts";
import type { DigestPort } from "../publishing/digest-destinations.ts";
import { openTopic, readSecret } from "./open-destinations.ts";
import type { PublishingPort } from "../publishing/publishing-parts.ts";
import { createObserve } from "../scan/observe.ts";
import type { BulkStore } from "../scan/sources.ts";

export interface ReportComposition extends Stage, PublishingPort, DigestPort {
  readonly context: PublishingPort["context"] & DigestPort["context"];
  readonly openBulkStore: () => Promise<BulkStore>;
}

export function composeReport(): ReportComposition {
  const stage = composeStage();
  const { configuration, bucket, region, transport, now } = stage;
  return {
    ...stage,
    cloud: openEntrance(openOwnIdentity(stage), toEntranceOptions(configuration, stage), openHub),
    accounts: toAccountScope(configuration),
    context: {
      observe: createObserve([toUnseen]),
      now,
      requestTimeoutMs: configuration.limits.requestTimeoutMs,
    },
    openBulkStore: async () => {
      const { openBulkStore } = await import("../aws/bulk-store.ts");
      return openBulkStore({ bucket, region }, transport);
    },
    openTopic: (topicArn) => openTopic(topicArn, transport),
    readSecret: (place) => readSecret(place, region, transport),
  };
}
