// A cluster as a record of the HTML page, with its namespaces by name and posture; their details are packed alone.

import type { Enforcement, NodeEnforcement } from "../model/posture.ts";
import type { ClusterPart } from "./by-cluster.ts";
import { toEvidenceIndexes, type PackingTables } from "./packing-tables.ts";
import type { NodeGroup, PageCluster, PageEnforcement } from "./page-data.ts";
import { toPrintable } from "./printable.ts";

const MAX_NODE_NAMES = 20;

export function packCluster(
  { account, region, name, cluster }: ClusterPart,
  tables: PackingTables,
): PageCluster {
  const version = cluster?.version;
  return {
    ...toPrintable({ account, region, name: name ?? "" }),
    ...(version === undefined ? {} : { version: toPrintable(version) }),
    ...(cluster?.suggestionsLeftOut === undefined ? {} : { suggestionsLeftOut: cluster.suggestionsLeftOut }),
    enforcement: cluster === null ? null : packEnforcement(cluster.enforcement, tables),
    namespaces: (cluster?.namespaces ?? []).map(({ name, posture }) => ({
      name: toPrintable(name),
      posture,
      detail: null,
    })),
  };
}

function packEnforcement(enforcement: Enforcement, tables: PackingTables): PageEnforcement {
  const { verdict, engine, engines, mode, because, missing, unselectedPods } = enforcement;
  return {
    ...toPrintable({ verdict, engine, engines, mode, because, missing, unselectedPods }),
    evidence: toEvidenceIndexes(enforcement.evidence, tables),
    nodeGroups: toPrintable(groupNodes(enforcement.nodes)),
  };
}

/** Nodes of which the same is to be said stand together; only the first of them are named. */
function groupNodes(nodes: readonly NodeEnforcement[]): readonly NodeGroup[] {
  const groups = Map.groupBy(nodes, ({ engine, computeType, verdict, because }) =>
    JSON.stringify([engine, computeType, verdict, because]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { engine, computeType, verdict, because } = first;
    const names = group.slice(0, MAX_NODE_NAMES).map(({ name }) => name);
    return [{ engine, computeType, verdict, because, count: group.length, pods: sumOf(group), names }];
  });
}

function sumOf(nodes: readonly NodeEnforcement[]): number | null {
  let sum = 0;
  for (const { pods } of nodes) {
    if (pods === null) return null;
    sum += pods;
  }
  return sum;
}
