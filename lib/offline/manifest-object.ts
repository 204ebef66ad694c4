// From parsed documents to Kubernetes objects: lists are unrolled, and every object knows where it stands.
// Looks at nothing below `kind` but a list's items.

import { isRecord } from "../kubernetes/foreign-json.ts";
import type { DocumentProblem, ParsedDocument } from "./parse-yaml.ts";

export interface ManifestObject {
  /** Group of the apiVersion; "" for the core one. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly line: number;
}

/** Lists in lists, as scripts make them by appending. */
const MAX_LIST_DEPTH = 5;

export function toObjects({
  value,
  line,
  itemLines,
}: ParsedDocument): readonly (ManifestObject | DocumentProblem)[] {
  // An empty document, such as a template that rendered to nothing.
  if (value === null || value === undefined) return [];
  return unroll(value, line, itemLines, MAX_LIST_DEPTH);
}

function unroll(
  value: unknown,
  line: number,
  itemLines: readonly number[],
  depth: number,
): readonly (ManifestObject | DocumentProblem)[] {
  const object = toObject(value, line);
  if ("detail" in object) return [object];
  const items = itemsOf(object);
  if (items === null) return [object];
  if (depth === 0) return [{ line, detail: "lists in lists, nested too deeply" }];
  return items.flatMap((item: unknown, index) =>
    unroll(withListType(item, object), itemLines[index] ?? line, [], depth - 1),
  );
}

function toObject(value: unknown, line: number): ManifestObject | DocumentProblem {
  if (!isRecord(value)) return { line, detail: "not a Kubernetes object: it is no map" };
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== "string" || apiVersion === "")
    return { line, detail: "not a Kubernetes object: it has no apiVersion" };
  if (typeof kind !== "string" || kind === "")
    return { line, detail: "not a Kubernetes object: it has no kind" };
  const slash = apiVersion.indexOf("/");
  return {
    group: slash === -1 ? "" : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    value,
    line,
  };
}

/** API conventions, "Types (Kinds)": "The name of a list kind must end with "List"" and lists have `items`. */
function itemsOf({ kind, value }: ManifestObject): readonly unknown[] | null {
  if (!kind.endsWith("List")) return null;
  const items = Object.hasOwn(value, "items") ? value["items"] : undefined;
  if (Array.isArray(items)) return items;
  // Go writes an empty list as null.
  return items === null || kind === "List" ? [] : null;
}

/** Items of a list of one kind, such as a NetworkPolicyList, leave out what the list says for all of them. */
function withListType(item: unknown, { kind, value }: ManifestObject): unknown {
  if (!isRecord(item) || kind === "List") return item;
  return { apiVersion: value["apiVersion"], kind: kind.slice(0, -"List".length), ...item };
}
