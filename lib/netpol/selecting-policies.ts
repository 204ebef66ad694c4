// Which policies select a pod. Pods that the same policies select share one selection, and so their verdicts.

import type { Labels } from "../model/kubernetes.ts";
import { selectorMatches } from "./label-selector.ts";
import type { Policy } from "./policy.ts";

export interface SelectingPolicy {
  readonly policy: Policy;
  /** Why it may not select the pod, or not count at all. Null: it does. */
  readonly doubt: string | null;
}

/** In the order of the namespace's policies. */
export type Selection = readonly SelectingPolicy[];

export function createPolicySelector(policies: readonly Policy[]): (labels: Labels) => Selection {
  const known = new Map<string, Selection>();
  return (labels) => {
    const selected: Policy[] = [];
    let key = "";
    let index = 0;
    for (const policy of policies) {
      index += 1;
      if (selectorMatches(policy.subject.pods, labels) === false) continue;
      selected.push(policy);
      key += `${index} `;
    }
    const selection = known.get(key) ?? selected.map(toSelecting);
    known.set(key, selection);
    return selection;
  };
}

function toSelecting(policy: Policy): SelectingPolicy {
  return { policy, doubt: policy.doubt ?? policy.subject.pods.unknown };
}
