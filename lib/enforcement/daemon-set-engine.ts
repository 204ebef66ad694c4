// The engines whose agent is a DaemonSet and whose switches stand in its containers and at most one ConfigMap:
// how such an engine describes itself, and the one way in which all of them are assessed.

import type { Evidence } from "../model/finding.ts";
import type { Container, DaemonSet, Pod } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import {
  defaultsOf,
  isAgentReady,
  isPodOf,
  isSettled,
  isSwitchedOff,
  readAgentPods,
  seenAgents,
} from "./agent-pods.ts";
import type { AgentReading } from "./agent-pods.ts";
import { DAEMON_SET_COMPUTE } from "./engine-assessment.ts";
import type { EngineAssessment, EngineContext } from "./engine-assessment.ts";
import { agentPodsEvidence, clip, daemonSetEvidence } from "./evidence.ts";
import type { PolicyApis } from "./policy-apis.ts";
import { anyOf } from "./ternary.ts";

export interface DaemonSetEngine {
  readonly engine: Engine;
  /** As its project writes it. */
  readonly title: string;
  readonly ipBlocksMatchPods: boolean | null;
  readonly recognises: (daemonSet: DaemonSet) => boolean;
  /** The container that enforces, or undefined where it is absent. */
  readonly findAgent: (containers: readonly Container[]) => Container | undefined;
  /** How to read an agent, given the engine's ConfigMap and where the engine is installed. */
  readonly toReader: (facts: Facts, daemonSets: readonly DaemonSet[]) => (agent: AgentInput) => AgentReading;
  /** Which policy APIs it applies, where its configuration decides it. */
  readonly toPolicyApis: (facts: Facts, daemonSets: readonly DaemonSet[]) => PolicyApis;
  readonly describeSwitches?: (facts: Facts, daemonSets: readonly DaemonSet[]) => readonly Evidence[];
  /** The facts that hold its configuration, where it is not in the containers. */
  readonly configuredBy?: (facts: Facts, daemonSets: readonly DaemonSet[]) => readonly FactName[];
}

export interface AgentInput {
  /** Undefined where the containers have no agent that we recognise. */
  readonly agent: Container | undefined;
  readonly containers: readonly Container[];
  /** Null: a template, whose pods may come to any node. */
  readonly pod: Pod | null;
}

export function assessDaemonSetEngine(
  engine: DaemonSetEngine,
  context: EngineContext,
  daemonSets: readonly DaemonSet[],
): EngineAssessment {
  const { facts } = context;
  const read = engine.toReader(facts, daemonSets);
  const readAgent = (containers: readonly Container[], pod: Pod | null): AgentReading =>
    read({ agent: engine.findAgent(containers), containers, pod });
  const agents = readAgentPods(context, daemonSets, {
    findAgent: engine.findAgent,
    readAgent,
    applies: true,
    because: "",
    deniesAlone: false,
  });
  const readings = seenAgents(facts, daemonSets).map(({ containers, pod }) => readAgent(containers, pod));
  const configuredBy = engine.configuredBy?.(facts, daemonSets) ?? [];
  return {
    engine: engine.engine,
    installed: true,
    switchedOff: isSwitchedOff(facts, readings, daemonSets),
    declared: anyOf(readings.map(({ declared }) => declared)),
    ...agents,
    defaults: defaultsOf(facts, readings, daemonSets),
    computeTypes: DAEMON_SET_COMPUTE,
    ipBlocksMatchPods: engine.ipBlocksMatchPods,
    policyApis: engine.toPolicyApis(facts, daemonSets),
    summary: `${engine.title}: ${sayTogether(readings)}`,
    evidence: [
      ...(engine.describeSwitches?.(facts, daemonSets) ?? []),
      ...daemonSets.flatMap((set) => agentEvidence(engine, facts, set, readAgent(set.containers, null))),
    ],
    missing: [...agents.missing, ...configuredBy.filter((name) => !facts[name].seen)],
  };
}

/** Each node may be configured in its own way. */
const MAX_SAID = 5;

function sayTogether(readings: readonly AgentReading[]): string {
  const says = [...new Set(readings.map(({ because }) => because))];
  const others = says.length - MAX_SAID;
  const more = others > 0 ? [`${others} more of the kind`] : [];
  return [...says.slice(0, MAX_SAID), ...more].join(" and ");
}

function agentEvidence(
  engine: DaemonSetEngine,
  facts: Facts,
  daemonSet: DaemonSet,
  { because }: AgentReading,
): readonly Evidence[] {
  const agent = engine.findAgent(daemonSet.containers);
  const observed =
    agent === undefined ? "no agent container" : `container ${clip(agent.name)} (${clip(agent.image)})`;
  const rollout = isSettled(daemonSet)
    ? ""
    : "; a rollout is under way, so pods may still run the former one";
  const template = daemonSetEvidence(daemonSet, observed, `${because}${rollout}`);
  if (!facts.agentPods.seen) return [template];
  const pods = facts.agentPods.value.filter((pod) => isPodOf(pod, daemonSet));
  const ready = pods.filter((pod) => {
    const own = pod.detail === null ? undefined : engine.findAgent(pod.detail.containers);
    return own !== undefined && isAgentReady(pod, own) === true;
  });
  const counted = `agent container ready in ${ready.length} of ${pods.length} pods`;
  return [
    template,
    agentPodsEvidence(daemonSet, counted, "only a node with a ready agent can apply policies"),
  ];
}
