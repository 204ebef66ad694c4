import assert from "node:assert/strict";
import { test } from "node:test";
import { rememberLast } from "../../lib/model/remember-last.ts";

test("the same question in a row is answered once, and each other one anew", () => {
  const asked: (string | null)[] = [];
  const answer = rememberLast((question: string | null) => {
    asked.push(question);
    return { to: question };
  });
  const questions = [null, null, "a", "a", "b", "a", ""];
  assert.deepEqual(
    questions.map((question) => answer(question).to),
    questions,
  );
  assert.deepEqual(asked, [null, "a", "b", "a", ""]);
  assert.equal(answer(""), answer(""));
});
