// Whether the engine that runs is a version which is supported and has no known bypass. Judged from image
// tags; a tag that tells no version is unknown. Only the VPC CNI's agent has data, and Weave's end is known.

import type { AgentVersion, EngineVersions } from "../model/enforcement-detail.ts";
import type { Container, DaemonSet, Node } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import { seenAgents } from "./agent-pods.ts";
import { imageVersion, isBefore, parseVersion, toVersionText } from "./container-image.ts";
import type { Detection } from "./detect-engines.ts";
import { clip } from "./evidence.ts";
import { findBypasses } from "./known-bypasses.ts";
import { findAgent, findCni, isSupported, readAgentFlag } from "./vpc-cni-agent.ts";
import { templateEvidence } from "./vpc-cni-evidence.ts";

export function judgeVersions(
  facts: Facts,
  { installed }: Detection,
  working: readonly Engine[],
): EngineVersions {
  const sets = installed.get("vpc-cni") ?? [];
  const on = seenAgents(facts, sets)
    .map(({ containers }) => containers)
    .filter((containers) => readAgentFlag(containers) === true);
  const agents = countByVersion(on);
  const oldKernels = on.length === 0 ? [] : findOldKernels(facts, sets);
  const evidence = on.length === 0 ? [] : sets.flatMap(templateEvidence);
  return { ...toAnswer(facts, on, agents, oldKernels, working), agents, oldKernels, evidence };
}

type State = Pick<EngineVersions, "state" | "because">;

function toAnswer(
  facts: Facts,
  on: readonly (readonly Container[])[],
  agents: readonly AgentVersion[],
  oldKernels: EngineVersions["oldKernels"],
  working: readonly Engine[],
): State {
  if (working.includes("weave")) {
    return { state: "unsupported", because: "Weave Net's project ended in 2024 and gets no fixes." };
  }
  const outdated = on.find((containers) => isSupported(findCni(containers)) === false);
  if (outdated !== undefined) {
    return {
      state: "unsupported",
      because: "The VPC CNI is older than v1.14.0-eksbuild.3, the first that can enforce.",
    };
  }
  const affected = agents.find(({ bypasses }) => bypasses.length > 0);
  if (affected !== undefined) return { state: "bypass", because: describeBypasses(affected) };
  const [kernel] = oldKernels;
  if (kernel !== undefined) {
    const because = `Node ${clip(kernel.node)} runs kernel ${clip(kernel.kernel)}; the VPC CNI's agent needs 5.10 or later.`;
    return { state: "unsupported", because };
  }
  if (!facts.daemonSets.seen) return unknown("the DaemonSets were not seen");
  if (!facts.agentPods.seen) return unknown("the agents' pods were not seen");
  if (on.length === 0) return NO_DATA;
  const untold = agents.find(({ version }) => version === null);
  if (untold !== undefined) return unknown(`the image ${clip(untold.image)} tells no version`);
  if (!facts.nodes.seen) return unknown("the nodes' kernels were not seen");
  const versions = agents.map(({ version }) => version ?? "").toSorted();
  return { state: "supported", because: `No known bypass in the VPC CNI's agent ${versions.join(", ")}.` };
}

const NO_DATA: State = {
  state: "not-applicable",
  because:
    "No VPC CNI agent with a visible version is switched on; of other engines no bypasses are on file.",
};

function unknown(clause: string): State {
  return { state: "unknown", because: `The engine's version could not be judged: ${clause}.` };
}

function describeBypasses({ version, bypasses }: AgentVersion): string {
  const list = bypasses.map(({ id, summary, fixedIn }) => `${id} (${summary}; fixed in ${fixedIn})`);
  return `The network policy agent ${version ?? ""} has known bypasses: ${list.join("; ")}.`;
}

function countByVersion(on: readonly (readonly Container[])[]): readonly AgentVersion[] {
  const groups = Map.groupBy(on, (containers) => {
    return `${findAgent(containers)?.image ?? ""} ${findCni(containers)?.image ?? ""}`;
  });
  return [...groups.values()].flatMap((group) => {
    const [containers] = group;
    const agent = containers === undefined ? undefined : findAgent(containers);
    if (containers === undefined || agent === undefined) return [];
    const version = imageVersion(agent.image);
    const cni = findCni(containers);
    const cniVersion = cni === undefined ? null : imageVersion(cni.image);
    return [
      {
        engine: "vpc-cni" as const,
        image: clip(agent.image),
        version: version === null ? null : toVersionText(version),
        agents: group.length,
        bypasses: version === null ? [] : findBypasses(version, cniVersion),
      },
    ];
  });
}

/** "Linux kernel 5.10 or later" (EKS user guide, network policy requirements). */
const MINIMUM_KERNEL = { major: 5, minor: 10, patch: 0, suffix: "" };

function findOldKernels(facts: Facts, daemonSets: readonly DaemonSet[]): EngineVersions["oldKernels"] {
  if (!facts.nodes.seen || !facts.agentPods.seen) return [];
  const names = new Set(daemonSets.map(({ name }) => name));
  const hosts = new Set(
    facts.agentPods.value
      .filter(({ owner }) => owner === null || names.has(owner.name))
      .map(({ detail }) => detail?.nodeName),
  );
  return facts.nodes.value.filter(({ name }) => hosts.has(name)).flatMap(toOldKernel);
}

function toOldKernel({ name, kernelVersion }: Node): EngineVersions["oldKernels"] {
  if (kernelVersion === null) return [];
  const version = parseVersion(/^\d+\.\d+\.\d+/.exec(kernelVersion)?.[0] ?? "");
  return version !== null && isBefore(version, MINIMUM_KERNEL) ? [{ node: name, kernel: kernelVersion }] : [];
}
