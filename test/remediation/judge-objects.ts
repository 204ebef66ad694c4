// Judges Kubernetes objects as `evaluate` would, and keeps what pictures of suggestions are made from.

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { controls } from "../../lib/controls/index.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { loadManifests } from "../../lib/offline/load-manifests.ts";
import { openManifests } from "../../lib/offline/manifest-reader.ts";
import { toUnseen } from "../../lib/offline/not-in-input.ts";
import { isolationInputOf } from "../../lib/scan/derive.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { scanOpened, type ClusterScan } from "../../lib/scan/scan-cluster.ts";
import { toList } from "../offline/evaluate-text.ts";

const target = { account: null, region: null, cluster: "manifests" };
const noAws = unseen("not-attempted", "manifests say nothing of the EKS API");

export async function judgeObjects(objects: readonly RawObject[]) {
  const scan = await openObjects(objects);
  const { snapshot, cluster, findings } = await scan();
  assert.ok(snapshot !== null && cluster !== null);
  const input = isolationInputOf(snapshot);
  assert.ok(input.seen);
  return { namespaces: cluster.namespaces, input: input.value, findings };
}

/** Parses them, and gives the scan of what they are. */
export async function openObjects(objects: readonly RawObject[]): Promise<() => Promise<ClusterScan>> {
  const stdin = Readable.from([Buffer.from(toList(objects))]);
  const { facts } = await loadManifests(["-"], { target, namespace: "default", stdin });
  const noCloud = { cluster: noAws, vpcCniAddon: noAws, capabilities: noAws };
  return () =>
    scanOpened(target, noCloud, seen(openManifests(facts)), {
      observe: createObserve([toUnseen]),
      now: () => new Date("2026-11-22T00:00:00Z"),
      controls,
      settings: { unjudgedNamespaces: [] },
    });
}
