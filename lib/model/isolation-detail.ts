// What is known of a namespace beyond `NamespaceReport`: which policies open, reach too far, select nothing or
// cannot be read. Plain data, derived by lib/netpol, in a stable order.

export const DIRECTIONS = ["ingress", "egress"] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface NamespaceDetail {
  readonly name: string;
  /** It is being deleted. */
  readonly terminating?: boolean;
  /** Pods that policies can reach: neither hostNetwork, finished nor terminating. */
  readonly countedPods: number;
  /** Counted pods that at least one policy certainly selects, in any direction. */
  readonly selectedPods: number;
  /** The same pods by whether an engine enforces policies for them. Offline all count as enforced. */
  readonly selected: { readonly enforced: number; readonly notEnforced: number; readonly unknown: number };
  /** Policies that alone open something, with the counted workloads that they open. */
  readonly openings: readonly PolicyOpening[];
  /** Workloads with isolated egress from which an instance metadata address can be reached on TCP 80. */
  readonly metadataEgress: readonly MetadataEgress[];
  /** What in the policies could not be read, or not be modelled. It makes verdicts unknown, never guessed. */
  readonly problems: readonly PolicyProblem[];
  /** Policies of which it is not known whether they select a counted pod, and why. */
  readonly doubtfulPolicies: readonly DoubtfulPolicy[];
  /** Policies that count for nothing, because the engine does not implement their API. */
  readonly ignoredPolicies: readonly PolicyProblem[];
}

/** What somebody who mends a namespace wants to know of its rules. No finding rests on it. */
export interface NamespaceRules {
  readonly overBroadRules: readonly OverBroadRule[];
  /** Of the namespace's own policies: what a cluster-wide one names is the same everywhere. */
  readonly deadPeers: readonly DeadPeer[];
  /** What could not be read: what it admits beyond the lists above is not known. */
  readonly problems: readonly PolicyProblem[];
  /** Policies that count for nothing, because the engine does not implement their API. */
  readonly ignoredPolicies: readonly PolicyProblem[];
  /** Why these may lack something: policies of another API could not be seen, or there was too much to look through. */
  readonly blind: string | null;
}

export interface PolicyOpening {
  readonly policy: string;
  readonly direction: Direction;
  readonly openToCluster: boolean;
  readonly openToExternal: boolean;
  /** Share of the address space of the pods' family, from 0 to 1, that the policy alone opens for any port. */
  readonly externalShare: number;
  /** `Kind/name`, in code-unit order. */
  readonly workloads: readonly string[];
}

export const OVER_BROAD_REASONS = ["any-peer", "all-namespaces", "wide-addresses"] as const;

export interface OverBroadRule {
  readonly policy: string;
  readonly direction: Direction;
  /** Where it stands, as in `spec.ingress[0].from[1]`. */
  readonly path: string;
  readonly reason: (typeof OVER_BROAD_REASONS)[number];
  /** One clause: what it admits, with its ports. */
  readonly detail: string;
}

export const DEAD_PEER_SELECTIONS = ["nothing", "uncounted-pods"] as const;

export interface DeadPeer {
  readonly policy: string;
  readonly direction: Direction;
  readonly path: string;
  /** The peer in words, as in `pods with app=web in namespaces with team=a`. */
  readonly detail: string;
  /** Uncounted pods are on the host's network, finished or terminating. */
  readonly selects: (typeof DEAD_PEER_SELECTIONS)[number];
}

export interface MetadataEgress {
  /** `Kind/name`. */
  readonly workload: string;
  /** 169.254.169.254 or fd00:ec2::254. */
  readonly address: string;
  /** Policies that allow it, in code-unit order. */
  readonly policies: readonly string[];
}

export interface DoubtfulPolicy extends PolicyProblem {
  /** It is not of the namespace, and so never one that is dead in it. */
  readonly clusterWide: boolean;
}

export interface PolicyProblem {
  readonly policy: string;
  /** One clause, as in `spec.ingress[0].from[0].futurePeer is not a field that we know`. */
  readonly because: string;
}
