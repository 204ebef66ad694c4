// Is anything really enforcing the policies, on every node? The one entry: facts in, verdict with evidence out.
// Pure. A fact that was not seen leads to `unknown` or to a verdict that does not depend on it.

import type { DaemonSet } from "../model/kubernetes.ts";
import type { Enforcement, Engine } from "../model/posture.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import { assessAutoMode, hasAutoMode } from "./auto-mode.ts";
import {
  toEngine,
  toIpBlocksMatchPods,
  toMode,
  toUnselectedPods,
  toVerdict,
  isNowhereElse,
} from "./cluster-verdict.ts";
import type { ClusterView } from "./cluster-verdict.ts";
import { detectEngines } from "./detect-engines.ts";
import type { Detection } from "./detect-engines.ts";
import type { EngineAssessment, EngineContext } from "./engine-assessment.ts";
import { assessCalico } from "./calico.ts";
import { assessDaemonSetEngine } from "./daemon-set-engine.ts";
import { DAEMON_SET_ENGINES } from "./daemon-set-engines.ts";
import { daemonSetEvidence, nameOf } from "./evidence.ts";
import { hasFargatePods, isCounted, judgeNode, toNodeEnforcement, viewNodes } from "./node-coverage.ts";
import type { JudgedNode } from "./node-coverage.ts";
import { findPodExceptions } from "./pod-exceptions.ts";
import type { Place, PodExceptions } from "./pod-exceptions.ts";
import { POD_EXCEPTION_RULES } from "./pod-exception-rules.ts";
import { toSentence } from "./verdict-sentence.ts";
import { assessVpcCni, controllerEvidence, readControllerSwitch } from "./vpc-cni.ts";

export interface AssessedCluster {
  readonly view: ClusterView;
  readonly detection: Detection;
  readonly exceptions: PodExceptions;
  readonly missing: readonly FactName[];
}

/** `observedFrom` is the snapshot's, RFC 3339: it lets an agent that is just starting be told from a dead one. */
export function assessEnforcement(
  facts: Facts,
  clusterName: string,
  observedFrom: string | null = null,
): Enforcement {
  const { view, detection, missing } = assessCluster(facts, clusterName, observedFrom);
  const verdict = toVerdict(view);
  return {
    verdict,
    engine: toEngine(view),
    engines: view.assessments.flatMap(({ engine, installed }) => (installed ? [engine] : [])).toSorted(),
    mode: toMode(view),
    because: toSentence(verdict, view, detection),
    evidence: [
      ...controllerEvidence(facts),
      ...view.assessments.flatMap(({ evidence }) => evidence),
      ...unrecognisedEvidence(detection),
    ],
    nodes: view.nodes.map(toNodeEnforcement),
    missing: missing.map((name) => {
      const fact = facts[name];
      return fact.seen ? name : `${name} (${fact.why})`;
    }),
    notAttempted: verdict === "unknown" && isNotAttempted(facts, missing),
    unselectedPods: toUnselectedPods(view),
    ipBlocksMatchPods: toIpBlocksMatchPods(view),
  };
}

/** Everything that the verdict and the plan of what to read are made from. */
export function assessCluster(
  facts: Facts,
  clusterName = "",
  observedFrom: string | null = null,
): AssessedCluster {
  const observedAtMs = observedFrom === null ? null : Date.parse(observedFrom);
  const context: EngineContext = { facts, clusterName, observedAtMs };
  const detection = detectEngines(facts.daemonSets.seen ? facts.daemonSets.value : []);
  const assessments = assessEngines(context, detection);
  const { nodes, complete } = viewNodes(facts, assessments);
  const doubts = toDoubts(facts, detection);
  const judged = nodes.map((node) => judgeNode(node, assessments, doubts));
  const exceptions = findPodExceptions(context, placesOf(assessments, judged, complete), POD_EXCEPTION_RULES);
  const view = {
    assessments,
    nodes: judged,
    nodesSeen: facts.nodes.seen,
    complete,
    doubtful: doubts.length > 0,
    enginesUnseen: !facts.daemonSets.seen,
    hasFargatePods: hasFargatePods(facts),
    hasPods: facts.pods.seen && facts.pods.value.some(isCounted),
    controller: readControllerSwitch(facts),
    exceptions: exceptions.any,
  };
  const names = new Set([
    ...(facts.daemonSets.seen ? [] : (["daemonSets"] as const)),
    ...assessments.flatMap(({ missing }) => missing),
    ...(complete ? [] : (["nodes", "podsOnUncoveredNodes", "cluster"] as const)),
    ...(judged.some(({ enforces }) => enforces === null) ? (["nodes"] as const) : []),
    ...(judged.some(isUncounted) ? (["podsOnUncoveredNodes"] as const) : []),
    ...exceptions.missing,
    ...(facts.vpcCniConfigMap.seen ? [] : (["vpcCniConfigMap"] as const)),
    ...(judged.some(({ node }) => node.hosts === true) ? [] : (["pods"] as const)),
  ]);
  return { view, detection, exceptions, missing: [...names].filter((name) => !facts[name].seen).toSorted() };
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
  return unrecognised.map((set) => ({
    because: `the DaemonSet ${nameOf(set)} is not known to us and could be a policy engine`,
  }));
}

/** Offline, where the input is manifests alone: nobody tried to see whether anything enforces. */
function isNotAttempted(facts: Facts, missing: readonly FactName[]): boolean {
  const decisive = [facts.daemonSets, facts.nodes, facts.vpcCniConfigMap];
  return (
    decisive.some((fact) => !fact.seen && fact.why === "not-attempted") &&
    missing.every((name) => {
      const fact = facts[name];
      return fact.seen || fact.why === "not-attempted";
    })
  );
}

function unrecognisedEvidence({ unrecognised }: Detection) {
  return unrecognised.map((set) =>
    daemonSetEvidence(
      set,
      "uses the host's network with NET_ADMIN or privileged containers",
      "it could be a policy engine that this scanner does not know",
    ),
  );
}
