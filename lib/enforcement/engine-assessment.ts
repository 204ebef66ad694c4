// What is known of one engine in one cluster: the common form into which every engine's file translates, and
// from which node-coverage.ts and cluster-verdict.ts decide. Plain data.

import type { Evidence } from "../model/finding.ts";
import type { ComputeType, Engine } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import type { PolicyApis } from "./policy-apis.ts";
import type { PossibleDefaults } from "./possible-defaults.ts";
import type { Ternary } from "./ternary.ts";

export interface EngineContext {
  readonly facts: Facts;
  readonly clusterName: string;
  /** Milliseconds since the epoch at which the observation began; null where nobody says. */
  readonly observedAtMs: number | null;
}

/** `observedFrom`: RFC 3339. */
export function toContext(facts: Facts, clusterName: string, observedFrom: string | null): EngineContext {
  return { facts, clusterName, observedAtMs: observedFrom === null ? null : Date.parse(observedFrom) };
}

export interface NodeReading {
  /** True: configured to enforce, and its agent is running. Never a claim about packets. */
  readonly enforces: Ternary;
  readonly because: string;
  /** One clause: what every pod there can still do. The verdict is then no more than partial. */
  readonly limitation: string | null;
  /** Everything that an unselected pod there may meet from this engine; empty where it is left alone. */
  readonly defaults: PossibleDefaults;
}

export interface EngineAssessment {
  readonly engine: Engine;
  /** Seen in the cluster; otherwise it only may be there. */
  readonly installed: boolean;
  /** Its switches keep it from enforcing on any node, those that may still start included. */
  readonly switchedOff: boolean;
  /** Somebody asked for enforcement in the cluster: a switch is on, or the engine is installed to do it. */
  readonly declared: Ternary;
  /** Nodes on which an agent's pod was seen. */
  readonly byNode: ReadonlyMap<string, NodeReading>;
  /** The agents' pods were seen, so `byNode` has every node with one. */
  readonly placed: boolean;
  /** Every node without such a pod. */
  readonly elsewhere: NodeReading;
  /** What an unselected pod meets from it wherever it is at work; empty where it is off. */
  readonly defaults: PossibleDefaults;
  readonly computeTypes: readonly ComputeType[];
  readonly ipBlocksMatchPods: boolean | null;
  /** Policies of which other APIs it applies here. */
  readonly policyApis: PolicyApis;
  /** One clause: the state of its switches, for the verdict's sentence. */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** Facts that were needed here and not seen. */
  readonly missing: readonly (keyof Facts)[];
}

/** Compute types on which a DaemonSet's agent can program a Linux kernel. */
export const DAEMON_SET_COMPUTE: readonly ComputeType[] = ["ec2", "hybrid", "other"];
