// What `ringfence init` asks a person, and how an answer or a flag is checked.

import * as v from "valibot";
import { UsageError } from "../model/usage-error.ts";

/** Shows a question and gives the line that was typed; null where nobody can answer. */
export type Ask = ((question: string) => Promise<string>) | null;

export type Question = ReturnType<typeof openQuestions>;

/** A flag wins; where there is none, a terminal is asked, and without one the default holds. */
export function openQuestions(ask: Ask) {
  return async <const S extends v.GenericSchema<string, unknown>>(
    words: string,
    byDefault: string,
    flag: string | boolean | readonly string[] | undefined,
    schema: S,
  ): Promise<v.InferOutput<S>> => {
    if (flag !== undefined) return check(words, String(flag), schema);
    if (ask === null) return check(words, byDefault, schema);
    for (;;) {
      const hint = byDefault === "" ? "" : ` [${byDefault}]`;
      const typed = (await ask(`${words}${hint}: `)).trim();
      const result = v.safeParse(schema, typed === "" ? byDefault : typed, { abortEarly: true });
      if (result.success) return result.output;
      await ask(`  That is not ${result.issues[0].message}. Press Enter to try again.`);
    }
  };
}

export function check<const S extends v.GenericSchema<string, unknown>>(
  name: string,
  value: string,
  schema: S,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw new UsageError(`${name}: ${JSON.stringify(value)} is not ${result.issues[0].message}.`);
}
