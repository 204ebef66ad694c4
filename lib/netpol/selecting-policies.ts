// Which policies select a pod. Pods that the same policies select share one selection, and so their verdicts.

import type { Labels } from "../model/kubernetes.ts";
import { neededTexts, textsOf } from "./label-candidates.ts";
import { selectorMatches } from "./label-selector.ts";
import type { Policy } from "./policy.ts";

export interface SelectingPolicy {
  readonly policy: Policy;
  /** Why it may not select the pod, or not count at all. Null: it does. */
  readonly doubt: string | null;
}

/** In the order of the namespace's policies. */
export type Selection = readonly SelectingPolicy[];

/** So few are asked one by one. */
const FEW_POLICIES = 16;

/** `look`: is told how many policies are looked at; false: there is no time for that. */
export type SelectPolicies = (labels: Labels, look?: (policies: number) => boolean) => Selection;

export function createPolicySelector(policies: readonly Policy[]): SelectPolicies {
  const candidatesFor = policies.length <= FEW_POLICIES ? () => policies.keys() : indexPolicies(policies);
  const selecting = policies.map(toSelecting);
  const known = new Map<string, Selection>();
  const perhapsAny = lazy(() => policies.map((policy) => ({ policy, doubt: TOO_MANY })));
  return (labels, look = () => true) => {
    const candidates = [...candidatesFor(labels)];
    if (!look(candidates.length)) return perhapsAny();
    const selected: SelectingPolicy[] = [];
    let key = "";
    for (const index of candidates) {
      const one = selecting[index];
      if (one === undefined || selectorMatches(one.policy.subject.pods, labels) === false) continue;
      selected.push(one);
      key += `${index} `;
    }
    const selection = known.get(key) ?? selected;
    known.set(key, selection);
    return selection;
  };
}

const TOO_MANY = "its namespace has more policies and kinds of pods than can be told apart";

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function toSelecting(policy: Policy): SelectingPolicy {
  return { policy, doubt: policy.doubt ?? policy.subject.pods.unknown };
}

/** The indexes of the policies that may select a pod with the labels, ascending. */
function indexPolicies(policies: readonly Policy[]): (labels: Labels) => Iterable<number> {
  const always: number[] = [];
  const byText = new Map<string, number[]>();
  for (const [index, { subject }] of policies.entries()) {
    const [needed] = neededTexts(subject.pods);
    if (needed === undefined) always.push(index);
    for (const text of needed ?? []) {
      const list = byText.get(text);
      if (list === undefined) byText.set(text, [index]);
      else list.push(index);
    }
  }
  return (labels) => {
    const found = [...textsOf(labels)].flatMap((text) => byText.get(text) ?? []);
    return found.length === 0 ? always : [...always, ...found].toSorted((a, b) => a - b);
  };
}
