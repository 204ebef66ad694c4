// Pods that policies do not reach although the engine enforces on their node. Decides per pod from labels,
// owners and annotations; says nothing about pods that no policy is meant for.

import type { PodException } from "../model/enforcement-detail.ts";
import type { Pod } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import type { EngineContext } from "./engine-assessment.ts";
import { isCounted } from "./node-coverage.ts";
import { toPodMatcher } from "./select-pods.ts";
import type { PodMatcher } from "./select-pods.ts";
import { anyOf } from "./ternary.ts";
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

const NONE: PodExceptions = { items: [], any: false, missing: [] };

/** `engines` enforce on some node, or may; the rules of an engine that does not are not asked. */
export function findPodExceptions(
  context: EngineContext,
  engines: readonly Engine[],
  rules: readonly ExceptionRule[],
): PodExceptions {
  const { facts } = context;
  const asked = rules
    .filter((rule) => rule.engines.some((engine) => engines.includes(engine)))
    .map((rule) => ({ rule, appliesTo: rule.prepare(context) }));
  if (asked.length === 0) return NONE;
  if (!facts.pods.seen) return { items: [], any: null, missing: ["pods"] };
  const isSelected = selection(facts);
  const hits = facts.pods.value.filter(isCounted).flatMap((pod) =>
    asked.flatMap(({ rule, appliesTo }) => {
      const applies = appliesTo(pod);
      if (applies === false) return [];
      const selected = rule.selectedOnly ? isSelected(pod) : true;
      if (selected === false) return [];
      // Where several engines share the cluster, the pod may be on a node of one that can police it.
      const placed = facts.daemonSets.seen && engines.every((engine) => rule.engines.includes(engine));
      const sure = applies === true && selected === true && placed;
      return [{ rule, pod, sure }];
    }),
  );
  return {
    items: hits.map(toException),
    any: anyOf(hits.map(({ sure }) => (sure ? true : null))),
    missing: toMissing(facts, hits),
  };
}

interface Hit {
  readonly rule: ExceptionRule;
  readonly pod: Pod;
  readonly sure: boolean;
}

function toException({ rule, pod, sure }: Hit): PodException {
  return {
    namespace: pod.namespace,
    name: pod.name,
    kind: rule.kind,
    effect: sure ? "not-enforced" : "unknown",
    because: rule.because,
  };
}

function toMissing(facts: Facts, hits: readonly Hit[]): readonly FactName[] {
  const doubtful = hits.filter(({ sure }) => !sure);
  const needs = new Set<FactName>(doubtful.flatMap(({ rule }) => rule.needs));
  if (doubtful.some(({ rule }) => rule.selectedOnly)) needs.add("networkPolicies");
  return [...needs].filter((name) => !facts[name].seen);
}

function selection(facts: Facts): (pod: Pod) => Ternary {
  if (!facts.networkPolicies.seen) return () => null;
  const matchers = new Map<string, PodMatcher[]>();
  for (const policy of facts.networkPolicies.value) {
    const namespace = policy.metadata.namespace ?? "";
    const own = matchers.get(namespace);
    if (own === undefined) matchers.set(namespace, [toPodMatcher(policy)]);
    else own.push(toPodMatcher(policy));
  }
  return (pod) => anyOf((matchers.get(pod.namespace) ?? []).map((matches) => matches(pod.labels)));
}
