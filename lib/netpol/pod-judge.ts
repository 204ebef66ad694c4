// Judges pods under one list of policies, which may be that of several namespaces. Pods that the same policies select,
// with the same address families and (where a policy names a port) the same ports, share one verdict object.

import type { Pod } from "../model/kubernetes.ts";
import type { CompiledCluster } from "./compile-cluster.ts";
import type { EngineBehaviour } from "./isolation-input.ts";
import type { FlowSurroundings } from "./pod-flow.ts";
import { familiesOf, judgePodDirection, type PodVerdict } from "./pod-verdict.ts";
import type { Policy } from "./policy.ts";
import type { WorkBudget } from "./work-budget.ts";
import { createPolicySelector, type Selection } from "./selecting-policies.ts";

export type JudgePod = (pod: Pod) => PodVerdict;

/** What it gives judges the pods of one namespace within its budget. */
export function createPodJudges(
  cluster: CompiledCluster,
  policies: readonly Policy[],
): (budget: WorkBudget) => JudgePod {
  const select = createPolicySelector(policies);
  const shared = createVerdictTable();
  return (budget) => {
    let own: ReturnType<typeof createVerdictTable> | null = null;
    const look = (candidates: number): boolean => budget.spend(1 + candidates / 10);
    return (pod) => {
      const selection = select(pod.labels, look);
      const variant = variantOf(pod, selection, cluster);
      const known = shared.get(selection, variant) ?? own?.get(selection, variant);
      if (known !== undefined) return known;
      const verdict = judgeFresh(pod, selection, cluster, budget);
      // What was left out for want of steps says nothing of other namespaces.
      const table = budget.wasRefused() ? (own ??= createVerdictTable()) : shared;
      table.set(selection, variant, verdict);
      return verdict;
    };
  };
}

function createVerdictTable() {
  const bySelection = new Map<Selection, Map<string, PodVerdict>>();
  return {
    get: (selection: Selection, variant: string): PodVerdict | undefined =>
      bySelection.get(selection)?.get(variant),
    set(selection: Selection, variant: string, verdict: PodVerdict): void {
      const variants = bySelection.get(selection) ?? new Map<string, PodVerdict>();
      variants.set(variant, verdict);
      bySelection.set(selection, variants);
    },
  };
}

/** What else than the selecting policies the verdict depends on. */
function variantOf(pod: Pod, selection: Selection, { ipFamily }: CompiledCluster): string {
  const families = familiesOf(pod, ipFamily).join(" ");
  if (!selection.some(({ policy }) => policy.ingress?.rules.some(namesPort))) return families;
  const ports = pod.detail?.containers.map((container) => container.ports) ?? null;
  return `${families} ${JSON.stringify(ports)}`;
}

function namesPort({ ports }: { readonly ports: { readonly names: readonly unknown[] } | null }): boolean {
  return ports !== null && ports.names.length > 0;
}

function judgeFresh(
  pod: Pod,
  selecting: Selection,
  cluster: CompiledCluster,
  budget: WorkBudget,
): PodVerdict {
  const surroundings = surroundingsOf(selecting, cluster);
  const context = {
    families: familiesOf(pod, cluster.ipFamily),
    ipBlocksMatchPods: cluster.engine.ipBlocksMatchPods === true,
  };
  return {
    ingress: judgePodDirection(selecting, "ingress", pod, surroundings, { ...context, budget }),
    egress: judgePodDirection(selecting, "egress", pod, surroundings, { ...context, budget }),
    isSelected: selecting.some(({ doubt }) => doubt === null),
    selecting,
  };
}

export function surroundingsOf(selecting: Selection, { engine, blind }: CompiledCluster): FlowSurroundings {
  return { fallthrough: fallthroughOf(selecting, engine), blind };
}

function fallthroughOf(
  selecting: Selection,
  { unselectedPods, selectionOpensOtherDirection }: EngineBehaviour,
): FlowSurroundings["fallthrough"] {
  if (unselectedPods === null) return null;
  if (unselectedPods === "allowed") return "allow";
  if (!selectionOpensOtherDirection) return "deny";
  const namespaced = selecting.filter(({ policy }) => !policy.isClusterWide);
  if (namespaced.length === 0) return "deny";
  return namespaced.some(({ doubt }) => doubt === null) ? "allow" : null;
}
