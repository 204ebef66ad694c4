// What our tables of fields say in words, as messages: for readers that know only messages. And what JSON has for them.

import type { FieldType, Message } from "../../lib/kubernetes/protobuf-schema.ts";

/** Of a page: the objects that JSON would have given. */
export type ReadItems = (page: Uint8Array) => readonly object[];

const TEXT_ENTRY: Message = new Map([
  [1, { member: "key", type: "text" }],
  [2, { member: "value", type: "text" }],
]);
const TIME: Message = new Map([[1, { member: "seconds", type: "integer" }]]);
const INT_OR_STRING: Message = new Map([
  [1, { member: "type", type: "integer" }],
  [2, { member: "intVal", type: "integer" }],
  [3, { member: "strVal", type: "text" }],
]);

/** The message that a field holds; null: it holds none, or one that is dropped. */
export function messageOf(type: FieldType): Message | null {
  if (type === "texts") return TEXT_ENTRY;
  if (type === "time") return TIME;
  if (type === "intOrString") return INT_OR_STRING;
  return typeof type === "object" ? type : null;
}

/** Every list has its items as field 2. */
export function listOf(item: Message): Message {
  return new Map([[2, { member: "items", type: item, repeated: true }]]);
}

export function toTime(time: object): string {
  const seconds = Number(Reflect.get(time, "seconds"));
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

export function toPort(port: object): unknown {
  return Number(Reflect.get(port, "type")) === 0
    ? Number(Reflect.get(port, "intVal"))
    : Reflect.get(port, "strVal");
}
