// Publishes what one scan saw of one cluster, and archives what is about a cluster that is proven gone. Never
// throws for what the outside world did; a cluster that was not judged tells nothing and archives nothing.

import { seen, unseen, type Observed } from "../model/observed.ts";
import { toClusterObservation, type Catalogue, type JudgedScan } from "./cluster-observation.ts";
import { createObserve } from "./observe.ts";
import { NOTHING_TO_DELIVER, type HubSink, type Publication, type PublishContext } from "./publish.ts";
import { kept, publishFindings, toBlocked } from "./publish-findings.ts";
import { findLatest, listStateKeys } from "./recall.ts";
import type { ClusterScan } from "./scan-cluster.ts";
import type { AccountCloud } from "./sources.ts";
import { toGoneKey, type CloudTarget, type StatePlace } from "./state.ts";

/** `sink` is null where Security Hub is not wanted: the state then serves the digest alone. */
export async function publishCluster(
  scan: ClusterScan,
  sink: HubSink | null,
  catalogue: Catalogue,
  context: PublishContext,
): Promise<Publication> {
  const { account, region, cluster } = scan.target;
  const isNobodyTold = sink === null && context.store === null;
  if (account === null || region === null || isNobodyTold) return kept(toUntouched(scan.findings), context);
  if (scan.leftOut !== undefined) {
    const { createdAt, observedFrom } = scan.leftOut;
    const place = { account, region, cluster, createdAt };
    const { findings } = scan;
    const view = { observedFrom, findings, isEmpty: () => false, whyGone: () => null };
    return publishFindings(place, view, sink, context);
  }
  if (!isJudged(scan)) return kept(toUntouched(scan.findings), context);
  const place = await identify({ account, region, cluster }, scan, context);
  if (!place.seen) return kept(toBlocked(scan.findings, place), context);
  return publishFindings(place.value, toClusterObservation(scan, place.value, catalogue), sink, context);
}

function isJudged(scan: ClusterScan): scan is JudgedScan {
  return scan.snapshot !== null;
}

function toUntouched(findings: Publication["findings"]): Publication {
  return { outcome: "published", delivery: NOTHING_TO_DELIVER, findings, vanished: [], remarks: [] };
}

/** A cluster that could not be described is taken for the one that was last seen under its name. */
async function identify(
  target: CloudTarget,
  { snapshot }: JudgedScan,
  { store, observe }: PublishContext,
): Promise<Observed<StatePlace>> {
  const { cluster } = snapshot.facts;
  if (cluster.seen) return seen({ ...target, createdAt: cluster.value.createdAt });
  const unknown = { ...target, createdAt: null };
  if (store === null) return seen(unknown);
  const keys = await listStateKeys(store, target, observe);
  return keys.seen ? seen(findLatest(keys.value, target.cluster) ?? unknown) : keys;
}

/** null: the cluster is there after all, nothing is known of it, or nobody could look. */
export async function publishGoneCluster(
  target: CloudTarget,
  account: AccountCloud,
  sink: HubSink | null,
  context: PublishContext,
): Promise<Publication | null> {
  const { store, observe } = context;
  if (store === null) return null;
  const observedFrom = context.now().toISOString();
  const description = await observe(() =>
    observeAbsence(() => account.describeCluster(target.region, target.cluster)),
  );
  if (!description.seen || description.value.seen) return null;
  const keys = await listStateKeys(store, target, observe);
  if (!keys.seen) return toBlocked([], keys);
  const place = findLatest(keys.value, target.cluster);
  if (place === null) return null;
  const because = `Cluster ${target.cluster} no longer exists: DescribeCluster answers ResourceNotFoundException.`;
  const nothingLeft = { observedFrom, findings: [], isEmpty: () => false, whyGone: () => because };
  const publication = await publishFindings(place, nothingLeft, sink, context);
  if (isSettled(publication)) await observe(() => store.putObject(toGoneKey(place), "{}\n"));
  return publication;
}

const observeAbsence = createObserve([
  (error) =>
    error instanceof Error && error.name === "ResourceNotFoundException"
      ? unseen("incomplete", "there is no such cluster")
      : null,
]);

function isSettled({ outcome, delivery }: Publication): boolean {
  return outcome === "published" && delivery.failed.length === 0;
}
