// Whether a pod meets what the policies say of it, where AWS's controller has not processed one of them. What the
// pod's node enforces is another question.

import { AWS_ENGINES } from "../model/aws-engines.ts";
import { DIRECTIONS, type Direction } from "../model/isolation-detail.ts";
import type { IsolationInput } from "./isolation-input.ts";
import type { PodVerdict } from "./pod-verdict.ts";
import type { Selection } from "./selecting-policies.ts";
import type { Answer } from "./three-valued.ts";

export interface AppliedPolicies {
  /** In code-unit order. */
  readonly unprocessed: readonly string[];
  readonly areApplied: (verdict: PodVerdict) => Answer;
}

/** By namespace; null where nothing is missing. */
export function createAppliedPolicies({
  unprocessedPolicies,
  enforcement,
  engine,
}: IsolationInput): (namespace: string) => AppliedPolicies | null {
  const byNamespace = Map.groupBy(unprocessedPolicies, ({ namespace }) => namespace);
  // Where several engines may be at work another one may apply the policy; a pod that starts denied stays so.
  const ownEngine = enforcement?.engine ?? null;
  const isOpenWithout =
    ownEngine !== null && AWS_ENGINES.has(ownEngine) && engine.unselectedPods === "allowed";
  return (namespace) => {
    const own = byNamespace.get(namespace);
    if (own === undefined) return null;
    const states = new Map(own.map(({ name, state }) => [name, state]));
    const judge = (selecting: Selection): Answer => {
      const lost = selecting.filter(({ policy }) => states.has(policy.name));
      if (lost.length === 0) return true;
      if (!isOpenWithout || lost.some(({ policy }) => states.get(policy.name) !== "unprocessed")) return null;
      const kept = selecting.filter(({ policy }) => !states.has(policy.name));
      if (kept.length === 0) return false;
      // "The rules are additive": without one of several that isolate for a direction less is allowed.
      const isCovered = (direction: Direction): boolean =>
        lost.every(({ policy }) => policy[direction] === null) || anyIsolates(kept, direction);
      return DIRECTIONS.every(isCovered) ? true : null;
    };
    const areApplied = rememberSelections(judge);
    return {
      unprocessed: [...states.keys()].toSorted(),
      areApplied: ({ selecting }) => areApplied(selecting),
    };
  };
}

/** Many kinds of pods share one selection, which may be long. */
function rememberSelections(judge: (selecting: Selection) => Answer): (selecting: Selection) => Answer {
  const known = new Map<Selection, Answer>();
  return (selecting) => {
    const before = known.get(selecting);
    if (before !== undefined) return before;
    const answer = judge(selecting);
    known.set(selecting, answer);
    return answer;
  };
}

function anyIsolates(selecting: Selection, direction: Direction): boolean {
  return selecting.some(({ policy, doubt }) => {
    const part = policy[direction];
    return doubt === null && part !== null && part.isolates && part.unknown === null;
  });
}
