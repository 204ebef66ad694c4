// Objects as Kubernetes writes them in protobuf: by the schemas of the reader, which a test against a real API server
// holds to be right. What no schema has cannot be written, and this server then answers in JSON.

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Field, Message } from "../../lib/kubernetes/protobuf-schema.ts";
import type { Status } from "./status.ts";

/** An object has what its schema has not, as worlds with members of the future do. */
export class NotInSchema extends Error {
  override readonly name = "NotInSchema";
}

/** `runtime.Unknown`, behind four bytes of its own: how every object is sent. */
export function toEnvelope(apiVersion: string, kind: string, message: Uint8Array): Buffer {
  const type = new BinaryWriter();
  writeText(type, 1, apiVersion);
  writeText(type, 2, kind);
  const unknown = new BinaryWriter();
  writeBytes(unknown, 1, type.finish());
  writeBytes(unknown, 2, message);
  // contentEncoding and contentType: Go writes empty texts.
  writeText(unknown, 3, "");
  writeText(unknown, 4, "");
  return Buffer.concat([Buffer.from("k8s\0"), unknown.finish()]);
}

export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Every list is ListMeta as field 1 and its items as field 2. */
export function toListMessage(
  metadata: ListMetadata,
  items: readonly object[],
  message: Message,
): Uint8Array {
  const list = new BinaryWriter();
  const { resourceVersion, continue: token = "", remainingItemCount } = metadata;
  const listMeta = new BinaryWriter();
  writeText(listMeta, 1, "");
  writeText(listMeta, 2, resourceVersion);
  writeText(listMeta, 3, token);
  if (remainingItemCount !== undefined) listMeta.tag(4, WireType.Varint).int64(remainingItemCount);
  writeBytes(list, 1, listMeta.finish());
  for (const item of items) writeBytes(list, 2, toMessage(item, message));
  return list.finish();
}

const STATUS: Message = new Map([
  [1, { member: "metadata", type: new Map([[3, { member: "continue", type: "text", omitZero: true }]]) }],
  [2, { member: "status", type: "text" }],
  [3, { member: "message", type: "text" }],
  [4, { member: "reason", type: "text" }],
  [
    5,
    {
      member: "details",
      type: new Map([
        [1, { member: "name", type: "text", omitZero: true }],
        [2, { member: "group", type: "text", omitZero: true }],
        [3, { member: "kind", type: "text", omitZero: true }],
        [5, { member: "retryAfterSeconds", type: "integer", omitZero: true }],
      ]),
    },
  ],
  [6, { member: "code", type: "integer" }],
]);

export function toStatusMessage({ apiVersion, kind, ...status }: Status): Buffer {
  return toEnvelope(apiVersion, kind, toMessage(status, STATUS));
}

export function toMessage(object: object, message: Message): Uint8Array {
  const writer = new BinaryWriter();
  const members = new Set([...message.values()].map(({ member }) => member));
  const unknown = Object.keys(object).find((member) => !members.has(member));
  if (unknown !== undefined) throw new NotInSchema(unknown);
  for (const [number, field] of message) {
    const value: unknown = Object.hasOwn(object, field.member) ? Reflect.get(object, field.member) : null;
    if (field.repeated === true && Array.isArray(value))
      for (const entry of value) writeField(writer, number, field, entry);
    else if (value !== null && value !== undefined) writeField(writer, number, field, value);
    // What is no pointer in Go is written even where it is zero.
    else if (field.omitZero === true) writeZero(writer, number, field);
  }
  return writer.finish();
}

function writeField(writer: BinaryWriter, number: number, field: Field, value: unknown): void {
  const { type } = field;
  if (typeof type === "object") writeBytes(writer, number, toMessage(expect(value, isObject, field), type));
  else if (type === "text") writeText(writer, number, expect(value, isText, field));
  else if (type === "integer") writeInteger(writer, number, expect(value, isInteger, field));
  else if (type === "flag") writer.tag(number, WireType.Varint).bool(expect(value, isFlag, field));
  else if (type === "texts") writeTexts(writer, number, expect(value, isObject, field));
  else if (type === "time") writeBytes(writer, number, toTime(value, field));
  else if (type === "intOrString") writeBytes(writer, number, toIntOrString(value, field));
  else writeManagedFields(writer, number, expect(value, Array.isArray, field));
}

function writeZero(writer: BinaryWriter, number: number, { type }: Field): void {
  if (type === "integer") writeInteger(writer, number, 0);
  else writeText(writer, number, "");
}

/** Go's marshaller sorts the keys of a map. */
function writeTexts(writer: BinaryWriter, number: number, texts: object): void {
  const entries = Object.entries(texts).toSorted(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  for (const [key, value] of entries) {
    const entry = new BinaryWriter();
    writeText(entry, 1, key);
    writeText(entry, 2, expect(value, isText, { member: key }));
    writeBytes(writer, number, entry.finish());
  }
}

/** Seconds, and nanoseconds that are always zero. */
function toTime(value: unknown, field: Field): Uint8Array {
  const milliseconds = Date.parse(expect(value, isText, field));
  if (!Number.isInteger(milliseconds / 1000)) throw new NotInSchema(field.member);
  const time = new BinaryWriter();
  writeInteger(time, 1, milliseconds / 1000);
  writeInteger(time, 2, 0);
  return time.finish();
}

function toIntOrString(value: unknown, field: Field): Uint8Array {
  const isNumber = isInteger(value);
  const message = new BinaryWriter();
  writeInteger(message, 1, isNumber ? 0 : 1);
  writeInteger(message, 2, isNumber ? value : 0);
  writeText(message, 3, isNumber ? "" : expect(value, isText, field));
  return message.finish();
}

const MANAGED_FIELDS: Message = new Map([
  [1, { member: "manager", type: "text", omitZero: true }],
  [2, { member: "operation", type: "text", omitZero: true }],
  [3, { member: "apiVersion", type: "text", omitZero: true }],
  [4, { member: "time", type: "time" }],
  [6, { member: "fieldsType", type: "text", omitZero: true }],
]);

/** Which fields they are is JSON in protobuf as well. */
function writeManagedFields(writer: BinaryWriter, number: number, entries: readonly unknown[]): void {
  for (const entry of entries) {
    const { fieldsV1, subresource, ...rest } = expect(entry, isObject, { member: "managedFields" }) as {
      readonly fieldsV1?: unknown;
      readonly subresource?: unknown;
    };
    const raw = new BinaryWriter();
    writeText(raw, 1, JSON.stringify(fieldsV1 ?? {}));
    const message = new BinaryWriter().raw(toMessage(rest, MANAGED_FIELDS));
    writeBytes(message, 7, raw.finish());
    writeText(message, 8, expect(subresource ?? "", isText, { member: "subresource" }));
    writeBytes(writer, number, message.finish());
  }
}

function writeText(writer: BinaryWriter, number: number, text: string): void {
  writer.tag(number, WireType.LengthDelimited).string(text);
}

function writeBytes(writer: BinaryWriter, number: number, bytes: Uint8Array): void {
  writer.tag(number, WireType.LengthDelimited).bytes(bytes);
}

function writeInteger(writer: BinaryWriter, number: number, value: number): void {
  writer.tag(number, WireType.Varint).int64(value);
}

function expect<T>(value: unknown, is: (value: unknown) => value is T, { member }: Pick<Field, "member">): T {
  if (!is(value)) throw new NotInSchema(member);
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}
