// The smallest set of policies whose removal ends an openness. Exact by growing size; beyond a bound on the
// work an inclusion-minimal set, from which no policy can be left out; beyond any reason all that have a part in it.

/** Sets tried before the greedy fallback. Twelve policies that must be chosen from need 4,096 at most. */
export const MAX_TRIED_SETS = 4_096;
/** Each trial looks at every candidate's rules, so many candidates get fewer trials. */
const MAX_LOOKS = 12 * MAX_TRIED_SETS;

export interface Openness {
  readonly isOpenWithout: (removed: ReadonlySet<string>) => boolean;
  /** Absent: a policy is tried alone by removing all others. */
  readonly opensAlone?: (policy: string) => boolean;
  /** How often there is time to ask; at least as often as there are candidates, or no set is looked for. */
  readonly maxTrials: number;
}

/**
 * `candidates` in code-unit order; of several smallest sets the first in that order is returned. Empty where
 * removing all of them does not end it: then no policy is the reason.
 */
export function smallestRemoval(
  candidates: readonly string[],
  { isOpenWithout, opensAlone, maxTrials }: Openness,
): readonly string[] {
  if (isOpenWithout(new Set(candidates))) return [];
  const isTooMuch = candidates.length > maxTrials;
  if (opensAlone === undefined && isTooMuch) return candidates;
  const isNeeded =
    opensAlone ?? ((policy) => isOpenWithout(new Set(candidates).difference(new Set([policy]))));
  // What opens it even when alone has to go in any case.
  const necessary = new Set(candidates.filter(isNeeded));
  if (!isOpenWithout(necessary)) return [...necessary];
  if (isTooMuch) return candidates;
  const rest = candidates.filter((policy) => !necessary.has(policy));
  const tries = Math.min(MAX_TRIED_SETS, Math.ceil(MAX_LOOKS / candidates.length), maxTrials);
  const budget = { left: tries };
  for (let size = 1; size <= rest.length; size += 1) {
    const found = firstOfSize(rest, size, 0, [...necessary], isOpenWithout, budget);
    if (found !== null) return found.toSorted();
    if (budget.left <= 0) break;
  }
  return leaveOut(candidates, isOpenWithout);
}

/** Depth first in the candidates' order; null where no set of this size ends it, or the budget is spent. */
function firstOfSize(
  rest: readonly string[],
  size: number,
  start: number,
  chosen: readonly string[],
  isOpenWithout: (removed: ReadonlySet<string>) => boolean,
  budget: { left: number },
): readonly string[] | null {
  if (size === 0) {
    budget.left -= 1;
    return isOpenWithout(new Set(chosen)) ? null : chosen;
  }
  for (let index = start; index <= rest.length - size && budget.left > 0; index += 1) {
    const next = [...chosen, ...rest.slice(index, index + 1)];
    const found = firstOfSize(rest, size - 1, index + 1, next, isOpenWithout, budget);
    if (found !== null) return found;
  }
  return null;
}

/** Takes the last policies back first, as long as the openness stays ended. */
function leaveOut(
  candidates: readonly string[],
  isOpenWithout: (removed: ReadonlySet<string>) => boolean,
): readonly string[] {
  const removed = new Set(candidates);
  for (const policy of candidates.toReversed()) {
    removed.delete(policy);
    if (isOpenWithout(removed)) removed.add(policy);
  }
  return [...removed].toSorted();
}
