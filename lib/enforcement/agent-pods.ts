// Which pods are an engine's agents, on which node each runs, and whether its container is ready there.
// Pod readiness is not asked: the container that enforces may have no probe of its own.

import type { Container, DaemonSet, Pod } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import type { EngineContext, NodeReading } from "./engine-assessment.ts";
import { combineDefaults } from "./possible-defaults.ts";
import type { DefaultVerdict, PossibleDefaults } from "./possible-defaults.ts";
import { allOf } from "./ternary.ts";
import type { Ternary } from "./ternary.ts";

/** What the containers of one agent (a pod's, or a DaemonSet's template) say about policy. */
export interface AgentReading {
  readonly applies: Ternary;
  /** Somebody asked this agent to apply policies, whether or not it does. */
  readonly declared: Ternary;
  readonly because: string;
  readonly unselected: DefaultVerdict | null;
  /** What pods of such an agent can still do, or null. */
  readonly limitation?: string | null;
}

/** A DaemonSet that is the engine's by its labels, in which no container is the agent that we know. */
export const UNRECOGNISABLE: AgentReading = {
  applies: null,
  declared: null,
  because: "none of its containers is an agent that we recognise",
  unselected: null,
};

export interface AgentReader {
  /** The container that enforces, or undefined where it is absent. */
  readonly findAgent: (containers: readonly Container[]) => Container | undefined;
  /** `pod`: whose containers they are; null: a template's, whose pods may come to any node. */
  readonly readAgent: (containers: readonly Container[], pod: Pod | null) => AgentReading;
  /** The cluster-wide switch, where the engine has one. */
  readonly applies: Ternary;
  readonly because: string;
  /** An agent that runs denies by default even where the cluster-wide switch is off (VPC CNI, strict). */
  readonly deniesAlone: boolean;
}

export interface AgentsView {
  readonly byNode: ReadonlyMap<string, NodeReading>;
  readonly placed: boolean;
  readonly elsewhere: NodeReading;
  readonly missing: readonly (keyof Facts)[];
}

/** An agent that started less than this ago may not be ready yet without anything being wrong. */
const START_GRACE_MS = 120_000;

const UNTOUCHED = { limitation: null, defaults: [] } as const;

export function readAgentPods(
  context: EngineContext,
  daemonSets: readonly DaemonSet[],
  reader: AgentReader,
): AgentsView {
  const pods = context.facts.agentPods;
  if (!pods.seen) return readTemplates(daemonSets, reader);
  const byNode = new Map<string, NodeReading>();
  let unplaced = false;
  for (const pod of pods.value.filter((pod) => daemonSets.some((set) => isPodOf(pod, set)))) {
    if (pod.detail === null) unplaced = true;
    else if (pod.detail.nodeName !== null) {
      const reading = readPod(context, pod, pod.detail.containers, reader);
      byNode.set(pod.detail.nodeName, strongest(byNode.get(pod.detail.nodeName), reading));
    }
  }
  const elsewhere = unplaced
    ? {
        enforces: null,
        because: "an agent's pod was seen without its node",
        limitation: null,
        defaults: [null],
      }
    : { enforces: false, because: "no agent runs there", ...UNTOUCHED };
  return { byNode, placed: !unplaced, elsewhere, missing: [] };
}

export interface SeenAgent {
  readonly containers: readonly Container[];
  /** Null: a template. */
  readonly pod: Pod | null;
}

/** Every template, and every agent's pod that was seen: some may still run a former one. */
export function seenAgents(facts: Facts, daemonSets: readonly DaemonSet[]): readonly SeenAgent[] {
  const pods = facts.agentPods.seen ? facts.agentPods.value : [];
  const own = pods.filter((pod) => daemonSets.some((set) => isPodOf(pod, set)));
  return [
    ...daemonSets.map(({ containers }) => ({ containers, pod: null })),
    ...own.flatMap((pod) => (pod.detail === null ? [] : [{ containers: pod.detail.containers, pod }])),
  ];
}

/** A DaemonSet's own pods name it as their controller; pods from a dump may only carry its labels. */
export function isPodOf(pod: Pod, daemonSet: DaemonSet): boolean {
  if (pod.namespace !== daemonSet.namespace) return false;
  if (pod.owner !== null) return pod.owner.kind === "DaemonSet" && pod.owner.name === daemonSet.name;
  const labels = Object.entries(daemonSet.matchLabels);
  return labels.length > 0 && labels.every(([key, value]) => ownLabel(pod, key) === value);
}

function ownLabel(pod: Pod, key: string): string | undefined {
  return Object.hasOwn(pod.labels, key) ? pod.labels[key] : undefined;
}

/** Null: its node does not report, and it was ready when it last did. */
export function isAgentReady(pod: Pod, container: Container): Ternary {
  const status = pod.detail?.containerStatuses.find((status) => status.name === container.name);
  if (status === undefined || !status.ready || !status.running) return false;
  return pod.detail?.silent === true ? null : true;
}

