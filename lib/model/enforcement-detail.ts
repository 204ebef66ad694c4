// What NETPOL.3 to .8 need beyond the verdict on enforcement: one answered question each, so that a control
// only turns a state into a status. Plain data, derived by lib/enforcement, in a stable order.

import type { Evidence } from "./finding.ts";
import type { Engine } from "./posture.ts";

export interface EnforcementDetail {
  /**
   * Whether anything is applied to any pod: false in both negative verdicts, and already where it is only not
   * known whether somebody asked for enforcement.
   */
  readonly appliesAnywhere: boolean | null;
  readonly settings: SettingsAgreement;
  readonly processing: PolicyProcessing;
  readonly versions: EngineVersions;
  readonly coexistence: EngineCoexistence;
  readonly exceptions: readonly PodException[];
  readonly unrecognised: readonly UnrecognisedDaemonSet[];
  /** Controls of another kind that people take for NetworkPolicy enforcement. */
  readonly otherControls: readonly OtherControl[];
  readonly rollouts: readonly Rollout[];
}

/** One question: its answer, one sentence for it, and what a human can check. */
export interface Answer<S extends string> {
  readonly state: S;
  readonly because: string;
  readonly evidence: readonly Evidence[];
}

/** NETPOL.4: what the add-on declares, what the ConfigMap says, what the DaemonSet runs. */
export interface SettingsAgreement extends Answer<"agree" | "disagree" | "unknown" | "not-applicable"> {
  readonly disagreements: readonly Disagreement[];
}

export interface Disagreement {
  readonly setting: "network-policy" | "enforcing-mode" | "version" | "add-on-health";
  /** One clause that names both sides. */
  readonly because: string;
}

/** NETPOL.5: the controller on the control plane has turned every policy into PolicyEndpoints. */
export interface PolicyProcessing extends Answer<"processed" | "unprocessed" | "unknown" | "not-applicable"> {
  readonly policies: readonly ProcessedPolicy[];
}

export interface ProcessedPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly state: "processed" | "unprocessed" | "stale" | "stuck-terminating" | "unknown";
  /** One clause. */
  readonly because: string;
}

/** NETPOL.6: the version that runs is supported and has no known bypass. */
export interface EngineVersions extends Answer<
  "supported" | "bypass" | "unsupported" | "unknown" | "not-applicable"
> {
  readonly agents: readonly AgentVersion[];
  /** Nodes whose kernel is older than the engine's documentation asks for. */
  readonly oldKernels: readonly { readonly node: string; readonly kernel: string }[];
}

export interface AgentVersion {
  readonly engine: Engine;
  readonly image: string;
  /** `1.4.2`; null where the image's tag tells none. */
  readonly version: string | null;
  readonly agents: number;
  readonly bypasses: readonly KnownBypass[];
}

export interface KnownBypass {
  readonly id: string;
  /** One clause. */
  readonly summary: string;
  /** First version without it. */
  readonly fixedIn: string;
  readonly source: string;
}

/** NETPOL.7: no two engines apply policies on the same node. */
export interface EngineCoexistence extends Answer<"one" | "conflict" | "unknown" | "not-applicable"> {
  readonly conflicts: readonly { readonly engines: readonly Engine[]; readonly nodes: readonly string[] }[];
}

/** A pod that policies do not reach although an engine enforces on its node. */
export interface PodException {
  readonly namespace: string;
  readonly name: string;
  readonly kind: "no-owner" | "extra-interface" | "not-managed" | "pod-security-group" | "port-limit";
  /** `unknown`: it may be one, but what would tell was not seen. */
  readonly effect: "not-enforced" | "unknown";
  /** One clause. */
  readonly because: string;
}

/** A DaemonSet that could be a policy engine which this scanner does not know. */
export interface UnrecognisedDaemonSet {
  readonly namespace: string;
  readonly name: string;
  readonly images: readonly string[];
}

export interface OtherControl {
  readonly kind: "istio-ambient";
  readonly daemonSet: string;
  readonly because: string;
}

/** A DaemonSet of an engine whose pods do not all run the newest template yet. */
export interface Rollout {
  readonly engine: Engine;
  readonly daemonSet: string;
  readonly because: string;
}
