// Judges the pods of one namespace. Pods that the same policies select, with the same address families and
// (where a policy names a port) the same ports, share one verdict object.

import type { Pod } from "../model/kubernetes.ts";
import type { CompiledCluster, CompiledNamespace } from "./compile-cluster.ts";
import type { EngineBehaviour } from "./isolation-input.ts";
import type { FlowSurroundings } from "./pod-flow.ts";
import { familiesOf, judgePodDirection, type PodVerdict } from "./pod-verdict.ts";
import type { WorkBudget } from "./work-budget.ts";
import { createPolicySelector, type Selection } from "./selecting-policies.ts";

export function createPodJudge(
  cluster: CompiledCluster,
  namespace: CompiledNamespace,
  budget: WorkBudget,
): (pod: Pod) => PodVerdict {
  const select = createPolicySelector(namespace.policies, (policies) => budget.spend(1 + policies / 10));
  const verdicts = new Map<Selection, Map<string, PodVerdict>>();
  return (pod) => {
    const selection = select(pod.labels);
    const variants = verdicts.get(selection) ?? new Map<string, PodVerdict>();
    verdicts.set(selection, variants);
    const variant = variantOf(pod, selection, cluster);
    const verdict = variants.get(variant) ?? judgeFresh(pod, selection, cluster, budget);
    variants.set(variant, verdict);
    return verdict;
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
  const namespaced = selecting.filter(({ policy }) => policy.namespace !== null);
  if (namespaced.length === 0) return "deny";
  return namespaced.some(({ doubt }) => doubt === null) ? "allow" : null;
}
