// What a PolicyEndpoint must repeat of its NetworkPolicy: the podSelector, and the directions that it isolates.

import { isSameJson } from "../model/sharing.ts";
import { readMember } from "./select-pods.ts";

/** Equal whatever the order of keys; absent and empty members mean the same. */
export function isSameSelector(selector: unknown, policySpec: unknown): boolean {
  const ofPolicy = readMember(policySpec, "podSelector") ?? {};
  // Most are written alike to the letter, which is seen far sooner.
  return isSameJson(selector, ofPolicy) || canonical(selector) === canonical(ofPolicy);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => !isEmpty(member))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .toSorted();
  return `{${members.join(",")}}`;
}

function isEmpty(member: unknown): boolean {
  if (member === undefined || member === null) return true;
  return typeof member === "object" && Object.keys(member).length === 0;
}

/**
 * API reference, policyTypes: "If this field is not specified, it will default based on the existence of ingress
 * or egress rules; policies that contain an egress section are assumed to affect egress, and all policies
 * (whether or not they contain an ingress section) are assumed to affect ingress." Null: unreadable.
 */
export function readIsolation(policySpec: unknown): string | null {
  const types = readMember(policySpec, "policyTypes");
  if (types !== undefined && types !== null && !Array.isArray(types)) return null;
  if (Array.isArray(types) && types.length > 0) return toDirections(types);
  const egress = readMember(policySpec, "egress");
  return Array.isArray(egress) && egress.length > 0 ? "Egress,Ingress" : "Ingress";
}

/** `Egress,Ingress`: in one order, whatever they came in. */
export function toDirections(types: readonly unknown[]): string {
  const [only] = types;
  return types.length === 1 ? String(only) : types.map(String).toSorted().join(",");
}
