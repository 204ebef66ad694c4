// The one sentence of the verdict. It claims what the API shows, "configured to enforce and its agent is
// running", and never that a packet was stopped.

import type { EnforcementVerdict } from "../model/posture.ts";
import type { ClusterView } from "./cluster-verdict.ts";
import type { Detection } from "./detect-engines.ts";
import { nameOf } from "./evidence.ts";
import type { JudgedNode } from "./node-coverage.ts";

export function toSentence(verdict: EnforcementVerdict, view: ClusterView, detection: Detection): string {
  return `${SENTENCES[verdict](view, detection)}.`;
}

const SENTENCES: Readonly<Record<EnforcementVerdict, (view: ClusterView, detection: Detection) => string>> = {
  enforced: (view) => `On ${nodeCount(enforcing(view))}, ${CONFIGURED} (${engineNames(view)})`,
  partial: (view) =>
    `On ${nodeCount(enforcing(view))}, ${CONFIGURED} (${engineNames(view)}), but ${listGaps(view).join("; ")}`,
  "configured-not-enforced": (view) =>
    `Enforcement is declared but nothing applies the policies: ${summaries(view) || firstGap(view)}`,
  "not-enforced": (view) =>
    view.assessments.every(({ installed }) => !installed)
      ? "No policy engine is installed, so nothing applies NetworkPolicies"
      : `Nothing applies NetworkPolicies: ${summaries(view)}`,
  unknown: (view, detection) =>
    `Whether NetworkPolicies are enforced is not known: ${listDoubts(view, detection)}`,
};

const CONFIGURED = "the engine is configured to enforce and its agent is running";

function enforcing({ nodes }: ClusterView): readonly JudgedNode[] {
  return nodes.filter(({ enforces }) => enforces === true);
}

function engineNames(view: ClusterView): string {
  return [...new Set(enforcing(view).flatMap(({ engines }) => engines))].toSorted().join(", ");
}

function nodeCount(nodes: readonly JudgedNode[]): string {
  return nodes.length === 1 ? "1 node" : `${nodes.length} nodes`;
}

function summaries({ assessments }: ClusterView): string {
  return assessments.flatMap(({ installed, summary }) => (installed ? [summary] : [])).join("; ");
}

function firstGap({ nodes }: ClusterView): string {
  return nodes.find(({ enforces }) => enforces === false)?.because ?? "no node runs an agent";
}

function listGaps(view: ClusterView): readonly string[] {
  const gaps = view.nodes.filter(({ enforces, node }) => enforces === false && node.hosts === true);
  const reasons = Map.groupBy(gaps, ({ because }) => because);
  const ofNodes = [...reasons].map(
    ([because, nodes]) => `not on ${nodeCount(nodes)} that host pods (${because})`,
  );
  const limits = new Set(enforcing(view).flatMap(({ limitations }) => limitations));
  const isListed = gaps.some(({ node }) => node.types.includes("fargate"));
  const ofFargate =
    view.hasFargatePods && !isListed ? ["not for pods on Fargate, where no engine can run"] : [];
  const ofPods = view.exceptions === true ? ["not for every pod"] : [];
  return [...ofNodes, ...ofFargate, ...limits, ...ofPods];
}

function listDoubts(view: ClusterView, { unrecognised }: Detection): string {
  if (view.enginesUnseen) return "the DaemonSets could not be listed, so an engine may be at work unseen";
  const doubts = [
    ...unrecognised.map((set) => `the DaemonSet ${nameOf(set)} could be a policy engine that we do not know`),
    ...unknownNodes(view),
    ...(view.complete ? [] : ["nodes without an agent could not be looked for"]),
    ...(view.exceptions === null ? ["pods that policies may not reach could not be told from others"] : []),
  ];
  const running = enforcing(view);
  const known = running.length === 0 ? "" : `it is configured and running on ${nodeCount(running)}, but `;
  const fallback =
    view.nodes.length === 0 ? "no node was seen" : "no node hosts pods on which it could be seen";
  return `${known}${doubts.slice(0, 3).join("; ") || fallback}`;
}

function unknownNodes({ nodes }: ClusterView): readonly string[] {
  const unknown = nodes.filter(({ enforces, node }) => enforces === null && node.hosts !== false);
  const uncounted = nodes.filter(({ enforces, node }) => enforces === false && node.hosts === null);
  const reasons = Map.groupBy(unknown, ({ because }) => because);
  const ofUnknown = [...reasons].map(([because, group]) => `${because} (${nodeCount(group)})`);
  const ofUncounted = `whether pods run on ${nodeCount(uncounted)} without enforcement was not seen`;
  return uncounted.length === 0 ? ofUnknown : [...ofUnknown, ofUncounted];
}
