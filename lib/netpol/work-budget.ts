// How much work the policies of one cluster may make. It is counted in steps and never in time, so that every run of
// the same cluster says the same. What is beyond it is unknown, never a guess.

export interface WorkBudget {
  /** False: so much is not left, and nothing is spent. */
  readonly spend: (steps: number) => boolean;
  readonly left: () => number;
  /** Something was too much: what follows from that is about this namespace alone. */
  readonly wasRefused: () => boolean;
  /** Whether enough was spent since the last turn to let others have theirs; the next turn begins. */
  readonly isTurnOver: () => boolean;
}

/** A step takes about a microsecond. A namespace of 500 kinds of pods under 10 policies each needs half of that. */
const OWN_STEPS = 200_000;
/** For what namespaces need beyond their own: whoever takes all of it takes nothing from what the others have. */
const SHARED_STEPS = 20_000_000;

/** A twentieth of a second. */
const TURN_STEPS = 50_000;

/** For the questions of one run, whose pods are asked about pair by pair. */
const QUESTION_STEPS = 20_000_000;

export function createQuestionBudget(steps = QUESTION_STEPS): Pick<WorkBudget, "spend"> {
  let left = steps;
  return {
    spend: (wanted) => {
      if (wanted > left) return false;
      left -= wanted;
      return true;
    },
  };
}

/** Each call is the budget of one more namespace. */
export function createNamespaceBudgets(sharedSteps = SHARED_STEPS): () => WorkBudget {
  let shared = sharedSteps;
  let turn = 0;
  return () => {
    let own = OWN_STEPS;
    let isRefused = false;
    return {
      left: () => own + shared,
      wasRefused: () => isRefused,
      isTurnOver: () => {
        if (turn < TURN_STEPS) return false;
        turn = 0;
        return true;
      },
      spend: (steps) => {
        turn += steps;
        isRefused ||= steps > own + shared;
        if (steps > own + shared) return false;
        const fromOwn = Math.min(steps, own);
        own -= fromOwn;
        shared -= steps - fromOwn;
        return true;
      },
    };
  };
}
