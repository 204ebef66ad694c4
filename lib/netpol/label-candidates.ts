// Which labels a selector cannot do without: by them it is found, and finds, without a look at everything.

import type { Labels } from "../model/kubernetes.ts";
import type { Selector } from "./label-selector.ts";

/** A label as one text; for whatever value, its key. Neither half can hold a newline that is valid. */
function labelText(key: string, value?: string): string {
  return value === undefined ? key : `${key}\n${value}`;
}

/** All texts that an object with these labels is found by. */
export function* textsOf(labels: Labels): Generator<string> {
  for (const key of Object.keys(labels)) {
    yield labelText(key);
    yield labelText(key, labels[key] ?? "");
  }
}

/** The texts of which an object needs just one, for each requirement that has such; none where nothing is needed. */
export function* neededTexts({ requirements, unknown }: Selector): Generator<readonly string[]> {
  if (unknown !== null) return;
  for (const requirement of requirements) {
    if ("of" in requirement) continue;
    const { key, operator, values } = requirement;
    // The same value may stand in a selector twice.
    if (operator === "In") yield [...new Set(values)].map((value) => labelText(key, value));
    else if (operator !== "NotIn" && operator !== "DoesNotExist") yield [labelText(key)];
  }
}
