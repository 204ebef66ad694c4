// Which Security Hub a cluster's findings go to: that of its own account and Region, or of the account's home Region;
// the scanner's own where that one is off. Opens it; imports nothing.

import { setTimeout as sleep } from "node:timers/promises";
import { createHubProbe } from "./hub-probe.ts";
import { openHubSink, type Deliver } from "./hub-sink.ts";
import type { HubSink } from "../scan/publish.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import type { ClusterScan, ScanContext } from "../scan/scan-cluster.ts";
import type { AccountCloud, AccountHub, Entrance } from "../scan/sources.ts";
import type { Join, Turn } from "../scan/turns.ts";
import { shareImports } from "./share-imports.ts";
import { deliverFindings } from "../sinks/security-hub.ts";

export interface HubsPort {
  /** The scanner's own Region. */
  readonly region: string;
  /** The way into the scanner's own account, whose Security Hub stands in for others. */
  readonly cloud: Pick<Entrance<AccountHub>, "enterOwnAccount">;
  readonly context: Pick<ScanContext, "observe">;
}

export interface Hubs {
  readonly open: (account: AccountHub, region: string) => HubSink;
  /** `scan` null: nobody described the cluster. */
  readonly openFor: (
    account: AccountCloud,
    region: string,
    scan: ClusterScan | null,
    turn: Turn | undefined,
  ) => Promise<HubSink>;
  /** That of a product ARN that was told before: this account's in another Region, or the scanner's own; else null. */
  readonly openEarlier: (account: AccountHub, productArn: string) => Promise<HubSink | null>;
  readonly join: Join;
}

export function openHubs(port: HubsPort, homeRegion: string | undefined): Hubs {
  const join = shareImports({ sleep, startTimer });
  const askHub = createHubProbe();
  const open = (
    account: AccountHub,
    region: string,
    cluster: ClusterDescription | null = null,
    deliver: Deliver = deliverAlone,
  ): HubSink =>
    openHubSink(account.securityHub(region), { accountId: account.accountId, region, cluster }, deliver);
  return {
    join,
    open: (account, region) => open(account, region),
    async openFor(account, region, scan, turn) {
      const fact = scan?.snapshot?.facts.cluster;
      const cluster = fact?.seen === true ? fact.value : null;
      const deliver = toDeliver(turn);
      const hubRegion = homeRegion ?? region;
      const hub = await askHub(account, hubRegion);
      const isOff = !hub.seen && hub.why === "not-attempted";
      if (!isOff) return open(account, hubRegion, cluster, deliver);
      const own = await port.context.observe(() => port.cloud.enterOwnAccount());
      return own.seen
        ? open(own.value, port.region, cluster, deliver)
        : open(account, hubRegion, cluster, deliver);
    },
    async openEarlier(account, productArn) {
      const [, , , region = "", owner] = productArn.split(":");
      if (owner === account.accountId) return open(account, region);
      const own = await port.cloud.enterOwnAccount();
      return owner === own.accountId ? open(own, region) : null;
    },
  };
}

const deliverAlone: Deliver = (findings, hub) => deliverFindings(findings, hub, { sleep });

function toDeliver(turn: Turn | undefined): Deliver {
  if (turn === undefined || turn.seat === null) return deliverAlone;
  const { seat, release } = turn;
  return (findings, hub) => seat.deliver(findings, hub, release);
}

function startTimer(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}
