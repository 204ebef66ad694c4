// Which policies select a pod. Each selector of a namespace is matched once per distinct label set.

import type { Labels } from "../model/kubernetes.ts";
import { selectorMatches } from "./label-selector.ts";
import type { Policy } from "./policy.ts";

export interface SelectingPolicy {
  readonly policy: Policy;
  /** Why it may not select the pod, or not count at all. Null: it does. */
  readonly doubt: string | null;
}

export interface Selection {
  /** In the order of the namespace's policies. */
  readonly selecting: readonly SelectingPolicy[];
  /** Label sets that the same policies select share one selection, and so all verdicts. */
  readonly key: string;
}

export interface PolicySelector {
  select(labels: Labels): Selection;
  /** Every distinct label set that was asked for. */
  readonly labelSets: readonly Labels[];
}

export function createPolicySelector(policies: readonly Policy[]): PolicySelector {
  const byLabels = new Map<string, Selection>();
  const byKey = new Map<string, Selection>();
  const labelSets: Labels[] = [];
  return {
    labelSets,
    select(labels) {
      const text = labelsKey(labels);
      const known = byLabels.get(text);
      if (known !== undefined) return known;
      const selection = selectFresh(policies, labels);
      const shared = byKey.get(selection.key) ?? selection;
      byKey.set(shared.key, shared);
      byLabels.set(text, shared);
      labelSets.push(labels);
      return shared;
    },
  };
}

function selectFresh(policies: readonly Policy[], labels: Labels): Selection {
  const selecting: SelectingPolicy[] = [];
  let key = "";
  for (const [index, policy] of policies.entries()) {
    if (selectorMatches(policy.subject.pods, labels) === false) continue;
    selecting.push({ policy, doubt: policy.doubt ?? policy.subject.pods.unknown });
    key += `${index},`;
  }
  return { selecting, key };
}

/** Equal only for equal labels in equal order; another order costs one more match, nothing else. */
function labelsKey(labels: Labels): string {
  let key = "";
  for (const name in labels) if (Object.hasOwn(labels, name)) key += `${name}\0${labels[name]}\0`;
  return key;
}
