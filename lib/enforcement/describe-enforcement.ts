// Is anything really enforcing the policies, on every node? The verdict with its evidence, in words. Pure. A fact that
// was not seen leads to `unknown` or to a verdict that does not depend on it.

import type { Enforcement } from "../model/posture.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import type { AssessedCluster } from "./assess-cluster.ts";
import {
  isAppliedAnywhere,
  toEngine,
  toIpBlocksMatchPods,
  toMode,
  toUnselectedPods,
  toVerdict,
} from "./cluster-verdict.ts";
import { toNodeEnforcement } from "./node-coverage.ts";
import { surroundingEvidence } from "./surrounding-evidence.ts";
import { toSentence } from "./verdict-sentence.ts";
import { controllerEvidence } from "./vpc-cni.ts";

export function describeEnforcement(
  facts: Facts,
  clusterName: string,
  cluster: AssessedCluster,
): Enforcement {
  const { view, detection, missing } = cluster;
  const verdict = toVerdict(view);
  return {
    verdict,
    engine: toEngine(view),
    engines: view.assessments.flatMap(({ engine, installed }) => (installed ? [engine] : [])).toSorted(),
    mode: toMode(view),
    because: toSentence(verdict, cluster),
    evidence: [
      ...controllerEvidence(facts),
      ...view.assessments.flatMap(({ evidence }) => evidence),
      ...surroundingEvidence(facts, clusterName, detection, isAppliedAnywhere(view)),
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
