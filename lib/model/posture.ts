// The two derived pictures of a cluster: what is enforced (per node) and what is isolated (per workload).
// Pure projections over facts make them (lib/enforcement, lib/netpol); controls and reports read them.

import type { Evidence } from "./finding.ts";
import type { Suggestion } from "./suggestion.ts";

export const ENFORCEMENT_VERDICTS = [
  "enforced",
  "partial",
  "configured-not-enforced",
  "not-enforced",
  "unknown",
] as const;
export type EnforcementVerdict = (typeof ENFORCEMENT_VERDICTS)[number];

/** Engine names as they stand in reports. `none` is never an engine: absence is an empty list. */
export const ENGINES = [
  "vpc-cni",
  "eks-auto-mode",
  "calico",
  "cilium",
  "antrea",
  "kube-router",
  "weave",
  "kube-network-policies",
  "azure-npm",
  "gke-dataplane-v2",
] as const;
export type Engine = (typeof ENGINES)[number];

export const COMPUTE_TYPES = ["ec2", "auto", "fargate", "hybrid", "windows", "other"] as const;
export type ComputeType = (typeof COMPUTE_TYPES)[number];

export interface NodeEnforcement {
  readonly name: string;
  readonly computeType: ComputeType;
  readonly engine: Engine | null;
  readonly verdict: "enforced" | "not-enforced" | "unknown";
  /** Pods that are neither hostNetwork nor finished; null when not counted. */
  readonly pods: number | null;
  readonly because: string;
}

export interface Enforcement {
  readonly verdict: EnforcementVerdict;
  /** The engine that decides, or null when none or more than one does. */
  readonly engine: Engine | null;
  /** Every engine that was seen installed, in code-unit order, enforcing or not. */
  readonly engines: readonly Engine[];
  readonly mode: "standard" | "strict" | null;
  /** One sentence. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
  readonly nodes: readonly NodeEnforcement[];
  /** Facts that would have been needed: name of the fact and why it was not seen. */
  readonly missing: readonly string[];
  /** The verdict is unknown because nobody looked (manifests without a cluster), not because of a refusal. */
  readonly notAttempted: boolean;
  /** A pod that nothing selects: denied (strict mode, Cilium `always`), allowed, or not known. */
  readonly unselectedPods: "allowed" | "denied" | null;
  /** Whether the engine matches ipBlocks against pod addresses (VPC CNI, Calico: yes; Cilium: no). */
  readonly ipBlocksMatchPods: boolean | null;
}

export const POSTURES = ["isolated", "partial", "inert", "unprotected", "empty", "unknown"] as const;
export type Posture = (typeof POSTURES)[number];

/** CONTRACTS "D": one direction of one workload. Null is unknown, with `because`. */
export interface DirectionReport {
  readonly isolated: boolean | null;
  readonly openToCluster: boolean | null;
  readonly openToExternal: boolean | null;
  readonly externalShare: number | null;
  readonly policies: readonly string[];
  readonly nullifiedBy: readonly string[];
  readonly because?: string;
}

export interface WorkloadReport {
  readonly kind: string;
  readonly name: string;
  readonly pods: {
    readonly counted: number;
    readonly isolatedIngress: number | null;
    readonly isolatedEgress: number | null;
  };
  readonly hostNetwork: boolean;
  readonly ingress: DirectionReport;
  readonly egress: DirectionReport;
}

export const DEFAULT_DENIES = ["absent", "declared", "nullified", "effective", "unknown"] as const;
export type DefaultDeny = (typeof DEFAULT_DENIES)[number];

export interface NamespaceReport {
  readonly name: string;
  readonly posture: Posture;
  /** True offline, when enforcement is not in the input and posture is what the policies say. */
  readonly assumesEnforcement?: boolean;
  readonly policies: readonly string[];
  readonly deadPolicies: readonly string[];
  /** Those of its own that AWS's controller has not processed as they stand, which NETPOL.5 fails for. */
  readonly unprocessedPolicies?: readonly string[];
  readonly defaultDeny: { readonly ingress: DefaultDeny; readonly egress: DefaultDeny };
  readonly workloads: readonly WorkloadReport[];
  /** What its suggested policies would change; only where somebody asked for the pictures. */
  readonly suggestion?: Suggestion;
}
