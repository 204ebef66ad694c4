// Reviews the rules of the namespaces that somebody asks about while their cluster's snapshot is at hand: no report holds
// them. Only where it is asked for: to look takes as long as to judge.

import type { NamespaceRules } from "../model/isolation-detail.ts";
import { type Observed, seen, unseen } from "../model/observed.ts";
import type { ClusterReport } from "../model/report.ts";
import { reviewRules } from "../netpol/review-rules.ts";
import { isolationInputOf } from "../scan/derive.ts";
import type { Illustrate } from "../scan/scan-cluster.ts";

export interface AskedRules {
  /** To be called for each cluster; leaves its report as it is. */
  readonly illustrate: Illustrate;
  readonly rulesOf: (cluster: ClusterReport, namespace: string) => Observed<NamespaceRules>;
}

export function reviewAskedRules(isAsked: (namespace: string) => boolean): AskedRules {
  const reviewed = new Map<string, Observed<ReadonlyMap<string, NamespaceRules>>>();
  return {
    illustrate: (snapshot, { cluster }) => {
      const input = isolationInputOf(snapshot);
      reviewed.set(keyOf(cluster), input.seen ? seen(reviewRules(input.value, isAsked)) : input);
      return cluster;
    },
    rulesOf: (cluster, namespace) => {
      const ofCluster = reviewed.get(keyOf(cluster)) ?? NOT_LOOKED_AT;
      if (!ofCluster.seen) return ofCluster;
      const rules = ofCluster.value.get(namespace);
      return rules === undefined ? NOT_LOOKED_AT : seen(rules);
    },
  };
}

const NOT_LOOKED_AT = unseen("not-attempted", "its rules were not looked at");

function keyOf({ account, region, name }: ClusterReport): string {
  return JSON.stringify([account, region, name]);
}
