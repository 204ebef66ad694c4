// Publishes for one process what is about single clusters: each one's findings to the Security Hub of its own account
// and Region, and the end of those that are gone. Wires; decides no verdict.

import pLimit from "p-limit";
import { controls } from "../controls/index.ts";
import { retiredControls } from "../controls/retired.ts";
import { createScanExemptions } from "../exemptions.ts";
import type { PublishingParts } from "./publishing-parts.ts";
import type { DiscoveredClusters } from "../scan/discover.ts";
import { findKnownRegions } from "../scan/known-regions.ts";
import { publishCluster, publishGoneCluster } from "../scan/publish-cluster.ts";
import { kept } from "../scan/publish-findings.ts";
import { publishUnseen } from "../scan/publish-unseen.ts";
import { NOTHING_TO_DELIVER, type Publication } from "../scan/publish.ts";
import type { GoneCluster } from "../scan/run-scan.ts";
import type { Keep } from "../scan/scan-chunk.ts";
import type { ClusterScan } from "../scan/scan-cluster.ts";
import type { AccountCloud } from "../scan/sources.ts";
import { findTombstones } from "../scan/tombstones.ts";
import { takeTurn, type Join, type Turn } from "../scan/turns.ts";
import { findUnlisted } from "../scan/unlisted.ts";

type PublishScan = (
  account: AccountCloud,
  scan: ClusterScan,
  keep?: Keep,
  turn?: Turn,
) => Promise<Publication>;

export interface ClusterPublishing {
  /** The place of a cluster among those whose findings are imported together. */
  readonly join: Join;
  readonly publishScan: PublishScan;
  /** Proves that a cluster of which only the state knows is gone, and archives its findings; null: it is not. */
  readonly publishGone: (
    account: AccountCloud,
    region: string,
    cluster: string,
    keep?: Keep,
    turn?: Turn,
  ) => Promise<Publication | null>;
  /** Says again what Security Hub would forget of a cluster that this run does not judge; null: nothing of it. */
  readonly publishUnseen: (
    account: AccountCloud,
    region: string,
    cluster: string,
    turn?: Turn,
  ) => Promise<Publication | null>;
}

export interface UnlistedPublishing {
  /** Ends every cluster that a complete list no longer has, as `publishGone` does. */
  readonly publishLost: (
    account: AccountCloud,
    region: string,
    listed: ReadonlySet<string>,
  ) => Promise<readonly GoneCluster[]>;
  /** Says it again of every cluster that the state knows in a Region whose list could not be read, as `publishUnseen` does. */
  readonly publishUnlisted: (
    account: AccountCloud,
    discovered: Pick<DiscoveredClusters, "coverage">,
  ) => Promise<readonly Publication[]>;
  /** Regions of an account in which the state knows clusters. */
  readonly findKnownRegions: (accountId: string) => Promise<readonly string[]>;
}

export function publishClusters(parts: PublishingParts): ClusterPublishing {
  const { enabled, contextFor } = parts;
  const { join, openFor } = parts.hubs;
  const publishJudged = publishScans(parts);
  const renew: ClusterPublishing["publishUnseen"] = async (account, region, cluster, turn) => {
    const target = { account: account.accountId, region, cluster };
    const open = async () => (enabled ? openFor(account, region, null, turn) : null);
    return publishUnseen(target, open, contextFor(account));
  };
  return {
    join,
    async publishScan(account, scan, keep, turn) {
      const { region, cluster } = scan.target;
      if (scan.snapshot !== null || scan.leftOut !== undefined)
        return publishJudged(account, scan, keep, turn);
      const renewed = region === null ? null : await renew(account, region, cluster, turn);
      const { delivery, remarks } = renewed ?? { delivery: NOTHING_TO_DELIVER, remarks: [] };
      const { findings } = scan;
      return kept(
        { outcome: "published", delivery, findings, vanished: [], remarks },
        contextFor(account, keep),
      );
    },
    async publishGone(account, region, cluster, keep, turn) {
      const sink = enabled ? await openFor(account, region, null, turn) : null;
      const target = { account: account.accountId, region, cluster };
      return publishGoneCluster(target, account, sink, contextFor(account, keep));
    },
    publishUnseen: renew,
  };
}

/** For what a scan looked at, or was told to leave out. */
function publishScans({ enabled, telling, contextFor, hubs, options }: PublishingParts): PublishScan {
  const { composition, configuration, store } = options;
  const { forScan } = createScanExemptions(configuration, composition.context.now);
  return async (account, scan, keep, turn) => {
    const { region } = scan.target;
    const sink = enabled && region !== null ? await hubs.openFor(account, region, scan, turn) : null;
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
  };
}

export function publishUnlistedClusters(
  parts: PublishingParts,
  { join, publishGone, publishUnseen }: ClusterPublishing,
): UnlistedPublishing {
  const { store } = parts.options;
  const { observe } = parts.options.composition.context;
  return {
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
    findKnownRegions: async (accountId) =>
      store === null ? [] : findKnownRegions(store, accountId, observe),
    async publishUnlisted(account, discovered) {
      if (store === null) return [];
      const unlisted = await findUnlisted(store, account.accountId, discovered, observe);
      const limit = pLimit(BURIED_AT_ONCE);
      const renewed = await Promise.all(
        unlisted.map(({ region, cluster }) =>
          takeTurn(limit, join(account.accountId, region), (turn) =>
            publishUnseen(account, region, cluster, turn),
          ),
        ),
      );
      return renewed.flatMap((publication) => publication ?? []);
    },
  };
}

/** Clusters that nobody looks at take two calls each; enough of them at a time for one account. */
const BURIED_AT_ONCE = 10;
