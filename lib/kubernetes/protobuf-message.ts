// Messages by their schema, as the objects that JSON would have given: who reads those need not know the difference.
// A field that no schema knows becomes a member, `field 7`, so that whoever minds unknown members meets it.

import { MalformedObjectError } from "./errors.ts";
import { isRecord } from "./foreign-json.ts";
import type { ProtobufReader } from "./protobuf-reader.ts";
import type { Field, Message } from "./protobuf-schema.ts";
import { createSharedReading } from "./share-reading.ts";

type JsonObject = Record<string, unknown>;

/**
 * A later Kubernetes has a few fields that we do not know. Each has two bytes on the wire and a name of its own here: 7 MB
 * of them, no two alike, took 200 MB.
 */
const MAX_UNKNOWN_FIELDS = 32;

interface Context {
  /** What errors name. */
  readonly kind: string;
  readonly shared: Map<Field, (reader: ProtobufReader) => unknown>;
  /** The members that fields became which no schema knows, by their numbers. */
  readonly unknown: Map<number, string>;
}

/** For one list: what its objects share is kept as long as the function. */
export function createMessageReader(kind: string, message: Message): (reader: ProtobufReader) => JsonObject {
  const context: Context = { kind, shared: new Map(), unknown: new Map() };
  return (reader) => readMessage(reader, message, context);
}

function readMessage(reader: ProtobufReader, message: Message, context: Context): JsonObject {
  const object: JsonObject = {};
  while (reader.next()) {
    const field = message.get(reader.field);
    if (field === undefined) object[nameUnknown(reader, context)] = true;
    if (field === undefined || field.type === "dropped") reader.skip();
    else addValue(object, field, readValue(reader, field, context));
  }
  return object;
}

function nameUnknown(reader: ProtobufReader, { unknown }: Context): string {
  const member = unknown.get(reader.field) ?? `field ${reader.field}`;
  unknown.set(reader.field, member);
  if (unknown.size > MAX_UNKNOWN_FIELDS) throw reader.tooManyParts();
  return member;
}

function addValue(object: JsonObject, { member, repeated, omitZero }: Field, value: unknown): void {
  const known = object[member];
  if (repeated === true && Array.isArray(known)) known.push(value);
  else if (repeated === true) object[member] = [value];
  // Go writes the entries of a map one after the other, but nobody has to.
  else if (isRecord(known) && isRecord(value)) object[member] = { ...known, ...value };
  else if (omitZero !== true || (value !== "" && value !== 0 && value !== null)) object[member] = value;
}

function readValue(reader: ProtobufReader, field: Field, context: Context): unknown {
  switch (field.type) {
    case "text":
      return reader.readText();
    case "integer":
      return reader.readInteger();
    case "flag":
      return reader.readFlag();
    case "texts":
      reader.takeRun();
      return readTexts(reader.openTaken());
    default:
      return field.shared === true
        ? readShared(reader, field, context)
        : reader.readInside(() => readContent(reader, field, context));
  }
}

function readShared(reader: ProtobufReader, field: Field, context: Context): unknown {
  const read =
    context.shared.get(field) ?? createSharedReading((content) => readContent(content, field, context));
  context.shared.set(field, read);
  reader.takeContent();
  return read(reader);
}

/** Of a field that holds fields. */
function readContent(content: ProtobufReader, { member, type }: Field, context: Context): unknown {
  if (type === "time") return readTime(content, context.kind, member);
  if (type === "intOrString") return readIntOrString(content);
  return typeof type === "object" ? readMessage(content, type, context) : null;
}

/** The entries of a map and nothing else: each has its key as field 1 and its value as field 2. */
export function readTexts(reader: ProtobufReader): Readonly<Record<string, string>> {
  const entries: (readonly [string, string])[] = [];
  while (reader.next()) entries.push(readEntry(reader));
  // fromEntries, because a label may be called `__proto__`.
  return Object.fromEntries(entries);
}

/** `isWanted` may save the reading of a value, by its key. */
export function readEntry(
  reader: ProtobufReader,
  isWanted: (key: string) => boolean = () => true,
): readonly [key: string, value: string] {
  const outerEnd = reader.enter();
  let key: string | null = null;
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) key = reader.readText();
    else if (reader.field === 2 && (key === null || isWanted(key))) value = reader.readText();
    else reader.skip();
  }
  reader.leave(outerEnd);
  // A field that is absent has its default, which is an empty text.
  return [key ?? "", value];
}

/** Year 1 to 9999: Go writes no other as JSON. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

/** The content of a Time, RFC 3339 to the second as JSON has it; null for Go's zero time, which has none. */
export function readTime(content: ProtobufReader, kind: string, member: string): string | null {
  let seconds: number | null = null;
  while (content.next()) {
    if (content.field === 1) seconds = content.readInteger();
    else content.skip();
  }
  if (seconds === null) return null;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS)
    throw new MalformedObjectError(kind, `metadata.${member}`);
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** util.intstr.IntOrString: `type` says which of the two counts. Of another type it is no port that anybody knows. */
function readIntOrString(content: ProtobufReader): unknown {
  const read = { type: 0, intVal: 0, strVal: "" };
  let isKnown = true;
  while (content.next()) {
    if (content.field === 1) read.type = content.readInteger();
    else if (content.field === 2) read.intVal = content.readInteger();
    else if (content.field === 3) read.strVal = content.readText();
    else {
      isKnown = false;
      content.skip();
    }
  }
  if (isKnown && read.type === 0) return read.intVal;
  return isKnown && read.type === 1 ? read.strVal : read;
}
