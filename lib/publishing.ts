// Publishes for one process: each cluster's findings to the Security Hub of its own account and Region, what is
// about a place that could not be entered to the scanner's own, and one digest. Wires; decides no verdict.

import { setTimeout as sleep } from "node:timers/promises";
import type { Configuration } from "./config.ts";
import { controls } from "./controls/index.ts";
import { retiredControls } from "./controls/retired.ts";
import { toLostFinding } from "./controls/visibility.ts";
import { createExemptions } from "./exemptions.ts";
import { createHubProbe } from "./hub-probe.ts";
import { openHubSink } from "./hub-sink.ts";
import type { Observed } from "./model/observed.ts";
import type { ReportView } from "./model/report.ts";
import type { TrendPoint } from "./model/trend.ts";
import { openConfirmations } from "./scan/confirmations.ts";
import type { AccountScope, DiscoveredClusters } from "./scan/discover.ts";
import { endLostAccounts, type EndedAccounts } from "./scan/lost-accounts.ts";
import { publishCluster, publishGoneCluster } from "./scan/publish-cluster.ts";
import { kept, toBlocked } from "./scan/publish-findings.ts";
import { publishUnseen } from "./scan/publish-unseen.ts";
import { publishWide } from "./scan/publish-wide.ts";
import type { WideView } from "./scan/wide-observation.ts";
import {
  joinDeliveries,
  NOTHING_TO_DELIVER,
  type HubSink,
  type Publication,
  type PublishContext,
} from "./scan/publish.ts";
import { rememberTrend } from "./scan/remember-trend.ts";
import type { GoneCluster } from "./scan/run-scan.ts";
import type { Keep } from "./scan/scan-chunk.ts";
import { endRun, watchRunning } from "./scan/running.ts";
import { findTombstones } from "./scan/tombstones.ts";
import { findUnlisted } from "./scan/unlisted.ts";
import type { ClusterScan, ScanContext } from "./scan/scan-cluster.ts";
import type { AccountCloud, AccountHub, Entrance, ObjectStore } from "./scan/sources.ts";

export interface Publishing {
  readonly publishScan: (account: AccountCloud, scan: ClusterScan, keep?: Keep) => Promise<Publication>;
  /** Proves that a cluster of which only the state knows is gone, and archives its findings; null: it is not. */
  readonly publishGone: (
    account: AccountCloud,
    region: string,
    cluster: string,
    keep?: Keep,
  ) => Promise<Publication | null>;
  /** The same for every cluster that a complete list no longer has. */
  readonly publishLost: (
    account: AccountCloud,
    region: string,
    listed: ReadonlySet<string>,
  ) => Promise<readonly GoneCluster[]>;
  /** Says again what Security Hub would forget of a cluster that this run does not judge; null: nothing of it. */
  readonly publishUnseen: (
    account: AccountCloud,
    region: string,
    cluster: string,
  ) => Promise<Publication | null>;
  /** The same for every cluster that the state knows in a Region whose list could not be read. */
  readonly publishUnlisted: (
    account: AccountCloud,
    discovered: Pick<DiscoveredClusters, "coverage">,
  ) => Promise<readonly Publication[]>;
  /** What is about no single cluster: accounts and Regions, which have no hub that we could reach, and the run. */
  publishWide(report: ReportView, run: RunScope, keep?: Keep): Promise<Publication>;
  /** Adds the run to those that the state remembers; null where nothing is remembered, or it had a narrower scope. */
  rememberTrend(report: ReportView, isWhole: boolean): Promise<Observed<readonly TrendPoint[]> | null>;
  /** Writes down that people were told, where that was to wait for it; a sentence for each state that was not written. */
  confirm(): Promise<readonly string[]>;
  /** Nothing more of this run is published. Where it cannot be written, other runs write a little more for a day. */
  end(): Promise<unknown>;
}

export type RunScope = Pick<WideView, "isWhole" | "accounts">;

/** What publishing asks of the process. */
export interface PublishingPort {
  /** The scanner's own Region. */
  readonly region: string;
  readonly accounts: Pick<AccountScope, "source">;
  /** The way into the scanner's own account, whose Security Hub stands in for others. */
  readonly cloud: Pick<Entrance<AccountHub>, "enterOwnAccount">;
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
}

