// What the policies that a namespace's findings suggest would change: who may talk to whom without and with them.
// Compact, for reports: like workloads stand together. A comparison of policies, not of traffic.

import type { DefaultDeny, DirectionReport, Posture } from "./posture.ts";

export interface Suggestion {
  /** Policies that are added or replaced, by name, in code-unit order. */
  readonly policies: readonly string[];
  readonly before: SuggestionSide;
  readonly after: SuggestionSide;
}

export interface SuggestionSide {
  readonly posture: Posture;
  readonly defaultDeny: { readonly ingress: DefaultDeny; readonly egress: DefaultDeny };
  readonly groups: readonly ReachGroup[];
  /** Workloads in groups that had no room. */
  readonly moreWorkloads: number;
}

/** Workloads to and from which the same is allowed. */
export interface ReachGroup {
  /** Names, the first 20. */
  readonly workloads: readonly string[];
  readonly moreWorkloads: number;
  readonly pods: number;
  readonly hostNetwork: boolean;
  readonly ingress: Reach;
  readonly egress: Reach;
}

type Openness = Pick<DirectionReport, "isolated" | "openToCluster" | "openToExternal" | "externalShare">;

export interface Reach extends Openness {
  /** In the order in which they are asked; of a group of unlike pods, those of all. */
  readonly rules: readonly ReachRule[];
  readonly moreRules: number;
  /** What happens to everything else; null: not the same for all pods, or nobody is there. */
  readonly otherwise: "allow" | "deny" | null;
  /** Something may be allowed beyond that, which could not be read. */
  readonly isDoubtful: boolean;
}

export interface ReachRule {
  readonly action: "allow" | "deny" | "pass";
  /** `pods with app=web in the same namespace` */
  readonly peer: string;
  /** `on all ports`, `on TCP 80, UDP 53` */
  readonly ports: string;
}
