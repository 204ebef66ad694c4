// Equal bytes are read once: most of what the objects of a list say, others of them say too.

import type { ProtobufReader } from "./protobuf-reader.ts";

/** For one list. `key` is what `readKey` or `readRun` of the reader gave; what is read from it is frozen. */
export function createSharedReading<T>(
  read: (content: ProtobufReader) => T,
): (reader: ProtobufReader, key: string) => T {
  const known = new Map<string, T>();
  return (reader, key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = Object.freeze(read(reader.open(key)));
    known.set(key, made);
    return made;
  };
}
