// Node by node: what it is, whether pods run there, and whether some engine enforces there. Coverage is
// measured on nodes that host pods with an address of their own, never on a DaemonSet's counters.

import type { Node } from "../model/kubernetes.ts";
import type { ComputeType, Engine, NodeEnforcement } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import { COMPUTE_TYPE_LABEL } from "./auto-mode.ts";
import type { EngineAssessment, NodeReading } from "./engine-assessment.ts";
import { countPods, hasFargatePods } from "./hosted-pods.ts";
import type { PodCounts } from "./hosted-pods.ts";
import { combineDefaults } from "./possible-defaults.ts";
import type { PossibleDefaults } from "./possible-defaults.ts";
import { anyOf } from "./ternary.ts";
import type { Ternary } from "./ternary.ts";

export interface NodeView {
  readonly name: string;
  /** What it may be: one type where its labels were seen. */
  readonly types: readonly ComputeType[];
  /** Whether it hosts pods that are neither hostNetwork nor finished. */
  readonly hosts: Ternary;
  readonly pods: number | null;
}

export interface JudgedNode {
  readonly node: NodeView;
  readonly enforces: Ternary;
  readonly because: string;
  /** Engines that enforce there, and those of which it is not known. */
  readonly engines: readonly Engine[];
  readonly mayEnforce: readonly Engine[];
  /** What every pod there can still do although an engine enforces, or may be able to. */
  readonly limitations: readonly string[];
  readonly limited: Ternary;
  /** Every default that an unselected pod may meet there; null is one that is not known. */
  readonly defaults: PossibleDefaults;
  /** Of the engines one by one. */
  readonly engineDefaults: PossibleDefaults;
}

export interface NodesView {
  readonly nodes: readonly NodeView[];
  /** No other node hosts pods. */
  readonly complete: boolean;
}

/** What a DaemonSet that we do not know could be doing on a node. */
export interface Uncertainty {
  readonly because: string;
}

export function viewNodes(facts: Facts, assessments: readonly EngineAssessment[]): NodesView {
  const counts = countPods(facts);
  if (facts.nodes.seen) {
    const nodes = facts.nodes.value.map((node) => viewNode(node, facts, counts));
    return { nodes, complete: true };
  }
  const withAgents = new Set(assessments.flatMap(({ byNode }) => [...byNode.keys()]));
  const names = new Set([...withAgents, ...counts.byNode.keys()]);
  const nodes = [...names].toSorted().map((name) => {
    const pods = counts.byNode.get(name) ?? null;
    return {
      name,
      types: guessTypes(name, facts, withAgents.has(name)),
      hosts: pods === null ? null : pods > 0,
      pods,
    };
  });
  return { nodes, complete: counts.complete };
}

function viewNode(node: Node, facts: Facts, counts: PodCounts): NodeView {
  const type = computeTypeOf(node.labels);
  const counted = counts.byNode.get(node.name) ?? (counts.everyPodPlaced ? 0 : null);
  const onFargate = type === "fargate" && facts.pods.seen ? hasFargatePods(facts) : null;
  const hosts = counted === null ? onFargate : counted > 0;
  return { name: node.name, types: [type], hosts, pods: counted };
}

function computeTypeOf(labels: Node["labels"]): ComputeType {
  if (labels["kubernetes.io/os"] === "windows") return "windows";
  const type = labels[COMPUTE_TYPE_LABEL];
  if (type === "fargate" || type === "auto" || type === "hybrid") return type;
  return Object.keys(labels).some((key) => AWS_LABELS.test(key)) || isAwsInstanceType(labels)
    ? "ec2"
    : "other";
}

const AWS_LABELS = /^(?:[a-z0-9-]+\.)*(?:eks\.amazonaws\.com|k8s\.aws|k8s\.amazonaws\.com)\//;

/** EC2 names types `family.size`; Azure and Google use underscores and hyphens. */
function isAwsInstanceType(labels: Node["labels"]): boolean {
  return /^[a-z0-9-]+\.[a-z0-9-]+$/.test(labels["node.kubernetes.io/instance-type"] ?? "");
}

/** Every type that a node may have whose labels were not seen. */
function guessTypes(name: string, facts: Facts, hasAgent: boolean): readonly ComputeType[] {
  if (!hasAgent && name.startsWith("fargate-")) return ["fargate"];
  // The agents that we recognise are Linux programs.
  const ordinary: readonly ComputeType[] = hasAgent
    ? ["ec2", "hybrid", "other"]
    : ["ec2", "hybrid", "other", "windows"];
  const auto: readonly ComputeType[] =
    facts.cluster.seen && facts.cluster.value.autoMode === false ? [] : ["auto"];
  return [...ordinary, ...auto, ...(hasAgent ? [] : (["fargate"] as const))];
}

