// Exemptions that end soon, collected from findings as they come. Of those that namespaces declare, of which there may
// be any number, the first to end are kept and the others counted.

import { addDays } from "../model/day.ts";
import type { Exemption, Finding } from "../model/finding.ts";
import { keepFirst } from "../model/keep-first.ts";
import { compareScopes, toScopeKey } from "../model/scope-order.ts";
import { toDigestFinding, type DigestExemption, type DigestFinding } from "./digest.ts";

const EXPIRING_DAYS = 14;

export interface ExpiringExemptions {
  add(finding: Finding): void;
  /** Soonest first. */
  close(): { readonly items: readonly DigestExemption[]; readonly beyond: number };
}

interface Group {
  first: DigestFinding;
  readonly exemption: Exemption;
  findings: number;
}

/** Those that end within 14 days of `today`, 2027-01-31. */
export function collectExpiring(today: string, max: number): ExpiringExemptions {
  const limit = addDays(today, EXPIRING_DAYS);
  // An exemption of the configuration covers findings everywhere; there are as many as the configuration has.
  const configured = new Map<string, Group>();
  // A namespace's own is about its cluster, whose findings come one after the other.
  const ended = keepFirst<Group>(max, compareGroups);
  let ofCluster = new Map<string, Group>();
  let cluster = "";
  const endCluster = (): void => {
    for (const group of ofCluster.values()) ended.add(group);
    ofCluster = new Map();
  };
  return {
    add(finding) {
      const { exemption } = finding;
      if (exemption === undefined || finding.status !== "exempt" || exemption.until > limit) return;
      const scope = toScopeKey(finding);
      if (scope !== cluster) endCluster();
      cluster = scope;
      const isConfigured = exemption.source.startsWith("exemptions[");
      addTo(isConfigured ? configured : ofCluster, finding, exemption);
    },
    close() {
      endCluster();
      const all = keepFirst<Group>(max, compareGroups);
      for (const group of [...configured.values(), ...ended.items()]) all.add(group);
      return { items: all.items().map(toDigestExemption), beyond: all.beyond() + ended.beyond() };
    },
  };
}

function addTo(groups: Map<string, Group>, finding: Finding, exemption: Exemption): void {
  const key = JSON.stringify([exemption.source, exemption.until]);
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, { first: toDigestFinding(finding), exemption, findings: 1 });
    return;
  }
  group.findings += 1;
  if (compareScopes(finding, group.first) < 0) group.first = toDigestFinding(finding);
}

function compareGroups(a: Group, b: Group): number {
  if (a.exemption.until !== b.exemption.until) return a.exemption.until < b.exemption.until ? -1 : 1;
  return compareScopes(a.first, b.first);
}

function toDigestExemption({ first, exemption: { until, owner, source }, findings }: Group): DigestExemption {
  return { until, owner, source, findings, example: first };
}
