// What the objects of a list have in common is kept once: label sets, owners, and texts that repeat.

import type { Labels, OwnerReference } from "../model/kubernetes.ts";
import { createSharing } from "../model/sharing.ts";

export class Interner {
  readonly labels = createSharing<Labels>();
  readonly annotations = createSharing<Labels>();
  readonly namespace = createRepetition<string>();
  readonly time = createRepetition<string | null>();
  readonly #owner = createSharing<OwnerReference>();

  owner(owner: OwnerReference | null): OwnerReference | null {
    return owner === null ? null : this.#owner(owner);
  }
}

/** Lists come sorted by namespace and name, so a text that comes again is mostly the last one. */
function createRepetition<T extends string | null>(): (text: T) => T {
  let last: T | undefined;
  return (text) => {
    if (last === undefined || last !== text) last = text;
    return last;
  };
}
