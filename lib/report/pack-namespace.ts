// What the HTML page shows of one namespace when it is opened: its workloads, and what the suggested policies would do.

import type { NamespaceReport, WorkloadReport } from "../model/posture.ts";
import type { Suggestion, SuggestionSide } from "../model/suggestion.ts";
import type { PackingTables } from "./packing-tables.ts";
import type { NamespaceDetail, PackedSide, PackedSuggestion, PackedWorkload } from "./page-data.ts";
import { toPrintable } from "./printable.ts";

export function packNamespace(namespace: NamespaceReport, tables: PackingTables): NamespaceDetail {
  const {
    policies,
    deadPolicies,
    unprocessedPolicies,
    defaultDeny,
    assumesEnforcement,
    workloads,
    suggestion,
  } = namespace;
  return {
    ...toPrintable({ policies, deadPolicies, defaultDeny }),
    ...(unprocessedPolicies === undefined ? {} : toPrintable({ unprocessedPolicies })),
    ...(assumesEnforcement === undefined ? {} : { assumesEnforcement }),
    workloads: workloads.map((workload) => packWorkload(workload, tables)),
    ...(suggestion === undefined ? {} : { suggestion: packSuggestion(suggestion, tables) }),
  };
}

function packWorkload(workload: WorkloadReport, { kinds, directions }: PackingTables): PackedWorkload {
  const { kind, name, hostNetwork, pods, ingress, egress } = workload;
  const packed = [
    kinds.indexOf(toPrintable(kind)),
    toPrintable(name),
    pods.counted,
    directions.indexOf(toPrintable(ingress)),
    directions.indexOf(toPrintable(egress)),
  ] as const;
  return hostNetwork ? [...packed, true] : packed;
}

function packSuggestion({ policies, before, after }: Suggestion, tables: PackingTables): PackedSuggestion {
  return {
    policies: toPrintable(policies),
    before: packSide(before, tables),
    after: packSide(after, tables),
  };
}

function packSide(
  { posture, groups, moreWorkloads }: SuggestionSide,
  { reaches }: PackingTables,
): PackedSide {
  return {
    posture,
    moreWorkloads,
    groups: groups.map((group) => {
      const packed = [
        toPrintable(group.workloads),
        group.moreWorkloads,
        group.pods,
        reaches.indexOf(toPrintable(group.ingress)),
        reaches.indexOf(toPrintable(group.egress)),
      ] as const;
      return group.hostNetwork ? [...packed, true] : packed;
    }),
  };
}
