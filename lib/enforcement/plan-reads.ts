// What the collector should still read, judged by what it has seen so far: the same reasoning as the verdict's,
// so that nothing is read that could not change it. Plans only; calls nothing.

import type { DaemonSet } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import { assessNodes } from "./assess-cluster.ts";
import { hasAutoMode } from "./auto-mode.ts";
import { heedsNodeConfigs, isChained } from "./cilium.ts";
import { enginesOf } from "./detect-engines.ts";
import { toContext } from "./engine-assessment.ts";
import type { EngineContext } from "./engine-assessment.ts";
import { toSelector } from "./evidence.ts";

export interface AgentSelector {
  readonly namespace: string;
  readonly labelSelector: string;
  readonly engine: Engine;
}

/** Pods to read in full: those of every known engine's DaemonSet. */
export function agentSelectors(daemonSets: readonly DaemonSet[]): readonly AgentSelector[] {
  return daemonSets.flatMap((set) => {
    const [engine] = enginesOf(set);
    if (engine === undefined || Object.keys(set.matchLabels).length === 0) return [];
    return [{ namespace: set.namespace, labelSelector: toSelector(set), engine }];
  });
}

/**
 * Nodes of which it matters whether they host pods: no engine was seen to enforce there, and one may elsewhere.
 * Null: the nodes or the agents were not seen, so nobody can name them (see `podsOutsideAgents`).
 */
export function uncoveredNodes(facts: Facts): readonly string[] | null {
  if (!facts.nodes.seen || !facts.agentPods.seen) return null;
  const { nodes } = assessNodes(planning(facts));
  const nothing = nodes.every(({ enforces, defaults }) => enforces === false && !defaults.includes("denied"));
  if (nothing) return [];
  // A Fargate node exists for the one pod that it runs, so nobody has to ask.
  return nodes
    .filter(({ enforces, node }) => enforces !== true && !node.types.includes("fargate"))
    .map(({ node }) => node.name)
    .toSorted();
}

/**
 * A field selector for the pods outside the nodes on which an engine enforces. Grouped by `spec.nodeName` they
 * are `podsOnUncoveredNodes`: the only way without the right to list nodes, and the cheaper one where many are
 * uncovered. Null: it could change nothing.
 */
export function podsOutsideAgents(facts: Facts): string | null {
  if (!facts.agentPods.seen) return null;
  const covered = assessNodes(planning(facts)).nodes.filter(({ enforces }) => enforces === true);
  if (covered.length === 0) return null;
  return ["spec.nodeName!=", ...covered.map(({ node }) => `spec.nodeName!=${node.name}`).toSorted()].join(
    ",",
  );
}

/** Facts from custom resources that go before an engine's ConfigMap. */
export function configurationsFor({ daemonSets }: Pick<Facts, "daemonSets">): readonly FactName[] {
  const sets = daemonSets.seen ? daemonSets.value : [];
  const ofCilium = sets.filter((set) => enginesOf(set).includes("cilium"));
  return heedsNodeConfigs(ofCilium) ? ["ciliumNodeConfigs"] : [];
}

/** Facts from custom resources that the verdict asks for. Policies are read regardless, and not named here. */
export function customResourcesFor(facts: Facts): readonly FactName[] {
  const engines: ReadonlySet<Engine> = new Set(
    facts.daemonSets.seen ? facts.daemonSets.value.flatMap(enginesOf) : [],
  );
  const auto = hasAutoMode(facts) !== false;
  return [
    ...(engines.has("vpc-cni") || auto ? (["policyEndpoints"] as const) : []),
    ...(auto ? (["nodeClasses"] as const) : []),
    ...(engines.has("cilium") && isChained(facts) !== false ? (["ciliumEndpoints"] as const) : []),
    ...(engines.has("calico") ? (["tigeraStatuses"] as const) : []),
  ];
}

/** A plan names no cluster and needs no clock: an agent that is just starting is worth asking about. */
function planning(facts: Facts): EngineContext {
  return toContext(facts, "", null);
}
