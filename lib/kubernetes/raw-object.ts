// Policies and custom resources as the server sent them: below `metadata` nothing is checked, dropped or
// renamed, because a field that we do not know must reach the evaluator. Metadata is checked.

import type { RawMetadata, RawObject } from "../model/kubernetes.ts";
import { rememberLast } from "../model/remember-last.ts";
import { MalformedObjectError } from "./errors.ts";
import { isDeeperThan, isRecord, isStringMap } from "./foreign-json.ts";
import type { ListPage } from "./list.ts";
import { isNumber, isString, parseMetadata, parseOwnerReferences } from "./object-metadata.ts";

/** No policy schema that we know comes near; a Snapshot must stay writable as JSON. */
const MAX_DEPTH = 100;

/** `page`: the list that the item came in; an object that came alone says both itself. */
export function toRawObject(item: unknown, page: Pick<ListPage, "apiVersion" | "kind">): RawObject {
  const object = toSchemaObject(item, page);
  if (isDeeperThan(MAX_DEPTH, item)) throw new MalformedObjectError(object.kind, "depth of nesting");
  return object;
}

/** Of an item that was read by a schema, which does not nest beyond reason. */
export function toSchemaObject(item: unknown, page: Pick<ListPage, "apiVersion" | "kind">): RawObject {
  // Items of a built-in type carry neither: the list's own say it for all of them.
  const apiVersion = textOf(item, "apiVersion") ?? page.apiVersion;
  const kind = textOf(item, "kind") ?? toItemKind(isString(page.kind) ? page.kind : null);
  if (!isRecord(item) || !isString(kind)) throw new MalformedObjectError("list item", "kind");
  if (!isString(apiVersion)) throw new MalformedObjectError(kind, "apiVersion");
  return { ...item, apiVersion, kind, metadata: toRawMetadata(kind, item) };
}

function textOf(item: unknown, member: string): string | null {
  const value = isRecord(item) ? item[member] : undefined;
  return isString(value) && value !== "" ? value : null;
}

/** API conventions: the name of a list kind must end with "List". One text for all items, which ask one by one. */
const toItemKind = rememberLast(
  (listKind: string | null): string | null => /^(.+)List$/.exec(listKind ?? "")?.[1] ?? null,
);

/** kubectl's copy of the whole object, as a text. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** As sent, less `managedFields` and kubectl's copy: each is as long as many a policy, and decides nothing. */
function toRawMetadata(kind: string, item: Readonly<Record<string, unknown>>): RawMetadata {
  const { managedFields: _, ...sent } = isRecord(item["metadata"]) ? item["metadata"] : {};
  const metadata: unknown = Object.values(sent).includes(null) ? withoutNulls(sent) : sent;
  assertRawMetadata(kind, metadata);
  return withoutCopy(metadata);
}

function withoutCopy(metadata: RawMetadata): RawMetadata {
  if (metadata.annotations === undefined || !Object.hasOwn(metadata.annotations, LAST_APPLIED))
    return metadata;
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
  return { ...metadata, annotations };
}

function withoutNulls(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

function assertRawMetadata(kind: string, metadata: unknown): asserts metadata is RawMetadata {
  parseMetadata(kind, { metadata });
  if (!isRecord(metadata)) throw new MalformedObjectError(kind, "metadata");
  parseOwnerReferences(kind, metadata["ownerReferences"]);
  for (const [member, is] of RAW_MEMBERS)
    if (Object.hasOwn(metadata, member) && !is(metadata[member]))
      throw new MalformedObjectError(kind, `metadata.${member}`);
}

const RAW_MEMBERS: readonly (readonly [keyof RawMetadata, (value: unknown) => boolean])[] = [
  ["namespace", isString],
  ["uid", isString],
  ["generation", isNumber],
  ["creationTimestamp", isString],
  ["deletionTimestamp", isString],
  ["labels", isStringMap],
  ["annotations", isStringMap],
  ["finalizers", (value) => Array.isArray(value) && value.every(isString)],
];
