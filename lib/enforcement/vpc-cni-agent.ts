// How to read the VPC CNI's containers: which one is the network policy agent, whether its flag is on, and in
// which mode it starts pods. Works on a pod's containers and on a DaemonSet's template alike.

import type { Container, DaemonSet } from "../model/kubernetes.ts";
import { parseGoBool, readBoolFlag, readEnv } from "./agent-flag.ts";
import type { FlagValue } from "./agent-flag.ts";
import type { AgentReading } from "./agent-pods.ts";
import { UNRECOGNISABLE } from "./agent-pods.ts";
import { hasImagePath, imageVersion, isBefore } from "./container-image.ts";
import type { Version } from "./container-image.ts";
import type { DefaultVerdict } from "./possible-defaults.ts";
import type { Ternary } from "./ternary.ts";

const AGENT_CONTAINER = "aws-eks-nodeagent";
export const AGENT_FLAG = "enable-network-policy";
const AGENT_IMAGE = "aws-network-policy-agent";
const CNI_CONTAINER = "aws-node";
const CNI_IMAGE = "amazon-k8s-cni";

/** "Version 1.14 or later of the plugin can implement network policies" (EKS user guide), eksbuild.3. */
const MINIMUM_CNI: Version = { major: 1, minor: 14, patch: 0, suffix: "eksbuild.3" };

export function isVpcCni(daemonSet: DaemonSet): boolean {
  return (
    findCni(daemonSet.containers) !== undefined ||
    findAgent(daemonSet.containers) !== undefined ||
    daemonSet.labels["k8s-app"] === CNI_CONTAINER ||
    daemonSet.matchLabels["k8s-app"] === CNI_CONTAINER
  );
}

/** The documentation calls it aws-network-policy-agent, every chart names it aws-eks-nodeagent. */
export function findAgent(containers: readonly Container[]): Container | undefined {
  return (
    containers.find(({ name }) => name === AGENT_CONTAINER) ??
    containers.find(({ image }) => image.includes(AGENT_IMAGE)) ??
    containers.find((container) => readBoolFlag(container, AGENT_FLAG) !== "absent")
  );
}

export function findCni(containers: readonly Container[]): Container | undefined {
  return (
    containers.find(({ image }) => hasImagePath(image, CNI_IMAGE)) ??
    containers.find(({ name }) => name === CNI_CONTAINER)
  );
}

export type AgentFlag = FlagValue | "no-container";

/** The flag as the agent reads it; an agent without the flag is off (controller_config.go: default false). */
export function readAgentFlag(containers: readonly Container[]): AgentFlag {
  const agent = findAgent(containers);
  return agent === undefined ? "no-container" : readBoolFlag(agent, AGENT_FLAG);
}

export function readAgent(containers: readonly Container[]): AgentReading {
  const unselected = readMode(containers);
  const flag = readAgentFlag(containers);
  const cni = findCni(containers);
  if (flag === "no-container" && cni === undefined) return UNRECOGNISABLE;
  if (flag !== true) {
    const applies = flag === "undecided" ? null : false;
    return { applies, declared: applies, because: FLAG_SAYS[`${flag}`], unselected };
  }
  const obstacle = findObstacle(cni);
  if (obstacle !== null) return { ...obstacle, declared: true, unselected };
  const because = "its agent runs with --enable-network-policy=true";
  const limitation = hasV4Egress(containers) ? V4_EGRESS : null;
  return { applies: true, declared: true, because, unselected, limitation };
}

/** "Network policies are only applied to eth0. This affects IPv6 pods with ENABLE_V4_EGRESS" (EKS guide). */
const V4_EGRESS =
  "IPv6 pods have a second interface for IPv4 egress (ENABLE_V4_EGRESS) to which the VPC CNI applies no policy";

/** What keeps an agent that is switched on from enforcing. */
function findObstacle(cni: Container | undefined): Pick<AgentReading, "applies" | "because"> | null {
  if (isSupported(cni) === false) {
    return { applies: false, because: "the VPC CNI is older than v1.14.0-eksbuild.3" };
  }
  const bandwidth = readBandwidthPlugin(cni);
  if (bandwidth === false) return null;
  return { applies: bandwidth === true ? false : null, because: BANDWIDTH_SAYS };
}

const FLAG_SAYS = {
  false: "its agent runs with --enable-network-policy=false",
  absent: "its agent runs without --enable-network-policy, whose default is false",
  invalid: "its agent's --enable-network-policy is no boolean, so the agent cannot start",
  undecided: "its agent's --enable-network-policy is not written in the manifest",
  "no-container": "it has no network policy agent container",
} as const;

const BANDWIDTH_SAYS = "ENABLE_BANDWIDTH_PLUGIN is set, with which policy enforcement fails";

/** Null where the image tells no version. */
export function isSupported(cni: Container | undefined): Ternary {
  const version = cni === undefined ? null : imageVersion(cni.image);
  if (version === null) return null;
  if (isBefore(version, MINIMUM_CNI)) return false;
  return isBefore(MINIMUM_CNI, version) || !/^eksbuild\.[12]$/.test(version.suffix);
}

/** "Policy enforcement will fail if bandwidth plugin is enabled" (aws-network-policy-agent, README). */
function readBandwidthPlugin(cni: Container | undefined): Ternary {
  const value = cni === undefined ? undefined : readEnv(cni, "ENABLE_BANDWIDTH_PLUGIN");
  if (value === null) return null;
  return value !== undefined && parseGoBool(value) === true;
}

/** Strict mode came with v1.17.1 (amazon-vpc-cni-k8s, CHANGELOG); an older plug-in starts every pod open. */
const FIRST_WITH_STRICT: Version = { major: 1, minor: 17, patch: 1, suffix: "" };

/**
 * NETWORK_POLICY_ENFORCING_MODE: standard (default) or strict, in any case. The plug-in's own variable: ipamd reads
 * it (pkg/ipamd/ipamd.go), and the agent asks ipamd (aws-network-policy-agent, main.go) and no variable of its own.
 */
export function readMode(containers: readonly Container[]): DefaultVerdict | null {
  const cni = findCni(containers);
  if (cni === undefined) return null;
  const version = imageVersion(cni.image);
  if (version !== null && isBefore(version, FIRST_WITH_STRICT)) return "allowed";
  const value = readEnv(cni, "NETWORK_POLICY_ENFORCING_MODE");
  if (value === undefined || value === "") return "allowed";
  if (value === null) return null;
  if (value.toLowerCase() === "strict") return "denied";
  return value.toLowerCase() === "standard" ? "allowed" : null;
}

/** ENABLE_V4_EGRESS is on by default in IPv6 clusters (amazon-vpc-cni-k8s README, since v1.15.1). */
export function hasV4Egress(containers: readonly Container[]): boolean {
  const cni = findCni(containers);
  if (cni === undefined) return false;
  const isIpv6 = readEnv(cni, "ENABLE_IPv6");
  const egress = readEnv(cni, "ENABLE_V4_EGRESS");
  if (typeof isIpv6 !== "string" || parseGoBool(isIpv6) !== true) return false;
  return typeof egress !== "string" || parseGoBool(egress) !== false;
}
