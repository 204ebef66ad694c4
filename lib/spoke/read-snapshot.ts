// The hub's side of a spoke: takes the snapshot that the account's own function left, or says why it is not used.
// The writer may be compromised. It may speak of its own cluster only, and only of now; nothing of it is repaired.

import * as v from "valibot";
import { MalformedObjectError } from "../kubernetes/errors.ts";
import { hasTooManyParts } from "../kubernetes/foreign-json.ts";
import { parseObject } from "../kubernetes/parse-object.ts";
import { seen, unseen, type Observed, type Unseen } from "../model/observed.ts";
import type { ClusterDescription, Snapshot } from "../model/snapshot.ts";
import { findObject } from "../scan/find-object.ts";
import type { Observe } from "../scan/observe.ts";
import type { ObjectStore } from "../scan/sources.ts";
import type { CloudTarget } from "../scan/state.ts";
import { MAX_SNAPSHOT_BYTES, toSnapshotKey } from "./snapshot-object.ts";
import { SnapshotSchema } from "./snapshot-schema.ts";

export interface ReadSnapshotOptions {
  readonly store: ObjectStore;
  readonly observe: Observe;
  readonly now: () => Date;
  /** From the start of the spoke's observation. */
  readonly maxAgeHours: number;
}

const HOUR_MS = 60 * 60_000;
/** Between the spoke's clock and ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** `cluster` is what the EKS API told the hub itself. */
export async function readSnapshot(
  target: CloudTarget,
  cluster: ClusterDescription,
  options: ReadSnapshotOptions,
): Promise<Observed<Snapshot>> {
  const object = await options.observe(() =>
    findObject(options.store, toSnapshotKey(target), { maxBytes: MAX_SNAPSHOT_BYTES }),
  );
  if (!object.seen) return object;
  if (object.value === null)
    return unseen("unreachable", `its spoke has left no snapshot: ${whatToDo(target)}`);
  const text = object.value.body;
  const parsed = await options.observe(() => Promise.resolve().then(() => parseSnapshot(text)));
  if (!parsed.seen) return parsed;
  const snapshot = parsed.value;
  if (snapshot === null)
    return unseen(
      "not-supported",
      "the spoke's snapshot has another schema version: give its function the hub's version",
    );
  return findObjection(snapshot, target, cluster, options) ?? seen(snapshot);
}

const Json = v.pipe(v.string(), v.parseJson());
const Versioned = v.object({ schemaVersion: v.number() });

/** null: of another schema version. Throws MalformedObject. */
function parseSnapshot(text: string): Snapshot | null {
  if (hasTooManyParts(text)) throw new MalformedObjectError("the spoke's snapshot", "number of parts");
  const value = parseObject("the spoke's snapshot", Json, text);
  const { schemaVersion } = parseObject("the spoke's snapshot", Versioned, value);
  return schemaVersion === 1 ? parseObject("the spoke's snapshot", SnapshotSchema, value) : null;
}

function findObjection(
  { target: told, observedFrom, facts }: Snapshot,
  target: CloudTarget,
  cluster: ClusterDescription,
  { now, maxAgeHours }: ReadSnapshotOptions,
): Unseen | null {
  if (told.account !== target.account || told.region !== target.region || told.cluster !== target.cluster)
    return unseen("malformed", "the spoke's snapshot says that it is of another account, Region or cluster");
  const ageMs = now().getTime() - Date.parse(observedFrom);
  if (ageMs < -CLOCK_SKEW_MS)
    return unseen(
      "malformed",
      "the spoke's snapshot is dated in the future: look at the clock that wrote it",
    );
  if (ageMs > maxAgeHours * HOUR_MS)
    return unseen(
      "unreachable",
      `the spoke's snapshot is of ${observedFrom}, more than ${maxAgeHours} hours ago (spokes.maxAgeHours): ${whatToDo(target)}`,
    );
  if (!facts.cluster.seen) return facts.cluster;
  if (facts.cluster.value.createdAt === cluster.createdAt) return null;
  return unseen(
    "unreachable",
    `the spoke's snapshot is of another cluster that had this name: ${whatToDo(target)}`,
  );
}

function whatToDo({ account, region }: CloudTarget): string {
  return `see that deploy/spoke.yaml is deployed in account ${account}, ${region}, and what its function ringfence-spoke logs`;
}
