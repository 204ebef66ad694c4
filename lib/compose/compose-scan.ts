// Wires the stage that scans: one account with its clusters and its Security Hub. Imports nothing that judges or
// publishes, which comes with the first event (run-chunk.ts); tells no people.

import { createAccountCloud } from "../aws/account-cloud.ts";
import { openEntrance } from "../aws/entrance.ts";
import { toUnseen as awsToUnseen } from "../aws/errors.ts";
import { openOwnIdentity } from "../aws/own-identity.ts";
import { toAccountScope, toEntranceOptions, toScanContext, type ComposedContext } from "./compose-parts.ts";
import { composeStage, type Stage } from "./compose-stage.ts";
import { toUnseen as kubernetesToUnseen } from "../kubernetes/errors.ts";
import { openKubernetes } from "./open-kubernetes.ts";
import { openSpokes } from "./open-spokes.ts";
import type { PublishingPort } from "../publishing/publishing-parts.ts";
import { createObserve } from "../scan/observe.ts";
import type { AccountCloud, Entrance } from "../scan/sources.ts";

export interface ScanComposition extends Stage, PublishingPort {
  readonly cloud: Entrance<AccountCloud>;
  readonly context: ComposedContext;
}

export function composeScan(): ScanComposition {
  const stage = composeStage();
  const { configuration, now, openRunStore } = stage;
  const observe = createObserve([awsToUnseen, kubernetesToUnseen]);
  return {
    ...stage,
    cloud: openEntrance(openOwnIdentity(stage), toEntranceOptions(configuration, stage), (account) =>
      createAccountCloud(account, openKubernetes),
    ),
    accounts: toAccountScope(configuration),
    context: {
      ...toScanContext(configuration, { observe, now }),
      ...openSpokes(configuration, openRunStore, { observe, now }),
    },
  };
}
