// Publishes for one process: each cluster's findings to the Security Hub of its own account and Region, what is
// about a place that could not be entered to the scanner's own, and one digest. Wires; decides no verdict.

import pLimit from "p-limit";
import type { Configuration } from "./config.ts";
import { controls } from "./controls/index.ts";
import { retiredControls } from "./controls/retired.ts";
import { toLostFinding } from "./controls/visibility.ts";
import { createExemptions } from "./exemptions.ts";
import type { Observed } from "./model/observed.ts";
import type { ReportView } from "./model/report.ts";
import type { TrendPoint } from "./model/trend.ts";
import { openHubs, type HubsPort } from "./open-hubs.ts";
import { openConfirmations } from "./scan/confirmations.ts";
import type { AccountScope, DiscoveredClusters } from "./scan/discover.ts";
import { endLostAccounts, type EndedAccounts } from "./scan/lost-accounts.ts";
import { publishCluster, publishGoneCluster } from "./scan/publish-cluster.ts";
import { kept, toBlocked } from "./scan/publish-findings.ts";
import { publishUnseen } from "./scan/publish-unseen.ts";
import { publishWide } from "./scan/publish-wide.ts";
import type { WideView } from "./scan/wide-observation.ts";
import { joinDeliveries, NOTHING_TO_DELIVER, type Publication, type PublishContext } from "./scan/publish.ts";
import { rememberTrend } from "./scan/remember-trend.ts";
import type { GoneCluster } from "./scan/run-scan.ts";
import type { Keep } from "./scan/scan-chunk.ts";
import { endRun, watchRunning } from "./scan/running.ts";
import { findTombstones } from "./scan/tombstones.ts";
import { findUnlisted } from "./scan/unlisted.ts";
import type { ClusterScan, ScanContext } from "./scan/scan-cluster.ts";
import type { AccountCloud, AccountHub, ObjectStore } from "./scan/sources.ts";
import { takeTurn, type Join, type Turn } from "./scan/turns.ts";

export interface Publishing {
  /** The place of a cluster among those whose findings are imported together. */
  readonly join: Join;
  readonly publishScan: (
    account: AccountCloud,
    scan: ClusterScan,
    keep?: Keep,
    turn?: Turn,
  ) => Promise<Publication>;
  /** Proves that a cluster of which only the state knows is gone, and archives its findings; null: it is not. */
  readonly publishGone: (
    account: AccountCloud,
    region: string,
    cluster: string,
    keep?: Keep,
    turn?: Turn,
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
    turn?: Turn,
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
}

export function createPublishing(options: PublishingOptions): Publishing {
  const { composition, configuration, runId, store } = options;
  const { observe, now } = composition.context;
  const { enabled, homeRegion, include, firstRunLimit } = configuration.publish.securityHub;
  const { forScan, judgeRun } = createExemptions(configuration, now);
  const { join, open, openFor, openEarlier } = openHubs(composition, homeRegion);
  const shared = {
    observe,
    now,
    store,
    include,
    firstRunLimit,
    runId,
    ...(store === null ? {} : { isOverlapped: watchRunning(store, { runId, observe, now }) }),
  };
  const confirmations = openConfirmations();
  const telling = options.confirmsAtEnd === true ? { confirmLater: confirmations.later } : {};
  const contextFor = (account: AccountHub, keep?: Keep): PublishContext => ({
    ...shared,
    openHub: (productArn) => openEarlier(account, productArn),
    ...(keep === undefined ? {} : { keep }),
  });
  const publishGone: Publishing["publishGone"] = async (account, region, cluster, keep, turn) => {
    const sink = enabled ? await openFor(account, region, null, turn) : null;
    const target = { account: account.accountId, region, cluster };
    return publishGoneCluster(target, account, sink, contextFor(account, keep));
  };
  const renew: Publishing["publishUnseen"] = async (account, region, cluster, turn) => {
    const target = { account: account.accountId, region, cluster };
    return publishUnseen(
      target,
      async () => (enabled ? openFor(account, region, null, turn) : null),
      contextFor(account),
    );
  };
  return {
    join,
    async publishScan(account, scan, keep, turn) {
      const { region, cluster } = scan.target;
      const { findings } = scan;
      if (scan.snapshot === null && scan.leftOut === undefined) {
        const renewed = region === null ? null : await renew(account, region, cluster, turn);
        const { delivery, remarks } = renewed ?? { delivery: NOTHING_TO_DELIVER, remarks: [] };
        return kept(
          { outcome: "published", delivery, findings, vanished: [], remarks },
          contextFor(account, keep),
        );
      }
      const sink = enabled && region !== null ? await openFor(account, region, scan, turn) : null;
      const untold = sink === null && store === null;
      // No function made here may name the scan: its snapshot would wait with the findings.
      const applyTo = forScan(scan);
      const stateless = (publication: Publication): Publication =>
        publication.outcome === "published" && !untold
          ? publication
          : { ...publication, findings: applyTo(publication.findings, null) };
      return publishCluster(
        scan,
        sink,
        { controls, retired: retiredControls },
        {
          ...contextFor(account),
          ...telling,
          exempt: (findings, since) => applyTo(findings, store === null ? null : since),
          ...(keep === undefined ? {} : { keep: (publication) => keep(stateless(publication)) }),
        },
      ).then(stateless);
    },
    publishGone,
    async publishLost(account, region, listed) {
      if (store === null) return [];
      const names = await findTombstones(store, account.accountId, region, listed, observe);
      const limit = pLimit(BURIED_AT_ONCE);
      const gone = await Promise.all(
        names.map((cluster) =>
          takeTurn(limit, join(account.accountId, region), async (turn) => {
            const publication = await publishGone(account, region, cluster, undefined, turn);
            return { cluster, publication };
          }),
        ),
      );
      return gone.flatMap(({ cluster, publication }) =>
        publication === null || publication.outcome === "superseded" ? [] : [{ cluster, publication }],
      );
    },
    publishUnseen: renew,
    async publishUnlisted(account, discovered) {
      if (store === null) return [];
      const unlisted = await findUnlisted(store, account.accountId, discovered, observe);
      const limit = pLimit(BURIED_AT_ONCE);
      const renewed = await Promise.all(
        unlisted.map(({ region, cluster }) =>
          takeTurn(limit, join(account.accountId, region), (turn) => renew(account, region, cluster, turn)),
        ),
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
      const sink = enabled ? open(own.value, composition.region) : null;
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

/** Clusters that nobody looks at take two calls each; enough of them at a time for one account. */
const BURIED_AT_ONCE = 10;

const NONE_ENDED: EndedAccounts = { lost: [], publications: [] };
