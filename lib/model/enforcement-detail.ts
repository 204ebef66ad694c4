// What NETPOL.3 to .8 and .21 need beyond the verdict on enforcement: one answered question each, so that a
// control only turns a state into a status. Plain data, derived by lib/enforcement, in a stable order.

import type { Evidence } from "./finding.ts";
import type { Engine } from "./posture.ts";

/** A pod that policies do not reach although an engine enforces on its node. */
export interface PodException {
  readonly namespace: string;
  readonly name: string;
  readonly kind: "no-owner" | "extra-interface" | "not-managed" | "pod-security-group";
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

export interface EnforcementDetail {
  readonly exceptions: readonly PodException[];
  readonly unrecognised: readonly UnrecognisedDaemonSet[];
  /** Controls of another kind that people take for NetworkPolicy enforcement. */
  readonly otherControls: readonly "istio-ambient"[];
  /** DaemonSets of engines whose pods do not all run the newest template yet. */
  readonly rollouts: readonly {
    readonly engine: Engine;
    readonly daemonSet: string;
    readonly state: string;
  }[];
}

export interface Answer<S extends string> {
  readonly state: S;
  /** One sentence. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
}
