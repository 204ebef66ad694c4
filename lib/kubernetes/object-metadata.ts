// `metadata` of any object, checked by hand because a cluster has 100,000 of them. Throws MalformedObjectError; never
// repairs.

import type { Labels, OwnerReference } from "../model/kubernetes.ts";
import { MalformedObjectError } from "./errors.ts";
import { isRecord, isStringMap } from "./foreign-json.ts";

export interface ObjectMetadata {
  readonly name: string;
  /** null: cluster-scoped. */
  readonly namespace: string | null;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly generation: number | null;
  readonly createdAt: string | null;
  /** ObjectMeta: deletionTimestamp is "set by the server when a graceful deletion is requested". */
  readonly terminating: boolean;
  /** `deletionGracePeriodSeconds`: "only set when deletionTimestamp is also set". */
  readonly deletionGraceSeconds: number | null;
  readonly owner: OwnerReference | null;
}

export const NO_LABELS: Labels = Object.freeze({});

export function parseMetadata(kind: string, object: unknown): ObjectMetadata {
  const metadata = isRecord(object) ? object["metadata"] : undefined;
  if (!isRecord(metadata)) throw new MalformedObjectError(kind, "metadata");
  return {
    name: parseName(kind, metadata["name"]),
    namespace: optional(kind, metadata, "namespace", isString),
    labels: optional(kind, metadata, "labels", isStringMap) ?? NO_LABELS,
    annotations: optional(kind, metadata, "annotations", isStringMap) ?? NO_LABELS,
    generation: optional(kind, metadata, "generation", isNumber),
    createdAt: optional(kind, metadata, "creationTimestamp", isString),
    terminating: optional(kind, metadata, "deletionTimestamp", isString) !== null,
    deletionGraceSeconds: optional(kind, metadata, "deletionGracePeriodSeconds", isNumber),
    owner: parseController(kind, metadata["ownerReferences"]),
  };
}

/** The namespace of an object whose kind is namespaced. */
export function requireNamespace(kind: string, metadata: ObjectMetadata): string {
  if (metadata.namespace === null || metadata.namespace === "")
    throw new MalformedObjectError(kind, "metadata.namespace");
  return metadata.namespace;
}

function parseName(kind: string, name: unknown): string {
  if (typeof name !== "string" || name === "") throw new MalformedObjectError(kind, "metadata.name");
  return name;
}

/** null where the member is absent or null: all of ObjectMeta is optional on the wire. */
function optional<T>(
  kind: string,
  metadata: Readonly<Record<string, unknown>>,
  member: string,
  is: (value: unknown) => value is T,
): T | null {
  const value = metadata[member];
  if (value === undefined || value === null) return null;
  if (!is(value)) throw new MalformedObjectError(kind, `metadata.${member}`);
  return value;
}

export function parseOwnerReferences(kind: string, references: unknown): readonly OwnerReference[] {
  if (references === undefined || references === null) return [];
  if (!Array.isArray(references)) throw new MalformedObjectError(kind, "metadata.ownerReferences");
  return references.map((reference: unknown) => parseOwnerReference(kind, reference));
}

function parseOwnerReference(owned: string, reference: unknown): OwnerReference {
  const { apiVersion, kind, name, uid, controller } = isRecord(reference) ? reference : {};
  if (isString(apiVersion) && isString(kind) && isString(name) && isString(uid))
    return controller === true
      ? { apiVersion, kind, name, uid, controller }
      : { apiVersion, kind, name, uid };
  throw new MalformedObjectError(owned, "metadata.ownerReferences");
}

/** OwnerReference: "If true, this reference points to the managing controller." There is at most one. */
export function parseController(kind: string, references: unknown): OwnerReference | null {
  return parseOwnerReferences(kind, references).find((reference) => reference.controller === true) ?? null;
}

export function isString(value: unknown): value is string {
  return typeof value === "string";
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
