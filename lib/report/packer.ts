// Turns records of a report into records of the HTML page, and knows how long all of them are together.

import {
  SEVERITIES,
  STATUSES,
  SUBJECT_KINDS,
  type Evidence,
  type Finding,
  type Remediation,
} from "../model/finding.ts";
import type {
  DirectionReport,
  Enforcement,
  NamespaceReport,
  NodeEnforcement,
  WorkloadReport,
} from "../model/posture.ts";
import type { Reach, Suggestion, SuggestionSide } from "../model/suggestion.ts";
import type { ClusterPart } from "./by-cluster.ts";
import { createPackingTable } from "./packing-table.ts";
import type {
  FindingMore,
  NamespaceDetail,
  NodeGroup,
  PackedFinding,
  PackedSide,
  PackedSuggestion,
  PackedWorkload,
  PageCluster,
  PageControl,
  PageData,
  PageEnforcement,
} from "./page-data.ts";
import { toPrintable } from "./printable.ts";

const MAX_NODE_NAMES = 20;
const ID_END_LENGTH = 16;

export interface Packer {
  /** Of all that was packed so far, in characters of JSON. */
  length(): number;
  readonly tables: Omit<PageData, "day" | "clusters" | "findings" | "leftOut">;
  /** With its namespaces, but without their details. */
  packCluster(part: ClusterPart): PageCluster;
  packDetail(namespace: NamespaceReport): NamespaceDetail;
  packFinding(finding: Finding, cluster: number | null): PackedFinding;
}

export function createPacker(): Packer {
  let length = 0;
  const add = (more: number): void => void (length += more);
  const controls = createPackingTable<PageControl>(add);
  const evidence = createPackingTable<Evidence>(add);
  const remediations = createPackingTable<Remediation>(add);
  const directions = createPackingTable<DirectionReport>(add);
  const reaches = createPackingTable<Reach>(add);
  const idPrefixes = createPackingTable<string>(add);
  const kinds = createPackingTable<string>(add);

  const measured = <T>(record: T): T => {
    add(JSON.stringify(record).length + 1);
    return record;
  };
  const toIndexes = (entries: readonly Evidence[]): readonly number[] =>
    entries.map((entry) => evidence.indexOf(toPrintable(entry)));

  const toEnforcement = (enforcement: Enforcement): PageEnforcement => {
    const { verdict, engine, engines, mode, because, missing, unselectedPods } = enforcement;
    return {
      ...toPrintable({ verdict, engine, engines, mode, because, missing, unselectedPods }),
      evidence: toIndexes(enforcement.evidence),
      nodeGroups: toPrintable(groupNodes(enforcement.nodes)),
    };
  };

  const packWorkload = (workload: WorkloadReport): PackedWorkload => {
    const { kind, name, hostNetwork, pods, ingress, egress } = workload;
    const packed = [
      kinds.indexOf(toPrintable(kind)),
      toPrintable(name),
      pods.counted,
      directions.indexOf(toPrintable(ingress)),
      directions.indexOf(toPrintable(egress)),
    ] as const;
    return hostNetwork ? [...packed, true] : packed;
  };

  const packSide = ({ posture, groups, moreWorkloads }: SuggestionSide): PackedSide => ({
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
  });
  const packSuggestion = ({ policies, before, after }: Suggestion): PackedSuggestion => ({
    policies: toPrintable(policies),
    before: packSide(before),
    after: packSide(after),
  });

  return {
    length: () => length,
    tables: {
      controls: controls.values,
      evidence: evidence.values,
      remediations: remediations.values,
      directions: directions.values,
      reaches: reaches.values,
      idPrefixes: idPrefixes.values,
      kinds: kinds.values,
    },
    packCluster({ account, region, name, cluster }) {
      const version = cluster?.version;
      return measured({
        ...toPrintable({ account, region, name: name ?? "" }),
        ...(version === undefined ? {} : { version: toPrintable(version) }),
        ...(cluster?.suggestionsLeftOut === undefined
          ? {}
          : { suggestionsLeftOut: cluster.suggestionsLeftOut }),
        enforcement: cluster === null ? null : toEnforcement(cluster.enforcement),
        namespaces: (cluster?.namespaces ?? []).map(({ name, posture }) => ({
          name: toPrintable(name),
          posture,
          detail: null,
        })),
      });
    },
    packDetail({
      policies,
      deadPolicies,
      unprocessedPolicies,
      defaultDeny,
      assumesEnforcement,
      workloads,
      suggestion,
    }) {
      return measured({
        ...toPrintable({ policies, deadPolicies, defaultDeny }),
        ...(unprocessedPolicies === undefined ? {} : toPrintable({ unprocessedPolicies })),
        ...(assumesEnforcement === undefined ? {} : { assumesEnforcement }),
        workloads: workloads.map(packWorkload),
        ...(suggestion === undefined ? {} : { suggestion: packSuggestion(suggestion) }),
      });
    },
    packFinding(finding, cluster) {
      const { id, controlId, title, status, severity, because, subject } = finding;
      const more = toMore(finding, cluster);
      const packed = [
        controls.indexOf(toPrintable({ id: controlId, title })),
        STATUSES.indexOf(status),
        SEVERITIES.indexOf(severity),
        SUBJECT_KINDS.indexOf(subject.kind),
        toPrintable(subject.name),
        toPrintable(because),
        cluster,
        idPrefixes.indexOf(toPrintable(id.slice(0, -ID_END_LENGTH))),
        toPrintable(id.slice(-ID_END_LENGTH)),
        remediations.indexOf(toPrintable(finding.remediation)),
        toIndexes(finding.evidence),
      ] as const;
      return measured<PackedFinding>(Object.keys(more).length === 0 ? packed : [...packed, more]);
    },
  };
}

function toMore(
  { change, firstSeenAt, exemption, account, region }: Finding,
  cluster: number | null,
): FindingMore {
  return {
    ...(change === undefined ? {} : { change }),
    ...(firstSeenAt === undefined ? {} : { firstSeenAt: toPrintable(firstSeenAt) }),
    ...(exemption === undefined ? {} : { exemption: toPrintable(exemption) }),
    ...(cluster === null ? toPrintable({ account, region }) : {}),
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
