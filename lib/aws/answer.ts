// Reads answers of AWS at the edge. The SDK checks nothing: an HTML page with status 200, an empty body or a
// string in the place of a list comes out of it as an answer without members. Here that is malformed.

import * as v from "valibot";
import { MalformedAnswerError } from "./errors.ts";

/** A text member that the API always sends. */
export const Text = v.pipe(v.string(), v.minLength(1));

/** A member that the API may leave out or send as null; null where it did. */
export function absentAsNull<const S extends v.GenericSchema>(schema: S) {
  return v.nullish(schema, null);
}

/** `operation` names the API call in the error. Throws MalformedAnswer, which repeats nothing of the answer. */
export function parseAnswer<const S extends v.GenericSchema>(
  schema: S,
  answer: unknown,
  operation: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, answer, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const what = path === null ? "something that is not its answer" : `no valid ${path}`;
  throw new MalformedAnswerError(`${operation} answered with ${what}`);
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | null;
}

/**
 * Every page, to the one without a token: pages may be empty and still have a successor. Throws MalformedAnswer
 * where a token leads back to itself.
 */
export async function collectPages<T>(
  getPage: (token: string | undefined) => Promise<Page<T>>,
  operation: string,
): Promise<readonly T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  for (;;) {
    const page = await getPage(token);
    for (const item of page.items) items.push(item);
    if (page.nextToken === null || page.nextToken === "") return items;
    if (seen.has(page.nextToken)) throw new MalformedAnswerError(`${operation} repeated a page token`);
    seen.add(page.nextToken);
    token = page.nextToken;
  }
}
