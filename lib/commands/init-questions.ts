// What `ringfence init` asks a person, and how an answer or a flag is checked.

import * as v from "valibot";
import { shorten } from "../model/shorten.ts";
import { UsageError } from "../model/usage-error.ts";
import { NOT_SHOWN } from "../parse-input.ts";
import { toFlag } from "./flag-name.ts";
import type { InitFlags } from "./init-answers.ts";

/** Shows a question and gives the line that was typed; null where nobody can answer. */
export type Ask = ((question: string) => Promise<string>) | null;

interface Question<S extends v.GenericSchema<string, unknown>> {
  /** The option that answers it, too; null: none does. */
  readonly flag: keyof InitFlags | null;
  readonly words: string;
  readonly byDefault: string;
  readonly schema: S;
}

export type AskQuestion = ReturnType<typeof openQuestions>;

/** A flag wins; where there is none, a terminal is asked, and without one the default holds. */
export function openQuestions(ask: Ask, flags: InitFlags) {
  return async <const S extends v.GenericSchema<string, unknown>>({
    flag,
    words,
    byDefault,
    schema,
  }: Question<S>): Promise<v.InferOutput<S>> => {
    const given = flag === null ? undefined : flags[flag];
    if (flag !== null && given !== undefined) return check(flag, String(given), schema);
    if (ask === null) return v.parse(schema, byDefault);
    for (;;) {
      const hint = byDefault === "" ? "" : ` [${byDefault}]`;
      const typed = (await ask(`${words}${hint}: `)).trim();
      const result = v.safeParse(schema, typed === "" ? byDefault : typed, { abortEarly: true });
      if (result.success) return result.output;
      await ask(`  That is not ${result.issues[0].message}. Press Enter to try again.`);
    }
  };
}

/** Flags of which a secret is, or is pasted by mistake. */
const SECRET: ReadonlySet<keyof InitFlags> = new Set(["externalId", "slackSecretArn"]);

export function check<const S extends v.GenericSchema<string, unknown>>(
  flag: keyof InitFlags,
  value: string,
  schema: S,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const isSecret = SECRET.has(flag) || value.includes("://");
  const seen = isSecret ? `${NOT_SHOWN},` : JSON.stringify(shorten(value, 120));
  throw new UsageError(`${toFlag(flag)}: ${seen} is not ${result.issues[0].message}.`);
}
