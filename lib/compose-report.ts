// Wires the stage that ends a run: the scanner's own Security Hub, topics and webhooks. It enters no other account.

import { openHub } from "./aws/account-hub.ts";
import { openEntrance } from "./aws/entrance.ts";
import { toUnseen } from "./aws/errors.ts";
import { openOwnIdentity } from "./aws/own-identity.ts";
import { toAccountScope, toEntranceOptions } from "./compose-parts.ts";
import { composeStage, type Stage } from "./compose-stage.ts";
import type { DigestPort } from "./digest-destinations.ts";
import { openTopic, readSecret } from "./open-destinations.ts";
import type { PublishingPort } from "./publishing-parts.ts";
import { createObserve } from "./scan/observe.ts";

export type ReportComposition = Stage & PublishingPort & DigestPort;

export function composeReport(): ReportComposition {
  const stage = composeStage();
  const { configuration, region, transport, now } = stage;
  return {
    ...stage,
    cloud: openEntrance(openOwnIdentity(stage), toEntranceOptions(configuration, stage), openHub),
    accounts: toAccountScope(configuration),
    context: {
      observe: createObserve([toUnseen]),
      now,
      requestTimeoutMs: configuration.limits.requestTimeoutMs,
    },
    openTopic: (topicArn) => openTopic(topicArn, transport),
    readSecret: (place) => readSecret(place, region, transport),
  };
}
