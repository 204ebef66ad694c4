// A row of the matrix: a cluster in plain words, as it really is, and what a human would say of it. The facts
// are collected from it with the same plans that the collector uses.

import { podsOutsideAgents, uncoveredNodes } from "../../lib/enforcement/plan-reads.ts";
import type { DaemonSet, Node, Pod } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type { Enforcement, Engine, EnforcementVerdict } from "../../lib/model/posture.ts";
import type { FactTypes, Facts } from "../../lib/model/snapshot.ts";
import { agentPod, blind, facts, pod } from "./facts.ts";
import type { AgentPodOptions } from "./facts.ts";

export interface Row {
  readonly name: string;
  readonly facts: Facts;
  readonly verdict: EnforcementVerdict;
  readonly engine: Engine | null;
  readonly mode: Enforcement["mode"];
  /** Words that the sentence, a node's reason or a line of evidence must say. */
  readonly decisive: string;
}

export interface Agents {
  readonly set: DaemonSet;
  /** Names of the nodes on which it runs; by default on every Linux node that is not Auto Mode or Fargate. */
  readonly on?: readonly string[];
  readonly pods?: AgentPodOptions;
}

export interface ClusterInTruth {
  readonly nodes: readonly Node[];
  readonly agents?: readonly Agents[];
  /** Pods with an address of their own, by node; by default one on every node. */
  readonly placed?: Readonly<Record<string, readonly Pod[]>>;
  readonly more?: Partial<FactTypes>;
}

/** What the collector sees with every right. */
export function collect({
  nodes,
  agents = [],
  placed = onePodEach(nodes),
  more = {},
}: ClusterInTruth): Facts {
  const base = facts({
    nodes,
    daemonSets: agents.map(({ set }) => set),
    agentPods: agents.flatMap((own) => podsOf(own, nodes)),
    pods: Object.values(placed).flat(),
    ...more,
  });
  const names = uncoveredNodes(base) ?? [];
  const given = more.podsOnUncoveredNodes;
  const uncovered = Object.fromEntries(names.map((name) => [name, placed[name] ?? []]));
  return { ...base, podsOnUncoveredNodes: seen(given ?? uncovered) };
}

/** What the collector sees without nodes and custom resources (AmazonEKSViewPolicy alone). */
export function collectAtLevel1(truth: ClusterInTruth): Facts {
  const { nodes, placed = onePodEach(nodes) } = truth;
  const base = blind(collect(truth), LEVEL_2);
  const selector = podsOutsideAgents(base);
  if (selector === null) return blind(base, ["podsOnUncoveredNodes"], "not-attempted");
  const excluded = new Set(selector.split(",").map((term) => term.slice("spec.nodeName!=".length)));
  const outside = Object.entries(placed).filter(([name, pods]) => !excluded.has(name) && pods.length > 0);
  return { ...base, podsOnUncoveredNodes: seen(Object.fromEntries(outside)) };
}

const LEVEL_2 = [
  "nodes",
  "policyEndpoints",
  "nodeClasses",
  "ciliumEndpoints",
  "ciliumNodeConfigs",
  "tigeraStatuses",
] as const;

function onePodEach(nodes: readonly Node[]): Readonly<Record<string, readonly Pod[]>> {
  return Object.fromEntries(nodes.map(({ name }) => [name, [pod("shop", `web-${name}`)]]));
}

function podsOf({ set, on, pods }: Agents, nodes: readonly Node[]): readonly Pod[] {
  const names = on ?? nodes.filter(isOrdinary).map(({ name }) => name);
  return names.map((name) => agentPod(set, name, pods));
}

/** aws-node's affinity: Linux, and not one of the compute types that bring their own. */
function isOrdinary({ labels }: Node): boolean {
  const type = labels["eks.amazonaws.com/compute-type"] ?? "";
  return labels["kubernetes.io/os"] === "linux" && !["auto", "fargate", "hybrid"].includes(type);
}
