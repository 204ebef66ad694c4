// How much memory the objects of a list take that are kept whole: `{}` has two bytes on the wire and sixty here, so what
// was sent says little. An estimate, the same for the same list.

import { isContainer } from "./foreign-json.ts";

/** V8 takes 56 for an empty object, its place in a list aside. */
const CONTAINER_BYTES = 64;
const SLOT_BYTES = 8;
/** Objects of a few members share their names; of others each has its own. */
const FEW_MEMBERS = 4;
const OWN_NAME_BYTES = 80;

/** Without texts, which take what they took on the wire. What the reader shares is counted once. */
export function createMemoryCount(): (object: unknown) => number {
  const counted = new WeakSet<object>();
  let bytes = 0;
  return (object) => {
    bytes += CONTAINER_BYTES;
    if (!isContainer(object)) return bytes;
    const parts = Object.values(object);
    bytes += sizeOfNames(parts.length);
    for (const part of parts) {
      if (isContainer(part)) {
        if (counted.has(part)) continue;
        counted.add(part);
      }
      bytes += sizeOf(part);
    }
    return bytes;
  };
}

function sizeOf(value: unknown): number {
  if (!isContainer(value)) return SLOT_BYTES;
  let bytes = CONTAINER_BYTES;
  if (Array.isArray(value)) {
    for (const part of value) bytes += sizeOf(part);
    return bytes;
  }
  // What was made of JSON inherits nothing that can be counted.
  let members = 0;
  for (const member in value) {
    members += 1;
    bytes += sizeOf(value[member]);
  }
  return bytes + sizeOfNames(members);
}

function sizeOfNames(members: number): number {
  return Math.max(0, members - FEW_MEMBERS) * OWN_NAME_BYTES;
}
