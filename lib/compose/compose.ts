// Wires the parts for the process of a terminal: which cloud, which scopes, which limits. Everything that touches the
// world comes in through here. Imports nothing that judges: that is half of the code, and only a scan needs it.

import { openCloud } from "../aws/cloud.ts";
import { closeTransport } from "../aws/clients.ts";
import { toUnseen as awsToUnseen } from "../aws/errors.ts";
import { refuseConflict, refuseWrongSettings } from "./aws-settings.ts";
import {
  openBucket,
  openConfiguredTransport,
  readRegion,
  toAccountScope,
  toClusterScope,
  toEntranceOptions,
  toScanContext,
  type ComposedContext,
  type Environment,
} from "./compose-parts.ts";
import type { Configuration } from "../config/config.ts";
import { toUnseen as folderToUnseen } from "../folder-store.ts";
import { toUnseen as kubernetesToUnseen } from "../kubernetes/errors.ts";
import { openClusterReader } from "../kubernetes/reader.ts";
import { openTopic, readSecret } from "./open-destinations.ts";
import { openSpokes } from "./open-spokes.ts";
import type { AccountScope, ClusterScope } from "../scan/discover.ts";
import { createObserve, type Observe } from "../scan/observe.ts";
import type { ScanContext } from "../scan/scan-cluster.ts";
import type { Cloud, ObjectStore, SecretPlace, Topic } from "../scan/sources.ts";

export interface Composition {
  /** The scanner's own Region. */
  readonly region: string;
  readonly cloud: Cloud;
  readonly context: ComposedContext & Pick<ScanContext, "signal">;
  readonly accounts: AccountScope;
  readonly clusters: ClusterScope;
  openTopic(topicArn: string): Promise<Topic>;
  /** The text of a secret; never for a log. */
  readSecret(place: SecretPlace): Promise<string>;
  /** Opens the bucket of a run or of the state. */
  openBucket(bucket: string): Promise<ObjectStore>;
  close(): void;
}

export interface ComposeOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Goes into the role session's name, which the member's CloudTrail shows. */
  readonly runId?: string;
}

export const observe: Observe = createObserve([
  refuseConflict,
  awsToUnseen,
  kubernetesToUnseen,
  folderToUnseen,
]);

export function compose(configuration: Configuration, options: ComposeOptions): Composition {
  const { environment, signal, now, runId } = options;
  refuseWrongSettings(environment);
  const region = readRegion(environment);
  const transport = openConfiguredTransport(configuration, environment, signal);
  const open = (bucket: string) => openBucket(bucket, region, transport);
  return {
    region,
    cloud: openCloud({
      ...toEntranceOptions(configuration, { region, transport, now }),
      openKubernetes: openClusterReader,
      ...(runId === undefined ? {} : { runId }),
    }),
    context: {
      ...toScanContext(configuration, { observe, now }),
      ...openSpokes(configuration, open, { observe, now }),
      signal,
    },
    accounts: toAccountScope(configuration),
    clusters: toClusterScope(configuration),
    openTopic: (topicArn) => openTopic(topicArn, transport),
    readSecret: (place) => readSecret(place, region, transport),
    openBucket: open,
    close: () => closeTransport(transport),
  };
}
