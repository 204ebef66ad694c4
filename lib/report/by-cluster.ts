// Puts findings beside the cluster that they are about. Says nothing that is not in the report.

import type { Finding } from "../model/finding.ts";
import type { ClusterReport, Report } from "../model/report.ts";

export interface ClusterPart {
  readonly account: string | null;
  readonly region: string | null;
  /** null: what is about no cluster (an account, a Region, the run). */
  readonly name: string | null;
  /** null: nothing of the cluster could be read, or its scan was not begun. */
  readonly cluster: ClusterReport | null;
  readonly findings: readonly Finding[];
}

/** In the report's order: the reported clusters, then clusters with nothing but findings, then the rest. */
export function groupByCluster({ clusters, findings }: Report): readonly ClusterPart[] {
  const byKey = Map.groupBy(findings, ({ account, region, cluster }) => toKey(account, region, cluster));
  const reported = clusters.map((cluster): ClusterPart => {
    const { account, region, name } = cluster;
    const key = toKey(account, region, name);
    const part = { account, region, name, cluster, findings: byKey.get(key) ?? [] };
    byKey.delete(key);
    return part;
  });
  const others = [...byKey.values()].flatMap((ofOne): ClusterPart[] => {
    const [first] = ofOne;
    if (first === undefined || first.cluster === null) return [];
    const { account, region, cluster: name } = first;
    return [{ account, region, name, cluster: null, findings: ofOne }];
  });
  const aboutNone = findings.filter(({ cluster }) => cluster === null);
  const rest = { account: null, region: null, name: null, cluster: null, findings: aboutNone };
  return [...reported, ...others, ...(aboutNone.length === 0 ? [] : [rest])];
}

function toKey(account: string | null, region: string | null, cluster: string | null): string {
  return JSON.stringify([account, region, cluster]);
}
