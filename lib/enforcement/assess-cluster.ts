// One cluster as far as it was seen: its engines, its nodes, who enforces where, and which pods are left out.
// The verdict and the plan of what to read are both made from it.

import type { DaemonSet } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import { assessAutoMode, hasAutoMode } from "./auto-mode.ts";
import { assessCalico } from "./calico.ts";
import { isNowhereElse } from "./cluster-verdict.ts";
import type { ClusterView } from "./cluster-verdict.ts";
import { assessDaemonSetEngine } from "./daemon-set-engine.ts";
import { DAEMON_SET_ENGINES } from "./daemon-set-engines.ts";
import { detectEngines } from "./detect-engines.ts";
import type { Detection } from "./detect-engines.ts";
import type { EngineAssessment, EngineContext } from "./engine-assessment.ts";
import { nameOf } from "./evidence.ts";
import { hasFargatePods, isCounted } from "./hosted-pods.ts";
import { judgeNode, viewNodes } from "./node-coverage.ts";
import type { JudgedNode } from "./node-coverage.ts";
import { findPodExceptions } from "./pod-exceptions.ts";
import type { Place, PodExceptions } from "./pod-exceptions.ts";
import { POD_EXCEPTION_RULES } from "./pod-exception-rules.ts";
import { assessVpcCni, readControllerSwitch } from "./vpc-cni.ts";

export interface AssessedCluster {
  readonly view: ClusterView;
  readonly detection: Detection;
  readonly exceptions: PodExceptions;
  readonly missing: readonly FactName[];
}

/** Engines and nodes alone: what is planned to be read rests on no single pod. */
export interface AssessedNodes {
  readonly detection: Detection;
  readonly assessments: readonly EngineAssessment[];
  readonly nodes: readonly JudgedNode[];
  readonly complete: boolean;
  readonly doubtful: boolean;
}

export function assessNodes(context: EngineContext): AssessedNodes {
  const { facts } = context;
  const detection = detectEngines(facts.daemonSets.seen ? facts.daemonSets.value : []);
  const assessments = assessEngines(context, detection);
  const { nodes, complete } = viewNodes(facts, assessments);
  const doubts = toDoubts(facts, detection);
  const judged = nodes.map((node) => judgeNode(node, assessments, doubts));
  return { detection, assessments, nodes: judged, complete, doubtful: doubts.length > 0 };
}

export function assessCluster(context: EngineContext): AssessedCluster {
  const { facts } = context;
  const { detection, assessments, nodes, complete, doubtful } = assessNodes(context);
  const exceptions = findPodExceptions(context, placesOf(assessments, nodes, complete), POD_EXCEPTION_RULES);
  const view = {
    assessments,
    nodes,
    nodesSeen: facts.nodes.seen,
    complete,
    doubtful,
    enginesUnseen: !facts.daemonSets.seen,
    hasFargatePods: hasFargatePods(facts),
    hasPods: facts.pods.seen && facts.pods.value.some(isCounted),
    controller: readControllerSwitch(facts),
    exceptions: exceptions.any,
  };
  return { view, detection, exceptions, missing: toMissing(facts, view, exceptions) };
}

/** Facts that were not seen and could make the answer more definite. */
function toMissing(facts: Facts, view: ClusterView, exceptions: PodExceptions): readonly FactName[] {
  const { assessments, nodes, complete } = view;
  const names = new Set<FactName>([
    "daemonSets",
    "vpcCniConfigMap",
    ...assessments.flatMap(({ missing }) => missing),
    ...(complete ? [] : (["nodes", "podsOnUncoveredNodes", "cluster"] as const)),
    ...(nodes.some(({ enforces }) => enforces === null) ? (["nodes"] as const) : []),
    ...(nodes.some(isUncounted) ? (["podsOnUncoveredNodes"] as const) : []),
    ...(nodes.some(({ node }) => node.hosts === true) ? [] : (["pods"] as const)),
    ...exceptions.missing,
  ]);
  return [...names].filter((name) => !facts[name].seen).toSorted();
}

/** Every node that may host pods, and the ones that were not seen. */
function placesOf(
  assessments: readonly EngineAssessment[],
  nodes: readonly JudgedNode[],
  complete: boolean,
): readonly Place[] {
  const hosting = nodes.filter(({ node }) => node.hosts !== false);
  if (complete) return hosting;
  const unseen = assessments.filter((assessment) => !isNowhereElse(assessment));
  return [...hosting, { engines: [], mayEnforce: unseen.map(({ engine }) => engine) }];
}

function isUncounted({ enforces, node }: JudgedNode): boolean {
  return enforces !== true && node.hosts === null;
}

type Assess = (context: EngineContext, daemonSets: readonly DaemonSet[]) => EngineAssessment;

const ASSESSORS: ReadonlyMap<Engine, Assess> = new Map<Engine, Assess>([
  ...DAEMON_SET_ENGINES.map((engine): [Engine, Assess] => [
    engine.engine,
    (context, daemonSets) => assessDaemonSetEngine(engine, context, daemonSets),
  ]),
  ["vpc-cni", assessVpcCni],
  ["calico", assessCalico],
]);

function assessEngines(context: EngineContext, detection: Detection): readonly EngineAssessment[] {
  const assessments = [...detection.installed].flatMap(([engine, daemonSets]) => {
    const assess = ASSESSORS.get(engine);
    return assess === undefined ? [] : [assess(context, daemonSets)];
  });
  const auto = hasAutoMode(context.facts);
  return auto === false ? assessments : [...assessments, assessAutoMode(context, auto === true)];
}

function toDoubts(facts: Facts, { unrecognised }: Detection) {
  if (!facts.daemonSets.seen) return [{ because: "which engines are installed could not be seen" }];
  const strangers = unrecognised.map((set) => ({
    because: `the DaemonSet ${nameOf(set)} is not known to us and could be a policy engine`,
  }));
  return [...strangers, ...toK3sDoubts(facts)];
}

/**
 * k3s-io/k3s: kube-router's policy controller is part of the program, and runs unless --disable-network-policy. Nodes
 * say that they are k3s; where they were not seen, only the EKS API tells that there are none.
 */
function toK3sDoubts({ nodes, cluster }: Facts) {
  if (!nodes.seen) return cluster.seen ? [] : [{ because: MAY_BE_K3S }];
  const isK3s = nodes.value.some(({ labels }) => labels["node.kubernetes.io/instance-type"] === "k3s");
  return isK3s ? [{ because: IS_K3S }] : [];
}

const IS_K3S = "a k3s node carries a policy engine in its own program, which no DaemonSet shows";
const MAY_BE_K3S = "it may be k3s, which carries a policy engine in its own program that no DaemonSet shows";
