// Pods that policies do not reach although an engine enforces on their node. Where a pod runs is seldom known,
// so one counts for sure only if no node's engines could police it, and never if all of them can.

import type { PodException } from "../model/enforcement-detail.ts";
import type { Pod, RawObject } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import type { EngineContext } from "./engine-assessment.ts";
import { isCounted } from "./hosted-pods.ts";
import { toPodMatcher } from "./select-pods.ts";
import type { PodMatcher } from "./select-pods.ts";
import { allOf, anyOf } from "./ternary.ts";
import type { Ternary } from "./ternary.ts";

export interface PodExceptions {
  readonly items: readonly PodException[];
  /** Whether any pod on an enforcing node is not policed. */
  readonly any: Ternary;
  readonly missing: readonly FactName[];
}

/** Finds, among the pods that an engine polices, those that it cannot. */
export interface ExceptionRule {
  readonly engines: readonly Engine[];
  readonly kind: PodException["kind"];
  readonly because: string;
  /** Asked once per cluster. Null: this pod may be one, and what would tell was not seen. */
  readonly prepare: (context: EngineContext) => (pod: Pod) => Ternary;
  /** Only pods that a policy selects count. */
  readonly selectedOnly: boolean;
  readonly needs: readonly FactName[];
}

/** Where pods may run: the engines that enforce there, and all that may. */
export interface Place {
  readonly engines: readonly Engine[];
  readonly mayEnforce: readonly Engine[];
}

const NONE: PodExceptions = { items: [], any: false, missing: [] };

export function findPodExceptions(
  context: EngineContext,
  places: readonly Place[],
  rules: readonly ExceptionRule[],
): PodExceptions {
  const { facts } = context;
  const distinct = distinctPlaces(places);
  const present = new Set(distinct.flatMap(({ engines, mayEnforce }) => [...engines, ...mayEnforce]));
  const asked = rules.filter(({ engines }) => engines.some((engine) => present.has(engine)));
  if (asked.length === 0) return NONE;
  if (!facts.pods.seen) return { items: [], any: null, missing: ["pods"] };
  const prepared = prepareRules(context, asked);
  const hits: Hit[] = [];
  for (const pod of facts.pods.value) {
    if (!isCounted(pod)) continue;
    const first = prepared.find(({ appliesTo }) => appliesTo(pod) !== false);
    if (first === undefined) continue;
    const applying = prepared.map(({ rule, appliesTo }) => ({ rule, applies: appliesTo(pod) }));
    const exempt = isExempt(distinct, applying, facts.daemonSets.seen);
    if (exempt !== false) hits.push({ pod, rule: first.rule, exempt });
  }
  return {
    items: hits.map(toException),
    any: anyOf(hits.map(({ exempt }) => exempt)),
    missing: toMissing(facts, hits),
  };
}

interface Applying {
  readonly rule: ExceptionRule;
  readonly applies: Ternary;
}

/** Unpoliced on a node: exempt from every engine that enforces there. */
function isExempt(places: readonly Place[], applying: readonly Applying[], enginesSeen: boolean): Ternary {
  const from = (engine: Engine): Ternary =>
    anyOf(applying.filter(({ rule }) => rule.engines.includes(engine)).map(({ applies }) => applies));
  const everywhere = places.map(({ engines, mayEnforce }) => allOf([...engines, ...mayEnforce].map(from)));
  if (enginesSeen && allOf(everywhere) === true) return true;
  const enforcing = places.filter(({ engines }) => engines.length > 0);
  return enforcing.some(({ engines }) => allOf(engines.map(from)) !== false) ? null : false;
}

function distinctPlaces(places: readonly Place[]): readonly Place[] {
  const byKey = new Map(places.map((place) => [`${place.engines.join()}|${place.mayEnforce.join()}`, place]));
  return [...byKey.values()];
}

function prepareRules(context: EngineContext, rules: readonly ExceptionRule[]) {
  const isSelected = selection(context.facts);
  return rules.map((rule) => {
    const applies = rule.prepare(context);
    const appliesTo = (pod: Pod): Ternary => {
      const applied = applies(pod);
      return applied === false || !rule.selectedOnly ? applied : allOf([applied, isSelected(pod)]);
    };
    return { rule, appliesTo };
  });
}

interface Hit {
  readonly pod: Pod;
  readonly rule: ExceptionRule;
  readonly exempt: true | null;
}

function toException({ rule, pod, exempt }: Hit): PodException {
  return {
    namespace: pod.namespace,
    name: pod.name,
    kind: rule.kind,
    effect: exempt === true ? "not-enforced" : "unknown",
    because: rule.because,
  };
}

function toMissing(facts: Facts, hits: readonly Hit[]): readonly FactName[] {
  const doubtful = hits.filter(({ exempt }) => exempt === null);
  const needs = new Set<FactName>(doubtful.flatMap(({ rule }) => rule.needs));
  if (doubtful.some(({ rule }) => rule.selectedOnly)) needs.add("networkPolicies");
  return [...needs].filter((name) => !facts[name].seen);
}

/** Most clusters have no pod of which it matters, so the policies are looked at with the first one. */
function selection({ networkPolicies }: Facts): (pod: Pod) => Ternary {
  if (!networkPolicies.seen) return () => null;
  let matchers: ReadonlyMap<string, readonly PodMatcher[]> | null = null;
  return (pod) => {
    matchers ??= matchersByNamespace(networkPolicies.value);
    return anyOf((matchers.get(pod.namespace) ?? []).map((matches) => matches(pod.labels)));
  };
}

function matchersByNamespace(policies: readonly RawObject[]): ReadonlyMap<string, readonly PodMatcher[]> {
  const matchers = new Map<string, PodMatcher[]>();
  for (const policy of policies) {
    const namespace = policy.metadata.namespace ?? "";
    const own = matchers.get(namespace);
    if (own === undefined) matchers.set(namespace, [toPodMatcher(policy)]);
    else own.push(toPodMatcher(policy));
  }
  return matchers;
}
