// What a digest names: the worst failures, what changed, exemptions that end. Of each list so many as any message has room
// for, however many there are; the others are counted. Pure.

import type { Finding } from "../model/finding.ts";
import { keepFirst, type FirstOf } from "../model/keep-first.ts";
import { compareScopes } from "../model/scope-order.ts";
import { toWorstRank } from "../model/worst-first.ts";
import {
  toDigestFinding,
  type Digest,
  type DigestChanges,
  type DigestFinding,
  type Omitted,
} from "./digest.ts";
import { collectExpiring } from "./expiring-exemptions.ts";

const MAX_WORST = 10;
/** Of each list, which is more than any message has room for at these lengths. */
const MAX_LISTED = 1000;

export type Unpublished = Digest["unpublished"][number];

export interface DigestLists {
  addFinding(finding: Finding): void;
  addUnpublished(unpublished: Unpublished): void;
  close(): Listed;
}

export interface Listed extends Pick<Digest, "worst" | "expiring" | "unpublished"> {
  readonly changes: DigestChanges;
  readonly omitted: Omitted;
}

interface Ranked {
  readonly rank: number;
  readonly finding: DigestFinding;
}

const LISTED = {
  new: "new",
  regressed: "regressed",
  resolved: "resolved",
  unknownNow: "unknown-now",
} as const;
const CHANGE_NAMES = ["new", "regressed", "resolved", "unknownNow"] as const;
type ChangeLists = Readonly<Record<(typeof CHANGE_NAMES)[number], FirstOf<Ranked>>>;

/** `today`: the day of the run's end, 2027-01-31. */
export function openLists(today: string): DigestLists {
  const worst = keepWorst(MAX_WORST);
  const changes: ChangeLists = {
    new: keepWorst(MAX_LISTED),
    regressed: keepWorst(MAX_LISTED),
    resolved: keepWorst(MAX_LISTED),
    unknownNow: keepWorst(MAX_LISTED),
  };
  const expiring = collectExpiring(today, MAX_LISTED);
  const unpublished = keepFirst<Unpublished>(MAX_LISTED, () => 0);
  return {
    addFinding(finding) {
      const { status, change } = finding;
      expiring.add(finding);
      for (const name of CHANGE_NAMES) if (change === LISTED[name]) changes[name].add(toRanked(finding));
      if (status === "fail") worst.add(toRanked(finding));
    },
    addUnpublished: (one) => unpublished.add(one),
    close() {
      const ending = expiring.close();
      return {
        changes: toLists(changes),
        worst: toFindings(worst),
        expiring: ending.items,
        unpublished: unpublished.items(),
        omitted: {
          ...countBeyond(changes),
          expiring: ending.beyond,
          worst: 0,
          blindSpots: 0,
          unpublished: unpublished.beyond(),
          accounts: 0,
        },
      };
    },
  };
}

/** By severity, and in the report's order where that is the same. */
function keepWorst(max: number): FirstOf<Ranked> {
  return keepFirst(max, (a, b) => a.rank - b.rank || compareScopes(a.finding, b.finding));
}

function toRanked(finding: Finding): Ranked {
  return { rank: toWorstRank(finding), finding: toDigestFinding(finding) };
}

function toFindings(kept: FirstOf<Ranked>): readonly DigestFinding[] {
  return kept.items().map(({ finding }) => finding);
}

function toLists(changes: ChangeLists): DigestChanges {
  return {
    new: toFindings(changes.new),
    regressed: toFindings(changes.regressed),
    resolved: toFindings(changes.resolved),
    unknownNow: toFindings(changes.unknownNow),
  };
}

function countBeyond(changes: ChangeLists): Pick<Omitted, keyof ChangeLists> {
  return {
    new: changes.new.beyond(),
    regressed: changes.regressed.beyond(),
    resolved: changes.resolved.beyond(),
    unknownNow: changes.unknownNow.beyond(),
  };
}
