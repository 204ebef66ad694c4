// Three-valued logic: null is "could not be seen". More knowledge may turn null into true or false and never
// changes true or false, which is why a verdict built from these can only get more definite.

export type Ternary = boolean | null;

export function anyOf(values: Iterable<Ternary>): Ternary {
  let result: Ternary = false;
  for (const value of values) {
    if (value === true) return true;
    if (value === null) result = null;
  }
  return result;
}

export function allOf(values: Iterable<Ternary>): Ternary {
  let result: Ternary = true;
  for (const value of values) {
    if (value === false) return false;
    if (value === null) result = null;
  }
  return result;
}

/** The one answer that all give, or null. */
export function agreed(values: readonly Ternary[]): Ternary {
  const [first, ...others] = values;
  return first !== undefined && others.every((other) => other === first) ? first : null;
}
