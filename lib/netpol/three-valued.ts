// Logic with a third value: null is "not known". Nothing here turns it into a yes or a no.

export type Answer = boolean | null;

/** False as soon as one is; true only if all are. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

/** True as soon as one is; false only if none is. */
export function any(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

export function not(answer: Answer): Answer {
  return answer === null ? null : !answer;
}
