// Which labels a selector selects, as the emulated cluster's own controllers and scheduler see it.
// Written apart from lib/netpol on purpose: the emulator must not share the scanner's mistakes.

import type { Labels } from "../../lib/model/kubernetes.ts";
import { toFields, toLabels, toList, toStrings, toText } from "./fields.ts";

/** A LabelSelector; an absent one selects nothing, an empty one everything. */
export function isSelected(selector: unknown, labels: Labels): boolean {
  if (selector === undefined || selector === null) return false;
  const { matchLabels, matchExpressions } = toFields(selector);
  return hasLabels(toLabels(matchLabels), labels) && matchesExpressions(matchExpressions, labels);
}

export function hasLabels(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** `matchExpressions` of a LabelSelector or of a node affinity term. */
export function matchesExpressions(expressions: unknown, labels: Labels): boolean {
  return toList(expressions).every((expression) => {
    const key = toText(expression["key"], "");
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    const values = toStrings(expression["values"]);
    switch (expression["operator"]) {
      case "In":
        return value !== undefined && values.includes(value);
      case "NotIn":
        return value === undefined || !values.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
      default:
        return false;
    }
  });
}