export function judgeNode(
  node: NodeView,
  assessments: readonly EngineAssessment[],
  uncertainties: readonly Uncertainty[],
): JudgedNode {
  const byType = node.types.map((type) => judgeAs(type, node, assessments, uncertainties));
  const [first, ...others] = byType;
  if (first === undefined) throw new RangeError("a node has at least one possible compute type");
  if (others.length === 0) return first;
  const agreed = others.every(({ enforces }) => enforces === first.enforces);
  const engines = first.engines.filter((engine) => others.every((other) => other.engines.includes(engine)));
  const possible = new Set(byType.flatMap((judged) => [...judged.engines, ...judged.mayEnforce]));
  return {
    node,
    enforces: agreed ? first.enforces : null,
    because: agreed ? first.because : "what kind of node this is could not be seen",
    engines,
    mayEnforce: [...possible].filter((engine) => !engines.includes(engine)),
    limitations: [...new Set(byType.flatMap(({ limitations }) => limitations))],
    limited: others.every(({ limited }) => limited === first.limited) ? first.limited : null,
    defaults: byType.flatMap(({ defaults }) => defaults),
    engineDefaults: byType.flatMap(({ engineDefaults }) => engineDefaults),
  };
}

function judgeAs(
  type: ComputeType,
  node: NodeView,
  assessments: readonly EngineAssessment[],
  uncertainties: readonly Uncertainty[],
): JudgedNode {
  if (type === "fargate") return judged(node, NO_DAEMON_SETS_ON_FARGATE, [], false);
  const readings = assessments.flatMap((assessment) => {
    const reading = readAs(type, node.name, assessment);
    return reading === null ? [] : [{ engine: assessment.engine, reading }];
  });
  const enforcing = readings.filter(({ reading }) => reading.enforces === true);
  if (enforcing.length > 0) return judged(node, enforcing[0]?.reading.because ?? "", readings, true);
  const doubt = uncertainties[0];
  if (doubt !== undefined) return judged(node, doubt.because, readings, null, [[null]]);
  const verdict = anyOf(readings.map(({ reading }) => reading.enforces));
  const decisive = readings.find(({ reading }) => reading.enforces === verdict);
  return judged(node, decisive?.reading.because ?? NO_ENGINE[type], readings, verdict);
}

const NO_DAEMON_SETS_ON_FARGATE = "no policy engine can run on Fargate: only security groups apply there";

const NO_ENGINE: Readonly<Record<Exclude<ComputeType, "fargate">, string>> = {
  ec2: "no engine that could enforce runs there",
  other: "no engine that could enforce runs there",
  auto: "no engine that could enforce runs there",
  windows: "the VPC CNI applies policies on Linux only",
  hybrid: "the VPC CNI does not run on hybrid nodes, and no other engine does there",
};

function judged(
  node: NodeView,
  because: string,
  readings: readonly { readonly engine: Engine; readonly reading: NodeReading }[],
  enforces: Ternary,
  doubts: readonly PossibleDefaults[] = [],
): JudgedNode {
  const own = readings.map(({ reading }) => reading.defaults);
  const combined = combineDefaults([...own, ...doubts]);
  const limited = readings.filter(({ reading }) => reading.limitation !== null);
  return {
    node,
    enforces,
    because,
    engines: readings.filter(({ reading }) => reading.enforces === true).map(({ engine }) => engine),
    mayEnforce: readings.filter(({ reading }) => reading.enforces === null).map(({ engine }) => engine),
    limitations: limited.flatMap(({ reading }) => reading.limitation ?? []),
    limited: anyOf(limited.map(({ reading }) => reading.enforces)),
    engineDefaults: own.flat(),
    defaults: combined.length === 0 ? ["allowed"] : combined,
  };
}

/** Engines with a Windows build of their own, which this scanner does not judge. */
export const MAY_RUN_ON_WINDOWS: ReadonlySet<Engine> = new Set(["calico", "antrea"]);

/** Null where this engine plays no part on such a node. */
function readAs(type: ComputeType, name: string, assessment: EngineAssessment): NodeReading | null {
  const ofAgent = assessment.byNode.get(name);
  if (assessment.computeTypes.includes(type)) return ofAgent ?? assessment.elsewhere;
  if (type === "windows" && MAY_RUN_ON_WINDOWS.has(assessment.engine)) {
    return notKnown(assessment, `whether ${assessment.engine} enforces on Windows nodes is not judged`);
  }
  if (ofAgent === undefined) return assessment.placed ? null : assessment.elsewhere;
  if (type !== "auto" || ofAgent.enforces === false) return ofAgent;
  return notKnown(assessment, `${assessment.engine} runs there, which EKS Auto Mode does not support`);
}

function notKnown({ defaults }: EngineAssessment, because: string): NodeReading {
  return { enforces: null, because, limitation: null, defaults: [...defaults, "allowed"] };
}

export function toNodeEnforcement({ node, enforces, because, engines }: JudgedNode): NodeEnforcement {
  const [type] = node.types;
  return {
    name: node.name,
    computeType: node.types.length === 1 && type !== undefined ? type : "other",
    engine: engines.length === 1 ? (engines[0] ?? null) : null,
    verdict: enforces === null ? "unknown" : enforces ? "enforced" : "not-enforced",
    pods: node.pods,
    because,
  };
}