function readPod(
  context: EngineContext,
  pod: Pod,
  containers: readonly Container[],
  reader: AgentReader,
): NodeReading {
  const agent = reader.findAgent(containers);
  const reading = reader.readAgent(containers, pod);
  if (reading.applies === false) return { enforces: false, because: reading.because, ...UNTOUCHED };
  if (agent === undefined) {
    return { enforces: null, because: reading.because, limitation: null, defaults: [null] };
  }
  const ready = isAgentReady(pod, agent);
  if (ready === null) return readSilent(agent, reading, reader);
  if (!ready) return readNotReady(context, pod, agent, reading, reader);
  const enforces = allOf([reading.applies, reader.applies]);
  return {
    enforces,
    because: reader.applies === true || reading.applies === null ? reading.because : reader.because,
    limitation: reading.limitation ?? null,
    defaults: toDefaults(reading, reader, enforces),
  };
}

function toDefaults(reading: AgentReading, reader: AgentReader, enforces: Ternary): PossibleDefaults {
  const denies = reader.deniesAlone ? reading.applies : enforces;
  if (denies === false) return [];
  return denies === true ? [reading.unselected] : [reading.unselected, "allowed"];
}

function readNotReady(
  context: EngineContext,
  pod: Pod,
  agent: Container,
  reading: AgentReading,
  reader: AgentReader,
): NodeReading {
  const createdAtMs = pod.createdAt === null ? NaN : Date.parse(pod.createdAt);
  const starting = context.observedAtMs !== null && context.observedAtMs - createdAtMs < START_GRACE_MS;
  return {
    enforces: starting && reader.applies !== false ? null : false,
    because: `its agent container ${agent.name} is ${starting ? "just starting" : "not ready"} there`,
    limitation: null,
    defaults: toLeftDefaults(reading),
  };
}

/**
 * Neither the agent nor the pods beside it were seen since the node went silent. What it left in the kernel may go on
 * for them, and no pod starts where no kubelet works; but that it runs nobody saw, so it is no pass, and no failure.
 */
function readSilent(agent: Container, reading: AgentReading, reader: AgentReader): NodeReading {
  return {
    enforces: reader.applies === false ? false : null,
    because: `the node does not report, so whether its agent container ${agent.name} still runs is not known`,
    limitation: null,
    defaults: toLeftDefaults(reading),
  };
}

/** What an agent left in the kernel before it stopped is not visible, so a denial may or may not last. */
function toLeftDefaults({ unselected }: AgentReading): PossibleDefaults {
  return unselected === "allowed" ? ["allowed"] : [null];
}

/** No agent that runs, and none that a template could start, applies policies. */
export function isSwitchedOff(
  facts: Facts,
  readings: readonly AgentReading[],
  daemonSets: readonly DaemonSet[],
): boolean {
  const complete = facts.agentPods.seen || daemonSets.every(isSettled);
  return complete && readings.every(({ applies }) => applies === false);
}

/** Of agents that apply policies, or may; null for those of a former template that were not seen. */
export function defaultsOf(
  facts: Facts,
  readings: readonly AgentReading[],
  daemonSets: readonly DaemonSet[],
): PossibleDefaults {
  const former = facts.agentPods.seen || daemonSets.every(isSettled) ? [] : [null];
  const known = readings.filter(({ applies }) => applies !== false).map(({ unselected }) => unselected);
  return [...known, ...former];
}

/** Without pods, a finished rollout of a template that is off leaves no agent that is on. */
function readTemplates(daemonSets: readonly DaemonSet[], reader: AgentReader): AgentsView {
  const readings = daemonSets.map((set) => ({ set, ...reader.readAgent(set.containers, null) }));
  const off = readings.every(({ set, applies }) => applies === false && isSettled(set));
  if (off) {
    const because = readings[0]?.because ?? "no agent is installed";
    const elsewhere = { enforces: false, because, ...UNTOUCHED };
    return { byNode: new Map(), placed: true, elsewhere, missing: [] };
  }
  const enforces = reader.applies === false ? false : null;
  const because = enforces === false ? reader.because : "its agents' pods were not seen";
  const former = daemonSets.every(isSettled) ? [] : [null];
  const untouched = enforces === false && !reader.deniesAlone;
  const defaults = untouched
    ? []
    : [...readings.map(({ unselected }) => unselected), "allowed" as const, ...former];
  const elsewhere = { enforces, because, limitation: null, defaults };
  return { byNode: new Map(), placed: false, elsewhere, missing: ["agentPods"] };
}

/** Every pod has the newest template. A manifest that no cluster holds has no generation and no pods. */
export function isSettled(daemonSet: DaemonSet): boolean {
  const { generation, status } = daemonSet;
  if (generation === null) return true;
  return (
    status.observedGeneration === generation &&
    status.desiredNumberScheduled !== null &&
    status.updatedNumberScheduled === status.desiredNumberScheduled
  );
}

/** Two DaemonSets of one engine may both reach a node: what enforces most decides. */
function strongest(former: NodeReading | undefined, next: NodeReading): NodeReading {
  if (former === undefined) return next;
  const weaker = former.enforces === true || (former.enforces === null && next.enforces === false);
  const defaults = combineDefaults([former.defaults, next.defaults]);
  return { ...(weaker ? former : next), defaults };
}
