// The property that every parser of foreign data has: a value, or an error of a class that it declares; and no
// object that all others inherit from is touched.

import assert from "node:assert/strict";

type ErrorClass = abstract new (...parameters: never[]) => Error;

const SHARED: readonly object[] = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const untouched = SHARED.map((shared) => Reflect.ownKeys(shared).length);

/** The value; undefined where a declared error was thrown. Any other error fails the property with its stack. */
export function outcomeOf<T>(run: () => T, declared: readonly ErrorClass[]): T | undefined {
  try {
    return run();
  } catch (error) {
    assertDeclared(error, declared);
    return undefined;
  } finally {
    assertUntouched();
  }
}

export async function outcomeLater<T>(
  run: () => Promise<T>,
  declared: readonly ErrorClass[],
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    assertDeclared(error, declared);
    return undefined;
  } finally {
    assertUntouched();
  }
}

function assertDeclared(error: unknown, declared: readonly ErrorClass[]): void {
  const isDeclared = declared.some((one) => error instanceof one);
  assert.ok(isDeclared, error instanceof Error ? error.stack : `${String(error)} was thrown`);
}

function assertUntouched(): void {
  assert.deepEqual(
    SHARED.map((shared) => Reflect.ownKeys(shared).length),
    untouched,
    "an object that all others inherit from was changed",
  );
}
