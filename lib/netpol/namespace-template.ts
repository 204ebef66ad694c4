// What is kept of namespaces for others with the very same policies: most of a big cluster's are made from a few
// templates. Verdicts on like pods are shared, and what follows for a namespace from like workloads.

import type { CompiledCluster } from "./compile-cluster.ts";
import type { Conclusion } from "./conclude-namespace.ts";
import { createPodJudges, type JudgePod } from "./pod-judge.ts";
import type { PodVerdict } from "./pod-verdict.ts";
import type { Policy } from "./policy.ts";
import { createNumbering } from "./share-lists.ts";
import type { WorkBudget } from "./work-budget.ts";

export interface NamespaceTemplate {
  readonly policies: readonly Policy[];
  readonly judgeWithin: (budget: WorkBudget) => JudgePod;
  readonly numberOf: (verdict: PodVerdict) => number;
  /** By what they were concluded from. */
  readonly conclusions: Map<string, Conclusion>;
}

/** So many are remembered: where every namespace has policies of its own, nothing is gained by keeping all. */
const MAX_TEMPLATES = 100;

/** By lists of policies, of which equal ones are the same list. */
export function createTemplates(
  cluster: CompiledCluster,
): (policies: readonly Policy[]) => NamespaceTemplate {
  const known = new Map<readonly Policy[], NamespaceTemplate>();
  return (policies) => {
    const template = known.get(policies) ?? {
      policies,
      judgeWithin: createPodJudges(cluster, policies),
      numberOf: createNumbering(),
      conclusions: new Map(),
    };
    known.set(policies, template);
    const [oldest] = known.keys();
    if (known.size > MAX_TEMPLATES && oldest !== undefined) known.delete(oldest);
    return template;
  };
}
