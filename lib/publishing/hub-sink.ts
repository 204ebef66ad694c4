// One account's Security Hub as a place to publish to: puts the projection and the delivery of lib/sinks behind
// the port of lib/scan. Decides nothing.

import { knownControls } from "../controls/known-controls.ts";
import type { Finding } from "../model/finding.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import type { Delivery, HubSink } from "../scan/publish.ts";
import type { Outgoing } from "../scan/sending.ts";
import type { SecurityHub } from "../scan/sources.ts";
import { toAsff } from "../sinks/security-hub.ts";
import type { AsffFinding } from "../model/asff.ts";

export interface HubPlace {
  readonly accountId: string;
  readonly region: string;
  /** Of the cluster that the findings are about; null where it could not be described. */
  readonly cluster: ClusterDescription | null;
}

/** Imports, and tells what became of each finding. */
export type Deliver = (findings: readonly AsffFinding[], hub: SecurityHub) => Promise<Delivery>;

export function openHubSink(hub: SecurityHub, place: HubPlace, deliver: Deliver): HubSink {
  const toMessage = ({ finding, createdAt, updatedAt, openSince }: Outgoing): AsffFinding =>
    toAsff(finding, {
      ...place,
      productArn: hub.productArn,
      // arn:<partition>:securityhub:…
      partition: hub.productArn.split(":")[1] ?? "aws",
      now: new Date(updatedAt),
      createdAt,
      openSince,
      frameworks: frameworksOf(finding),
    });
  return {
    productArn: hub.productArn,
    listFindings: (idPrefix) => hub.listFindings({ idPrefix }),
    deliver: (outgoing) => deliver(outgoing.map(toMessage), hub),
  };
}

function frameworksOf({ controlId }: Finding) {
  // A retired control has none any more.
  return knownControls.find(({ id }) => id === controlId)?.frameworks ?? [];
}
