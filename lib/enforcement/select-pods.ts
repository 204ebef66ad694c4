// Which pods a NetworkPolicy's podSelector picks, as far as enforcement must know it: whether a pod that cannot be
// policed was meant to be; and what any other label selector picks. One that we cannot read is null, never a guess.

import type { Labels, RawObject } from "../model/kubernetes.ts";
import type { Ternary } from "./ternary.ts";

export type PodMatcher = (labels: Labels) => Ternary;

export function toPodMatcher(policy: RawObject): PodMatcher {
  return matchPods(readMember(policy["spec"], "podSelector"));
}

/** A reader shares equal specs of policies: for each selector that it shares there is one matcher. */
export function createPodMatchers(): (policy: RawObject) => PodMatcher {
  const known = new Map<unknown, PodMatcher>();
  return (policy) => {
    const selector = readMember(policy["spec"], "podSelector");
    const matches = known.get(selector) ?? matchPods(selector);
    known.set(selector, matches);
    return matches;
  };
}

/** API reference, NetworkPolicySpec.podSelector: "An empty podSelector matches all pods in this namespace." */
function matchPods(selector: unknown): PodMatcher {
  const conditions = readConditions(selector);
  if (conditions === null) return () => null;
  return rememberLast((labels) => conditions.every((holds) => holds(labels)));
}

/** Any LabelSelector, also for labels that were not seen: an empty one selects them all the same. */
export function createLabelMatcher(selector: unknown): (labels: Labels | null) => Ternary {
  const conditions = readConditions(selector);
  if (conditions === null) return () => null;
  if (conditions.length === 0) return () => true;
  return (labels) => (labels === null ? null : conditions.every((holds) => holds(labels)));
}

/** Pods of one workload have the same labels, and come one after the other. */
function rememberLast(matches: (labels: Labels) => boolean): PodMatcher {
  let last: Labels | null = null;
  let answer = false;
  return (labels) => {
    if (labels !== last) answer = matches(labels);
    last = labels;
    return answer;
  };
}

export function readMember(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

type Condition = (labels: Labels) => boolean;

const FIELDS = new Set(["matchLabels", "matchExpressions"]);

function readConditions(selector: unknown): readonly Condition[] | null {
  if (typeof selector !== "object" || selector === null || Array.isArray(selector)) return null;
  if (Object.keys(selector).some((key) => !FIELDS.has(key))) return null;
  const labels = readMember(selector, "matchLabels") ?? {};
  const expressions = readMember(selector, "matchExpressions") ?? [];
  if (typeof labels !== "object" || !Array.isArray(expressions)) return null;
  const conditions = [
    ...Object.entries(labels).map(([key, value]) => readExpression("In", key, [value])),
    ...expressions.map((expression: unknown) =>
      readExpression(
        readMember(expression, "operator"),
        readMember(expression, "key"),
        readMember(expression, "values") ?? [],
      ),
    ),
  ];
  return conditions.every((condition) => condition !== null) ? conditions : null;
}

/** LabelSelectorRequirement: "Valid operators are In, NotIn, Exists and DoesNotExist." */
function readExpression(operator: unknown, key: unknown, values: unknown): Condition | null {
  if (typeof key !== "string" || !Array.isArray(values)) return null;
  const has = (labels: Labels): boolean => Object.hasOwn(labels, key);
  const listed = new Set<unknown>(values);
  if (operator === "Exists") return has;
  if (operator === "DoesNotExist") return (labels) => !has(labels);
  if (operator === "In") return (labels) => has(labels) && listed.has(labels[key]);
  if (operator === "NotIn") return (labels) => !has(labels) || !listed.has(labels[key]);
  return null;
}
