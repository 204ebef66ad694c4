// Reads fields of raw manifests. Worlds are our own data: what is not there reads as empty, nothing is judged.

import type { Labels } from "../../lib/model/kubernetes.ts";

export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function toFields(value: unknown): Fields {
  return isFields(value) ? value : NOTHING;
}

export function toFieldsAt(value: unknown, ...path: readonly string[]): Fields {
  let current = toFields(value);
  for (const name of path) current = toFields(current[name]);
  return current;
}

export function toList(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(toFields) : [];
}

export function toStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function toLabels(value: unknown): Labels {
  const labels: Record<string, string> = {};
  for (const [key, text] of Object.entries(toFields(value))) {
    if (typeof text === "string") Object.defineProperty(labels, key, { value: text, enumerable: true });
  }
  return labels;
}

export function toText(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

export function toNumber(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
