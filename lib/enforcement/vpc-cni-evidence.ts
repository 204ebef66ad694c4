// What a human can read again about the VPC CNI's agents. Describes; decides nothing.

import type { Evidence } from "../model/finding.ts";
import type { DaemonSet } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { isAgentReady, isPodOf, isSettled } from "./agent-pods.ts";
import { agentPodsEvidence, clip, daemonSetEvidence } from "./evidence.ts";
import { AGENT_FLAG, findAgent, readAgentFlag } from "./vpc-cni-agent.ts";
import type { AgentFlag } from "./vpc-cni-agent.ts";

export function templateEvidence(daemonSet: DaemonSet): readonly Evidence[] {
  const agent = findAgent(daemonSet.containers);
  const flag = readAgentFlag(daemonSet.containers);
  const observed =
    agent === undefined
      ? "no network policy agent container"
      : `container ${clip(agent.name)} (${clip(agent.image)}): ${describeFlag(flag)}`;
  const means =
    flag === true ? "the agent applies policies where it runs" : "the agent applies no policy anywhere";
  const rollout = isSettled(daemonSet)
    ? ""
    : "; a rollout is under way, so pods may still run the former one";
  return [daemonSetEvidence(daemonSet, observed, `${means}${rollout}`)];
}

export function agentEvidence(facts: Facts, daemonSet: DaemonSet): readonly Evidence[] {
  if (!facts.agentPods.seen) return [];
  const pods = facts.agentPods.value.filter((pod) => isPodOf(pod, daemonSet));
  const ready = pods.filter((pod) => {
    const agent = pod.detail === null ? undefined : findAgent(pod.detail.containers);
    return agent !== undefined && isAgentReady(pod, agent) === true;
  });
  const observed = `agent container ready in ${ready.length} of ${pods.length} pods`;
  return [agentPodsEvidence(daemonSet, observed, "only a node with a ready agent can apply policies")];
}

function describeFlag(flag: AgentFlag): string {
  if (flag === "no-container") return "no container";
  if (flag === "absent") return `no --${AGENT_FLAG} (default false)`;
  if (flag === "invalid") return `a --${AGENT_FLAG} that is no boolean`;
  if (flag === "undecided") return `a --${AGENT_FLAG} that the manifest does not tell`;
  return `--${AGENT_FLAG}=${flag}`;
}