export function createPublishing(options: PublishingOptions): Publishing {
  const { composition, configuration, runId, store } = options;
  const { observe, now } = composition.context;
  const { enabled, homeRegion, include, firstRunLimit } = configuration.publish.securityHub;
  const { ofScan, judgeRun } = createExemptions(configuration, now);
  const open = (account: AccountHub, region: string, scan: ClusterScan | null): HubSink => {
    const cluster = scan?.snapshot?.facts.cluster;
    const place = {
      accountId: account.accountId,
      region,
      cluster: cluster?.seen === true ? cluster.value : null,
    };
    return openHubSink(account.securityHub(region), place, { sleep });
  };
  const askHub = createHubProbe();
  /** The hub of the cluster's own account and Region; where that is off, the scanner's own. */
  const openFor = async (
    account: AccountCloud,
    region: string,
    scan: ClusterScan | null,
  ): Promise<HubSink> => {
    const hubRegion = homeRegion ?? region;
    const hub = await askHub(account, hubRegion);
    const isOff = !hub.seen && hub.why === "not-attempted";
    if (!isOff) return open(account, hubRegion, scan);
    const own = await observe(() => composition.cloud.enterOwnAccount());
    return own.seen ? open(own.value, composition.region, scan) : open(account, hubRegion, scan);
  };
  const shared = {
    observe,
    now,
    store,
    include,
    firstRunLimit,
    runId,
    ...(store === null ? {} : { isOverlapped: watchRunning(store, { runId, observe, now }) }),
  };
  /** A hub that was told before is this account's in another Region, or the scanner's own. */
  const confirmations = openConfirmations();
  const telling = options.confirmsAtEnd === true ? { confirmLater: confirmations.later } : {};
  const contextFor = (account: AccountHub, keep?: Keep): PublishContext => ({
    ...shared,
    openHub: async (productArn) => {
      const [, , , region = "", owner] = productArn.split(":");
      if (owner === account.accountId) return open(account, region, null);
      const own = await composition.cloud.enterOwnAccount();
      return owner === own.accountId ? open(own, region, null) : null;
    },
    ...(keep === undefined ? {} : { keep }),
  });
  const publishGone: Publishing["publishGone"] = async (account, region, cluster, keep) => {
    const sink = enabled ? await openFor(account, region, null) : null;
    const target = { account: account.accountId, region, cluster };
    return publishGoneCluster(target, account, sink, contextFor(account, keep));
  };
  const renew: Publishing["publishUnseen"] = async (account, region, cluster) => {
    const target = { account: account.accountId, region, cluster };
    return publishUnseen(
      target,
      async () => (enabled ? openFor(account, region, null) : null),
      contextFor(account),
    );
  };
  return {
    async publishScan(account, scan, keep) {
      const { region, cluster } = scan.target;
      const { findings } = scan;
      if (scan.snapshot === null && scan.leftOut === undefined) {
        const renewed = region === null ? null : await renew(account, region, cluster);
        const { delivery, remarks } = renewed ?? { delivery: NOTHING_TO_DELIVER, remarks: [] };
        return kept(
          { outcome: "published", delivery, findings, vanished: [], remarks },
          contextFor(account, keep),
        );
      }
      const sink = enabled && region !== null ? await openFor(account, region, scan) : null;
      const untold = sink === null && store === null;
      const stateless = (publication: Publication): Publication =>
        publication.outcome === "published" && !untold
          ? publication
          : { ...publication, findings: ofScan(scan, publication.findings, null) };
      const published = await publishCluster(
        scan,
        sink,
        { controls, retired: retiredControls },
        {
          ...contextFor(account),
          ...telling,
          exempt: (findings, since) => ofScan(scan, findings, store === null ? null : since),
          ...(keep === undefined ? {} : { keep: (publication) => keep(stateless(publication)) }),
        },
      );
      return stateless(published);
    },
    publishGone,
    async publishLost(account, region, listed) {
      if (store === null) return [];
      const names = await findTombstones(store, account.accountId, region, listed, observe);
      const gone = await Promise.all(
        names.map(async (cluster) => ({ cluster, publication: await publishGone(account, region, cluster) })),
      );
      return gone.flatMap(({ cluster, publication }) =>
        publication === null || publication.outcome === "superseded" ? [] : [{ cluster, publication }],
      );
    },
    publishUnseen: renew,
    async publishUnlisted(account, discovered) {
      if (store === null) return [];
      const unlisted = await findUnlisted(store, account.accountId, discovered, observe);
      const renewed = await Promise.all(
        unlisted.map(({ region, cluster }) => renew(account, region, cluster)),
      );
      return renewed.flatMap((publication) => publication ?? []);
    },
    async publishWide(report, { isWhole, accounts }, keep) {
      const findings = Iterator.from(report.findings)
        .filter(({ cluster }) => cluster === null)
        .toArray();
      const untouched = { findings, delivery: NOTHING_TO_DELIVER, vanished: [], remarks: [] };
      const keeping = keep === undefined ? shared : { ...shared, keep };
      if (!enabled && store === null) return kept({ outcome: "published", ...untouched }, keeping);
      const own = await observe(() => composition.cloud.enterOwnAccount());
      if (!own.seen) return kept(toBlocked(findings, own), keeping);
      const sink = enabled ? open(own.value, composition.region, null) : null;
      const { startedAt, coverage, complete } = report;
      const isOrganization = isWhole && composition.accounts.source === "organization";
      const ended = isOrganization
        ? await endLostAccounts({ coverage, accounts }, sink, contextFor(own.value))
        : NONE_ENDED;
      const lost = judgeRun({
        wide: ended.lost.map(toLostFinding),
        ofClusters: [],
        complete,
        isWhole: false,
      });
      const view = { startedAt, findings: [...findings, ...lost], coverage, complete, isWhole, accounts };
      const withEnded = (publication: Publication): Publication => ({
        ...publication,
        delivery: joinDeliveries([publication, ...ended.publications].map(({ delivery }) => delivery)),
      });
      const keepBoth: Keep | undefined = keep && ((publication) => keep(withEnded(publication)));
      const wide = { ...contextFor(own.value, keepBoth), ...telling };
      return withEnded(await publishWide(view, own.value.accountId, sink, wide));
    },
    async rememberTrend(report, isWhole) {
      return store === null || !isWhole ? null : rememberTrend(report, store, observe);
    },
    confirm: confirmations.writeAll,
    end: async () => (store === null ? null : observe(() => endRun(store, runId))),
  };
}

const NONE_ENDED: EndedAccounts = { lost: [], publications: [] };
