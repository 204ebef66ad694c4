// The one sentence of the verdict. It claims what the API shows, "configured to enforce and its agent is
// running", and never that a packet was stopped.

import type { EnforcementVerdict } from "../model/posture.ts";
import type { AssessedCluster } from "./assess-cluster.ts";
import { isAppliedAnywhere } from "./cluster-verdict.ts";
import type { ClusterView } from "./cluster-verdict.ts";
import { clip, nameOf } from "./evidence.ts";
import type { JudgedNode } from "./node-coverage.ts";

const MAX_REASONS = 3;

export function toSentence(verdict: EnforcementVerdict, cluster: AssessedCluster): string {
  return `${SENTENCES[verdict](cluster)}.`;
}

const SENTENCES: Readonly<Record<EnforcementVerdict, (cluster: AssessedCluster) => string>> = {
  enforced: ({ view }) => describeEnforcing(view),
  partial: (cluster) => `${describeEnforcing(cluster.view)}; but ${list(gapsOf(cluster))}`,
  "configured-not-enforced": ({ view }) =>
    `Enforcement is declared, but nothing applies the policies: ${list(reasonsOf(view))}`,
  "not-enforced": ({ view }) =>
    view.assessments.some(({ installed }) => installed)
      ? `Nothing applies NetworkPolicies: ${list(reasonsOf(view))}`
      : "No policy engine is installed, so nothing applies NetworkPolicies",
  unknown: (cluster) =>
    isAppliedAnywhere(cluster.view) === false
      ? `Nothing applies NetworkPolicies; whether enforcement was declared could not be seen: ${list(reasonsOf(cluster.view))}`
      : `Whether NetworkPolicies are enforced is not known: ${list(doubtsOf(cluster))}`,
};

function list(clauses: readonly string[]): string {
  const more = clauses.length > MAX_REASONS ? [`and ${clauses.length - MAX_REASONS} more reasons`] : [];
  return [...clauses.slice(0, MAX_REASONS), ...more].join("; ");
}

function describeEnforcing({ nodes }: ClusterView): string {
  const enforcing = nodes.filter(({ enforces }) => enforces === true);
  const groups = Map.groupBy(enforcing, ({ engines }) => engines.toSorted().join(" and "));
  return [...groups].map(([engines, group]) => `${toSubject(engines)} on ${count(group)}`).join("; ");
}

/** Auto Mode's agent is in the node's image, where nobody can see whether it runs. */
function toSubject(engines: string): string {
  if (engines === "eks-auto-mode")
    return "EKS Auto Mode is configured to enforce, with the agent in its image,";
  if (engines === "") return "An engine is configured to enforce and its agent is running";
  if (engines.includes(" and ")) return `${engines} are configured to enforce and their agents are running`;
  return `${engines} is configured to enforce and its agent is running`;
}

function countHosts(nodes: readonly unknown[]): string {
  return nodes.length === 1 ? "1 node that hosts pods" : `${nodes.length} nodes that host pods`;
}

function count(nodes: readonly unknown[]): string {
  return nodes.length === 1 ? "1 node" : `${nodes.length} nodes`;
}

/** Why nothing enforces: the switches where they alone explain it, else what was found on the nodes. */
function reasonsOf({ assessments, nodes, controller }: ClusterView): readonly string[] {
  const installed = assessments.filter((assessment) => assessment.installed);
  const switches = installed.map(({ summary }) => summary);
  if (installed.every(({ switchedOff }) => switchedOff) && switches.length > 0) return switches;
  const idle = byReason(nodes.filter(({ node }) => node.hosts !== false));
  const declared =
    controller === true && switches.length === 0 ? ["the controller's switch is on"] : switches;
  return [...declared, ...idle];
}

function byReason(nodes: readonly JudgedNode[]): readonly string[] {
  const groups = Map.groupBy(nodes, ({ because }) => because);
  return [...groups].map(([because, group]) => `${because} (${count(group)})`);
}

function gapsOf({ view, exceptions }: AssessedCluster): readonly string[] {
  const idle = view.nodes.filter(({ enforces, node }) => enforces === false && node.hosts === true);
  const groups = Map.groupBy(idle, ({ because }) => because);
  const ofNodes = [...groups].map(([because, group]) => `not on ${countHosts(group)}: ${because}`);
  const isListed = idle.some(({ node }) => node.types.includes("fargate"));
  const ofFargate =
    view.hasFargatePods && !isListed ? ["not for pods on Fargate, where no engine can run"] : [];
  const limits = new Set(
    view.nodes.flatMap(({ enforces, limitations }) => (enforces === true ? limitations : [])),
  );
  return [...ofNodes, ...ofFargate, ...limits, ...ofPods(exceptions, "not-enforced")];
}

function ofPods(
  { items }: AssessedCluster["exceptions"],
  effect: "not-enforced" | "unknown",
): readonly string[] {
  const pods = items.filter((item) => item.effect === effect);
  const [first] = pods;
  if (first === undefined) return [];
  const more = pods.length === 1 ? "" : ` and ${pods.length - 1} more`;
  const doubt = effect === "unknown" ? "may not be policed" : "is not policed";
  return [`pod ${clip(`${first.namespace}/${first.name}`)}${more} ${doubt}: ${first.because}`];
}

function doubtsOf({ view, detection, exceptions }: AssessedCluster): readonly string[] {
  const isEnforcing = view.nodes.some(({ enforces }) => enforces === true);
  if (view.enginesUnseen && !isEnforcing)
    return ["the DaemonSets were not seen, so any engine may be at work"];
  const unknown = view.nodes.filter(({ enforces, node }) => enforces === null && node.hosts !== false);
  const uncounted = view.nodes.filter(({ enforces, node }) => enforces === false && node.hosts === null);
  const doubts = [
    ...(unknown.length === 0 ? detection.unrecognised.map(toStranger) : []),
    ...byReason(unknown),
    ...(uncounted.length === 0
      ? []
      : [`whether pods run on ${count(uncounted)} without enforcement was not seen`]),
    ...(view.complete ? [] : ["the nodes were not seen, so pods may run where nothing enforces"]),
    ...podDoubts(view, exceptions),
  ];
  const known = isEnforcing ? [describeEnforcing(view)] : [];
  if (doubts.length > 0) return [...known, ...doubts];
  return view.nodes.length === 0 ? ["no node was seen"] : ["no pod runs on which it could be seen"];
}

function toStranger(daemonSet: { readonly namespace: string; readonly name: string }): string {
  return `the DaemonSet ${nameOf(daemonSet)} could be a policy engine that we do not know`;
}

function podDoubts(view: ClusterView, exceptions: AssessedCluster["exceptions"]): readonly string[] {
  if (view.exceptions !== null) return [];
  const pods = ofPods(exceptions, "unknown");
  return pods.length > 0 ? pods : ["the pods were not seen, and policies may not reach all of them"];
}
