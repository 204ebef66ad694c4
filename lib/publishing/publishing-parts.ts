// What the publishing of clusters and that of the whole run share in one process: the hubs, the state, the exemptions,
// and what is confirmed later. Wires; imports nothing that judges.

import type { Configuration } from "../config/config-schema.ts";
import { openHubs, type Hubs, type HubsPort } from "./open-hubs.ts";
import { openConfirmations, type Confirmations } from "../scan/confirmations.ts";
import type { AccountScope } from "../scan/discover.ts";
import type { PublishContext } from "../scan/publish.ts";
import { watchRunning } from "../scan/running.ts";
import type { Keep } from "../scan/scan-chunk.ts";
import type { ScanContext } from "../scan/scan-cluster.ts";
import type { AccountHub, ObjectStore, Shelve } from "../scan/sources.ts";

/** What publishing asks of the process. */
export interface PublishingPort extends HubsPort {
  readonly accounts: Pick<AccountScope, "source">;
  readonly context: Pick<ScanContext, "observe" | "now">;
}

export interface PublishingOptions {
  readonly composition: PublishingPort;
  readonly configuration: Configuration;
  readonly runId: string;
  /** Where findings are remembered between runs; null: nowhere. */
  readonly store: ObjectStore | null;
  /** The digest is made in this process, from what it remembers: what is news stays so until `confirm`. */
  readonly confirmsAtEnd?: true;
  /** Where that waits; absent: in memory. */
  readonly shelve?: Shelve;
}

export interface PublishingParts {
  readonly options: PublishingOptions;
  /** Security Hub is wanted. */
  readonly enabled: boolean;
  readonly hubs: Hubs;
  readonly confirmations: Confirmations;
  /** What is published later than it is told, where this process remembers it. */
  readonly telling: Pick<PublishContext, "confirmLater" | "shelve">;
  /** Of what is about no account's own hub. */
  readonly shared: Omit<PublishContext, "openHub">;
  readonly contextFor: (account: AccountHub, keep?: Keep) => PublishContext;
}

export function openPublishingParts(options: PublishingOptions): PublishingParts {
  const { composition, configuration, runId, store } = options;
  const { observe, now } = composition.context;
  const { enabled, homeRegion, include, firstRunLimit } = configuration.publish.securityHub;
  const hubs = openHubs(composition, homeRegion);
  const confirmations = openConfirmations();
  const shared = {
    observe,
    now,
    store,
    include,
    firstRunLimit,
    runId,
    ...(store === null ? {} : { isOverlapped: watchRunning(store, { runId, observe, now }) }),
  };
  return {
    options,
    enabled,
    hubs,
    confirmations,
    telling: toTelling(options, confirmations),
    shared,
    contextFor: (account, keep) => ({
      ...shared,
      openHub: (productArn) => hubs.openEarlier(account, productArn),
      ...(keep === undefined ? {} : { keep }),
    }),
  };
}

function toTelling(
  { confirmsAtEnd, shelve }: PublishingOptions,
  { later }: Confirmations,
): PublishingParts["telling"] {
  if (confirmsAtEnd !== true) return {};
  return { confirmLater: later, ...(shelve === undefined ? {} : { shelve }) };
}
