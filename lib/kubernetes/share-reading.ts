// Equal bytes are read once: most of what the objects of a list say, others of them say too.

import type { ProtobufReader } from "./protobuf-reader.ts";

/** For one list: reads what the reader has taken. What comes again is mostly what came last. */
export function createSharedReading<T>(read: (content: ProtobufReader) => T): (reader: ProtobufReader) => T {
  const known = new Map<string, T>();
  let last: { readonly bytes: Buffer; readonly value: T } | null = null;
  return (reader) => {
    if (last !== null && reader.isTaken(last.bytes)) return last.value;
    const key = reader.takenKey();
    const value = known.get(key) ?? Object.freeze(read(reader.openTaken()));
    known.set(key, value);
    last = { bytes: Buffer.from(key, "latin1"), value };
    return value;
  };
}
