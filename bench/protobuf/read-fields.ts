// A list read field by field with @bufbuild/protobuf's reader of the wire and our tables of fields, into the objects that
// JSON would have given. To measure our own reader against.

import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Field, Message } from "../../lib/kubernetes/protobuf-schema.ts";
import { listOf, messageOf, type ReadItems, toPort, toTime } from "./foreign-messages.ts";

type JsonObject = Record<string, unknown>;

export function createFieldReader(item: Message): ReadItems {
  const list = listOf(item);
  return (page) => {
    const { items } = readMessage(new BinaryReader(page), page.length, list);
    return Array.isArray(items) ? items : [];
  };
}

function readMessage(reader: BinaryReader, end: number, message: Message): JsonObject {
  const object: JsonObject = {};
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = message.get(number);
    if (field === undefined) object[`field ${number}`] = true;
    if (field === undefined || field.type === "dropped") reader.skip(wireType, number);
    else addValue(object, field, readValue(reader, field));
  }
  return object;
}

function addValue(object: JsonObject, { member, type, repeated, omitZero }: Field, value: unknown): void {
  const known = object[member];
  if (repeated === true && Array.isArray(known)) known.push(value);
  else if (repeated === true) object[member] = [value];
  else if (type === "texts") object[member] = Object.assign(known ?? {}, value);
  else if (omitZero !== true || (value !== "" && value !== 0)) object[member] = value;
}

function readValue(reader: BinaryReader, { type }: Field): unknown {
  if (type === "text") return reader.string();
  if (type === "integer") return Number(reader.int64());
  if (type === "flag") return reader.bool();
  const within = messageOf(type);
  const length = reader.uint32();
  if (within === null) return null;
  const content = readMessage(reader, reader.pos + length, within);
  if (type === "time") return toTime(content);
  if (type === "intOrString") return toPort(content);
  return type === "texts" ? { [String(content["key"])]: content["value"] } : content;
}
