// Label selectors of the Kubernetes API: parsed once, matched against many label sets.
// Sources: API reference, LabelSelector v1 meta; Concepts, "Labels and Selectors".

import type { Labels } from "../model/kubernetes.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

/** Of the Kubernetes API: In, NotIn, Exists, DoesNotExist. The others are Calico's. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Contains" | "StartsWith" | "EndsWith";
  readonly values: readonly string[];
}

export interface Combination {
  readonly operator: "AllOf" | "AnyOf" | "NoneOf";
  readonly of: readonly Requirement[];
}

export type Requirement = LabelRequirement | Combination;

export interface Selector {
  readonly requirements: readonly Requirement[];
  /** Why the selector cannot be decided: one clause that starts with the path. Null: it can. */
  readonly unknown: string | null;
}

const NOTHING_REQUIRED: readonly Requirement[] = [];
const SELECTOR_FIELDS = new Set(["matchLabels", "matchExpressions"]);
const EXPRESSION_FIELDS = new Set(["key", "operator", "values"]);

/** "An empty label selector matches all objects." */
export const EVERY: Selector = { requirements: NOTHING_REQUIRED, unknown: null };

export function unknownSelector(because: string): Selector {
  return { requirements: NOTHING_REQUIRED, unknown: because };
}

/** True only of the empty selector: one that happens to match everything today is not "every". */
export function isEvery(selector: Selector): boolean {
  return selector.unknown === null && selector.requirements.length === 0;
}

/** Null where the selector cannot be decided. */
export function selectorMatches(selector: Selector, labels: Labels): boolean | null {
  if (selector.unknown !== null) return null;
  // "The result of matchLabels and matchExpressions are ANDed."
  for (const requirement of selector.requirements) if (!requirementHolds(requirement, labels)) return false;
  return true;
}

function requirementHolds(requirement: Requirement, labels: Labels): boolean {
  if ("of" in requirement) return combinationHolds(requirement, labels);
  const { key, operator, values } = requirement;
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  if (operator === "In") return isListed;
  // NotIn selects absent keys too: "… and all resources with no labels with the tier key" (Labels and
  // Selectors, on notin).
  if (operator === "NotIn") return !isListed;
  return value !== undefined && values.some((text) => textHolds(operator, value, text));
}

function combinationHolds({ operator, of }: Combination, labels: Labels): boolean {
  const holds = (requirement: Requirement): boolean => requirementHolds(requirement, labels);
  if (operator === "AllOf") return of.every(holds);
  return operator === "AnyOf" ? of.some(holds) : !of.some(holds);
}

function textHolds(operator: "Contains" | "StartsWith" | "EndsWith", value: string, text: string): boolean {
  if (operator === "Contains") return value.includes(text);
  return operator === "StartsWith" ? value.startsWith(text) : value.endsWith(text);
}

export function parseSelector(raw: unknown, path: string): Selector {
  if (!isRecord(raw)) return unknownSelector(`${path} is not an object`);
  const foreign = unknownField(raw, SELECTOR_FIELDS);
  if (foreign !== null) return unknownSelector(`${path} has a field that we do not know, ${shown(foreign)}`);
  const requirements: Requirement[] = [];
  const problem =
    addMatchLabels(member(raw, "matchLabels"), path, requirements) ??
    addMatchExpressions(member(raw, "matchExpressions"), path, requirements);
  if (problem !== null) return unknownSelector(problem);
  return requirements.length === 0 ? EVERY : { requirements, unknown: null };
}

function addMatchLabels(raw: unknown, path: string, requirements: Requirement[]): string | null {
  if (raw === undefined) return null;
  if (!isRecord(raw)) return `${path}.matchLabels is not a map`;
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    if (typeof value !== "string") return `${path}.matchLabels[${shown(key)}] is not a string`;
    // "A single {key,value} in the matchLabels map is equivalent to an element of matchExpressions, whose key
    // field is "key", the operator is "In", and the values array contains only "value"."
    requirements.push({ key, operator: "In", values: [value] });
  }
  return null;
}

function addMatchExpressions(raw: unknown, path: string, requirements: Requirement[]): string | null {
  if (raw === undefined) return null;
  if (!Array.isArray(raw)) return `${path}.matchExpressions is not a list`;
  for (const [index, expression] of raw.entries()) {
    const requirement = parseExpression(expression, `${path}.matchExpressions[${index}]`);
    if (typeof requirement === "string") return requirement;
    requirements.push(requirement);
  }
  return null;
}

function parseExpression(raw: unknown, path: string): LabelRequirement | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, EXPRESSION_FIELDS);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  const key = member(raw, "key");
  if (typeof key !== "string" || key === "") return `${path}.key is not a label key`;
  const values = parseValues(raw);
  if (values === null) return `${path}.values is not a list of strings`;
  const operator = member(raw, "operator");
  switch (operator) {
    case "In":
    case "NotIn":
      // "If the operator is In or NotIn, the values array must be non-empty."
      return values.length > 0
        ? { key, operator, values }
        : `${path}.values is empty, which ${operator} forbids`;
    case "Exists":
    case "DoesNotExist":
      // "If the operator is Exists or DoesNotExist, the values array must be empty."
      return values.length === 0
        ? { key, operator, values }
        : `${path}.values is not empty, which ${operator} forbids`;
    // "Valid operators are In, NotIn, Exists and DoesNotExist."
    default:
      return `${path}.operator is ${shown(operator)}, which is not an operator that we know`;
  }
}

function parseValues(expression: RawRecord): readonly string[] | null {
  const raw = member(expression, "values");
  if (raw === undefined) return [];
  return Array.isArray(raw) && raw.every((value) => typeof value === "string") ? raw : null;
}

/** One text per meaning-as-written, for memory and for telling selectors apart. */
export function selectorKey({ requirements, unknown }: Selector): string {
  return unknown ?? JSON.stringify(requirements.map(requirementKey));
}

function requirementKey(requirement: Requirement): readonly unknown[] {
  if ("of" in requirement) return [requirement.operator, requirement.of.map(requirementKey)];
  return [requirement.key, requirement.operator, ...requirement.values];
}

/** For people: `app=web, tier notin (a, b)`, or `every` for the empty selector. */
export function selectorInWords(selector: Selector): string {
  if (selector.unknown !== null) return "an unreadable selector";
  if (selector.requirements.length === 0) return "every";
  return selector.requirements.map(requirementInWords).join(", ");
}

function requirementInWords(requirement: Requirement): string {
  if ("of" in requirement) return combinationInWords(requirement);
  const { key, operator, values } = requirement;
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  if (operator === "In" && values.length === 1) return `${key}=${values[0]}`;
  return `${key} ${operator.toLowerCase()} (${values.join(", ")})`;
}

function combinationInWords({ operator, of }: Combination): string {
  const words = of.map(requirementInWords);
  if (operator === "NoneOf") return `not (${words.join(" or ")})`;
  return `(${words.join(operator === "AllOf" ? " and " : " or ")})`;
}
