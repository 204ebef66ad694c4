// What the objects of a list have in common is kept once: label sets, owners, containers, and texts that repeat.

import type { Labels, OwnerReference, PodDetail } from "../model/kubernetes.ts";
import { createSharing } from "../model/sharing.ts";

export class Interner {
  readonly labels = createSharing<Labels>();
  readonly annotations = createSharing<Labels>();
  readonly namespace = createRepetition<string>();
  readonly time = createRepetition<string | null>();
  readonly #owner = createSharing<OwnerReference>();
  readonly #containers = createSharing<PodDetail["containers"]>();
  readonly #containerStatuses = createSharing<PodDetail["containerStatuses"]>();

  owner(owner: OwnerReference | null): OwnerReference | null {
    return owner === null ? null : this.#owner(owner);
  }

  detail(detail: PodDetail): PodDetail {
    return {
      ...detail,
      containers: this.#containers(detail.containers),
      containerStatuses: this.#containerStatuses(detail.containerStatuses),
    };
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
