// One answer kept, for a question that comes several times in a row and costs much. Only for pure functions, whose
// answers nobody changes.

export function rememberLast<Question extends string | null, Answer>(
  answer: (question: Question) => Answer,
): (question: Question) => Answer {
  let last: { readonly question: Question; readonly answer: Answer } | null = null;
  return (question) => {
    if (last === null || last.question !== question) last = { question, answer: answer(question) };
    return last.answer;
  };
}
