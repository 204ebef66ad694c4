// What the digests of a topic told, and what they should have told when verdicts change. Pure.

import type { Status } from "../../../lib/model/finding.ts";
import type { DigestChanges } from "../../../lib/sinks/digest.ts";

export interface SentDigest {
  readonly id: string;
  readonly changes: DigestChanges | null;
}

/** `messages` as lib/sinks/sns.ts writes them in its format `json`. */
export function parseDigests(messages: readonly string[]): readonly SentDigest[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return messages.map((message) => JSON.parse(message) as SentDigest);
}

/** Ids of digests that came more than `limit` times. */
export function listRepeated(digests: readonly SentDigest[], limit: number): readonly string[] {
  return [...Map.groupBy(digests, ({ id }) => id)]
    .filter(([, sent]) => sent.length > limit)
    .map(([id, sent]) => `digest ${id} came ${sent.length} times`);
}

/** A sentence for each change that came under more than one digest's id: as if it had happened twice. */
export function listRetold(digests: readonly SentDigest[]): readonly string[] {
  const told = digests.flatMap(({ id: digestId, changes }) =>
    (["new", "regressed", "resolved"] as const).flatMap((kind) =>
      (changes?.[kind] ?? []).map(({ id }) => ({ change: `${kind} ${id}`, digestId })),
    ),
  );
  return [...Map.groupBy(told, ({ change }) => change)]
    .filter(([, sent]) => new Set(sent.map(({ digestId }) => digestId)).size > 1)
    .map(([change]) => `${change} was told by two digests`);
}

interface Change {
  readonly id: string;
  /** undefined: there was no verdict. */
  readonly from: Status | undefined;
  readonly to: Status;
}

/** A sentence for each failure and each repair that no digest names. */
export function listUntold(digests: readonly SentDigest[], changes: readonly Change[]): readonly string[] {
  const told = digests.flatMap((digest) => digest.changes ?? []);
  const isTold = (kind: keyof DigestChanges, id: string): boolean =>
    told.some((one) => one[kind].some((finding) => finding.id === id));
  return changes.flatMap(({ id, from, to }) => {
    if (from === to) return [];
    if (to === "fail" && !isTold("new", id) && !isTold("regressed", id)) return [`nobody was told of ${id}`];
    if (to === "pass" && from === "fail" && !isTold("resolved", id))
      return [`nobody was told that ${id} is resolved`];
    return [];
  });
}
