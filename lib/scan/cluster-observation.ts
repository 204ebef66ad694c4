// What one scan of a cluster can say about findings that it gave no verdict on: gone for good, or not seen. Pure.
// Every doubt means "not seen": a finding is archived only where all that stands behind it was read.

import { toClusterProfile, toProfileHash } from "../model/cluster-profile.ts";
import type { JudgingControl } from "../model/control.ts";
import type { Finding } from "../model/finding.ts";
import { toFindingId } from "../model/finding-id.ts";
import type { RetiredControl } from "../controls/retired.ts";
import type { Facts } from "../model/snapshot.ts";
import { factsBehind } from "./derived-needs.ts";
import { namespacesReadInFull } from "./namespaces-read-in-full.ts";
import type { Observation } from "./reconcile.ts";
import type { ClusterScan } from "./scan-cluster.ts";
import type { FindingRecord, StatePlace } from "./state.ts";

export interface Catalogue {
  readonly controls: readonly JudgingControl[];
  readonly retired: readonly RetiredControl[];
}

export interface JudgedScan extends ClusterScan {
  readonly snapshot: NonNullable<ClusterScan["snapshot"]>;
}

/**
 * Holds nothing of the snapshot, which is large: its findings may wait for those of other clusters.
 * `place` is the cluster as it is now, or as it was last known where DescribeCluster was not answered.
 */
export function toClusterObservation(scan: JudgedScan, place: StatePlace, catalogue: Catalogue): Observation {
  const { facts, observedFrom } = scan.snapshot;
  const isComplete = createCompleteness(scan, catalogue.controls);
  const isDescribed = facts.cluster.seen;
  const notes = new Map(catalogue.retired.map(({ id, note }) => [id, note]));
  const empty = new Set(
    scan.cluster?.namespaces.filter(({ posture }) => posture === "empty").map(({ name }) => name),
  );
  return {
    observedFrom,
    resourceHash: facts.cluster.seen ? toProfileHash(toClusterProfile(facts.cluster.value)) : null,
    findings: scan.findings.map((finding) => toFindingOf(place, finding)),
    isEmpty: ({ kind, name }) => kind === "namespace" && empty.has(name),
    whyGone(record) {
      const note = notes.get(record.controlId);
      if (note !== undefined) return note;
      if (isDescribed && isOfAnother(record, place))
        return `Cluster ${place.cluster} was deleted; the cluster that has its name now is another one.`;
      if (!isComplete(record)) return null;
      return `A complete scan of cluster ${place.cluster} no longer finds what this finding was about.`;
    },
  };
}

/**
 * A cluster that could not be described has no createdAt, which is part of every id: its findings are those of the
 * cluster that was last seen under its name.
 */
function toFindingOf({ createdAt }: StatePlace, finding: Finding): Finding {
  return { ...finding, id: toFindingId({ ...finding, createdAt }) };
}

/** Names as the Kubernetes API allows them: what Security Hub gave back cut or escaped proves nothing. */
const PLAIN_NAME = /^[\w.:-]+$/;

function isOfAnother({ id, controlId, subject }: FindingRecord, place: StatePlace): boolean {
  return PLAIN_NAME.test(subject.name) && toFindingId({ ...place, controlId, subject }) !== id;
}

/** Whether this scan read everything on which a remembered finding rests. */
function createCompleteness(
  { snapshot, cluster }: JudgedScan,
  controls: readonly JudgingControl[],
): (record: FindingRecord) => boolean {
  const { facts } = snapshot;
  const complete = new Set(
    controls.filter((control) => isReadCompletely(control, facts)).map(({ id }) => id),
  );
  const halfRead = namespacesHalfRead(facts);
  const enforcementIsKnown = cluster !== null && cluster.enforcement.verdict !== "unknown";
  const restsOnEnforcement = new Set(controls.filter(hasSeveralWays).map(({ id }) => id));
  const ofGitOps = new Set(controls.filter(({ needs }) => needs.includes("gitOps")).map(({ id }) => id));
  const couldHideControllers = findHidingPlaces(facts);
  const namespacesAreKnown = facts.namespaces.seen;
  return ({ controlId, subject }) => {
    if (!complete.has(controlId)) return false;
    if (restsOnEnforcement.has(controlId) && !enforcementIsKnown) return false;
    if (ofGitOps.has(controlId) && couldHideControllers(subject.name)) return false;
    return subject.kind !== "namespace" || (namespacesAreKnown && !halfRead.has(subject.name));
  };
}

/** Of enforcement no single fact is needed: whether enough was seen, only its verdict says. */
function hasSeveralWays({ needs, reads }: JudgingControl): boolean {
  return [...needs, ...reads].some((name) => factsBehind(name).length === 0);
}

function isReadCompletely({ needs, reads }: JudgingControl, facts: Facts): boolean {
  return [...needs, ...reads].flatMap((name) => factsBehind(name)).every((name) => facts[name].seen);
}

/** Namespaces whose pods were to be read in full and were not: what runs there is not all known. */
function namespacesHalfRead(facts: Facts): ReadonlySet<string> {
  if (!facts.pods.seen) return new Set();
  const wanted = namespacesReadInFull(facts);
  const half = facts.pods.value.filter(({ namespace, detail }) => detail === null && wanted.has(namespace));
  return new Set(half.map(({ namespace }) => namespace));
}

/** A controller that no label tells of is looked for only where these objects are: without them it may still run. */
function findHidingPlaces({ namespaces, argoCdProjects, fluxLeases }: Facts): (name: string) => boolean {
  if (argoCdProjects.seen && fluxLeases.seen) return () => false;
  if (!namespaces.seen) return () => true;
  const names = new Set(namespaces.value.map(({ name }) => name));
  return (name) => names.has(name);
}
