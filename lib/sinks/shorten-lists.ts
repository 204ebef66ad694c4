// Makes a message of a digest that has to fit: its lists are shortened together until it does, and what was
// left out is counted by list.

import { shorten } from "../model/shorten.ts";
import type { Digest, DigestBlindSpot, DigestFinding, Omitted } from "./digest.ts";

const STEPS = [Infinity, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0];
/** One text without end must not push everything else out. */
const MAX_TEXT = 500;

export function shortenLists(
  digest: Digest,
  toMessage: (shown: Digest) => string,
  fits: (message: string) => boolean,
): string {
  let message = "";
  for (const maxItems of STEPS) {
    message = toMessage(toShown(digest, maxItems));
    if (fits(message)) break;
  }
  return message;
}

function toShown(digest: Digest, maxItems: number): Digest {
  const findings = (list: readonly DigestFinding[]): readonly DigestFinding[] =>
    list.slice(0, maxItems).map(toShortFinding);
  const { changes } = digest;
  return {
    ...digest,
    changes:
      changes === null
        ? null
        : {
            new: findings(changes.new),
            regressed: findings(changes.regressed),
            resolved: findings(changes.resolved),
            unknownNow: findings(changes.unknownNow),
          },
    worst: findings(digest.worst),
    expiring: digest.expiring.slice(0, maxItems).map((one) => ({
      ...one,
      owner: shorten(one.owner, MAX_TEXT),
      source: shorten(one.source, MAX_TEXT),
      example: toShortFinding(one.example),
    })),
    blindSpots: digest.blindSpots.slice(0, maxItems).map(toShortBlindSpot),
    unpublished: digest.unpublished.slice(0, maxItems).map((one) => ({
      id: shorten(one.id, MAX_TEXT),
      code: shorten(one.code, MAX_TEXT),
      message: shorten(one.message, MAX_TEXT),
    })),
    accounts: digest.accounts.slice(0, maxItems),
    omitted: toOmitted(digest, maxItems),
  };
}

function toShortFinding(finding: DigestFinding): DigestFinding {
  const { subject, cluster, because, remediation } = finding;
  return {
    ...finding,
    subject: { kind: subject.kind, name: shorten(subject.name, MAX_TEXT) },
    cluster: cluster === null ? null : shorten(cluster, MAX_TEXT),
    because: shorten(because, MAX_TEXT),
    remediation: shorten(remediation, MAX_TEXT),
  };
}

function toShortBlindSpot(blindSpot: DigestBlindSpot): DigestBlindSpot {
  const { detail, scope } = blindSpot;
  return {
    ...blindSpot,
    scope: shorten(scope, MAX_TEXT),
    cluster: blindSpot.cluster === null ? null : shorten(blindSpot.cluster, MAX_TEXT),
    detail: detail === null ? null : shorten(detail, MAX_TEXT),
  };
}

function toOmitted(
  { changes, worst, expiring, blindSpots, unpublished, accounts, omitted }: Digest,
  maxItems: number,
): Omitted {
  const beyond = (list: readonly unknown[], before: number): number =>
    before + Math.max(0, list.length - maxItems);
  return {
    new: beyond(changes?.new ?? [], omitted.new),
    regressed: beyond(changes?.regressed ?? [], omitted.regressed),
    resolved: beyond(changes?.resolved ?? [], omitted.resolved),
    unknownNow: beyond(changes?.unknownNow ?? [], omitted.unknownNow),
    expiring: beyond(expiring, omitted.expiring),
    worst: beyond(worst, omitted.worst),
    blindSpots: beyond(blindSpots, omitted.blindSpots),
    unpublished: beyond(unpublished, omitted.unpublished),
    accounts: beyond(accounts, omitted.accounts),
  };
}
