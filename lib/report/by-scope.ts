// What is about one account, Region and cluster, at a time: of all else nothing is in memory.

import { compareScopes, type Scope, toScopeKey } from "../model/scope-order.ts";

export interface ScopeGroup<T> {
  readonly scope: Scope;
  /** At least one. */
  readonly values: readonly T[];
}

/** They have to be in the report's order: what stands elsewhere would be overlooked. */
export function* groupByScope<T>(
  values: Iterable<T>,
  toScope: (value: T) => Scope,
): Generator<ScopeGroup<T>, void> {
  let group: { readonly scope: Scope; readonly values: T[] } | null = null;
  for (const value of values) {
    const { account, region, cluster } = toScope(value);
    const scope = { account, region, cluster };
    if (group !== null && compareScopes(group.scope, scope) === 0) {
      group.values.push(value);
      continue;
    }
    if (group !== null) {
      insistOnOrder(group.scope, scope);
      yield group;
    }
    group = { scope, values: [value] };
  }
  if (group !== null) yield group;
}

function insistOnOrder(first: Scope, second: Scope): void {
  if (compareScopes(first, second) > 0)
    throw new RangeError(`${toScopeKey(second)} stands after ${toScopeKey(first)}`);
}

/** What two reports say of the same, side by side; one of the two lists may be empty. */
export function* pairByScope<T>(
  from: Generator<ScopeGroup<T>, void>,
  to: Generator<ScopeGroup<T>, void>,
): Generator<readonly [from: readonly T[], to: readonly T[]], void> {
  let [before, after] = [from.next(), to.next()];
  while (before.done !== true || after.done !== true) {
    const order = compareNext(before, after);
    yield [
      order <= 0 && before.done !== true ? before.value.values : [],
      order >= 0 && after.done !== true ? after.value.values : [],
    ];
    if (order <= 0) before = from.next();
    if (order >= 0) after = to.next();
  }
}

/** What has ended comes after all others. */
function compareNext<T>(
  a: IteratorResult<ScopeGroup<T>, void>,
  b: IteratorResult<ScopeGroup<T>, void>,
): number {
  if (a.done === true) return 1;
  return b.done === true ? -1 : compareScopes(a.value.scope, b.value.scope);
}
