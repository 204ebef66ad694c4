// A list decoded by @bufbuild/protobuf, the whole page in one go, and its messages turned into the objects that JSON would
// have given. To measure our own reader against.

import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  type DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import type { Field, FieldType, Message } from "../../lib/kubernetes/protobuf-schema.ts";
import { listOf, messageOf, type ReadItems, toPort, toTime } from "./foreign-messages.ts";

/** Decodes the page in one go. Who reads metadata alone minds no field of the future, so it is not kept. */
export function createDecoder(item: Message, keepsUnknown: boolean): ReadItems {
  const schema = compile(listOf(item));
  return (page) => {
    const list = fromBinary(schema, page, { readUnknownFields: keepsUnknown });
    const items: unknown = Reflect.get(list, "items");
    return Array.isArray(items) ? items.map((message: object) => toRecord(message, item)) : [];
  };
}

const PACKAGE = "bench";

function compile(list: Message): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: "list.proto",
    package: PACKAGE,
    syntax: "proto2",
    messageType: [describe("List", `.${PACKAGE}`, list)],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const schema = registry.getMessage(`${PACKAGE}.List`);
  if (schema === undefined) throw new Error("the list was not compiled");
  return schema;
}

const SCALARS: ReadonlyMap<FieldType, Type> = new Map([
  ["text", Type.STRING],
  ["integer", Type.INT64],
  ["flag", Type.BOOL],
  // Views of the bytes, where they would be unknown fields.
  ["dropped", Type.BYTES],
]);

type Description = MessageInitShape<typeof DescriptorProtoSchema>;

/** Messages within a message are described within it. */
function describe(name: string, scope: string, message: Message, mapEntry = false): Description {
  const path = `${scope}.${name}`;
  const field = [...message].map(([number, { member, type, repeated }]) => ({
    name: member,
    jsonName: member,
    number,
    label: repeated === true || type === "texts" || type === "dropped" ? Label.REPEATED : Label.OPTIONAL,
    type: SCALARS.get(type) ?? Type.MESSAGE,
    typeName: messageOf(type) === null ? "" : `${path}.${toTypeName(member)}`,
  }));
  const nestedType = [...message.values()].flatMap(({ member, type }) => {
    const within = messageOf(type);
    return within === null ? [] : [describe(toTypeName(member), path, within, type === "texts")];
  });
  return { name, field, nestedType, options: { mapEntry } };
}

/** As protoc names the entries of a map. */
function toTypeName(member: string): string {
  return `${member.charAt(0).toUpperCase()}${member.slice(1)}Entry`;
}

function toRecord(message: object, schema: Message): object {
  const record: Record<string, unknown> = {};
  for (const field of schema.values()) {
    // What was not sent lies in the prototype, as its default.
    if (field.type === "dropped" || !Object.hasOwn(message, field.member)) continue;
    const value: unknown = Reflect.get(message, field.member);
    if (isSaid(value, field)) record[field.member] = toValue(value, field);
  }
  const unknown: unknown = Reflect.get(message, "$unknown");
  if (Array.isArray(unknown)) for (const { no } of unknown) record[`field ${no}`] = true;
  return record;
}

/** An absent list and an absent map are empty ones in a message; JSON has neither. */
function isSaid(value: unknown, { type, omitZero }: Field): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (type === "texts") return typeof value === "object" && value !== null && Object.keys(value).length > 0;
  return omitZero !== true || (value !== "" && value !== 0n);
}

function toValue(value: unknown, field: Field): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => toEntry(entry, field.type));
  return toEntry(value, field.type);
}

function toEntry(value: unknown, type: FieldType): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (type === "time") return toTime(value);
  if (type === "intOrString") return toPort(value);
  return typeof type === "object" ? toRecord(value, type) : value;
}
