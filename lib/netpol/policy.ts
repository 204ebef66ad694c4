// What every policy API is compiled into: rules that allow, deny or pass, in ordered tiers. Plain data.

import type { Direction } from "../model/isolation-detail.ts";
import type { AddressRange, Family } from "./address-range.ts";
import type { PolicyApi } from "./isolation-input.ts";
import type { Selector } from "./label-selector.ts";

export type { Direction };

/** "The protocol (TCP, UDP, or SCTP) which traffic must match": together they are all protocols. */
export const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const FIRST_PORT = 1;
export const LAST_PORT = 65_535;

/** Both ends belong to it. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** A port by the name that the destination pod's containers give it. */
export interface NamedPort {
  readonly protocol: Protocol;
  readonly name: string;
}

export interface Ports {
  readonly ranges: readonly PortRange[];
  readonly names: readonly NamedPort[];
}

export type Peer =
  /** Every pod and every address. */
  | { readonly kind: "everyone"; readonly path: string }
  /** `namespaces` null: the policy's own namespace. */
  | {
      readonly kind: "pods";
      readonly path: string;
      readonly namespaces: Selector | null;
      readonly pods: Selector;
    }
  | {
      readonly kind: "addresses";
      readonly path: string;
      readonly family: Family;
      readonly ranges: readonly AddressRange[];
      /** Of the block that the ranges were cut from; 0 is the whole space. */
      readonly prefixLength: number;
      /** Whether it is also about pods with these addresses. Null: as the engine does. */
      readonly matchesPods: boolean | null;
      /** As written. */
      readonly text: string;
    }
  /** Some addresses that are not known, none of them a pod's: nodes, domain names. Never a whole space. */
  | { readonly kind: "elsewhere"; readonly path: string; readonly text: string };

export interface Rule {
  readonly action: "allow" | "deny" | "pass";
  readonly path: string;
  /** None: nobody. The API's "empty or missing" is one peer of kind `everyone`. */
  readonly peers: readonly Peer[];
  /** Null: all ports and protocols. */
  readonly ports: Ports | null;
  /** Why the rule may match more than `peers` and `ports` say. Null: it is fully read. */
  readonly unknown: string | null;
}

export interface PolicyDirection {
  /** Why the policy may not be about this direction at all. Null: it is. */
  readonly unknown: string | null;
  /** Traffic of a selected pod that no rule of the policy's tier mentions is denied there. */
  readonly isolates: boolean;
  readonly rules: readonly Rule[];
  /** The rules as they apply to every pod. Null where they depend on the pod, or are not fully read. */
  readonly fixed: readonly FlowRule[] | null;
}

/** A rule as traffic meets it: ports are numbers, and nothing is in doubt. */
export interface FlowRule {
  readonly action: "allow" | "deny" | "pass";
  readonly policy: string;
  readonly peers: readonly Peer[];
  /** Null: all ports and protocols. */
  readonly ranges: readonly PortRange[] | null;
  /** Protocols of which the rule matches one more port that is not known. */
  readonly oneUnknownPortOf: readonly Protocol[];
  /** It is about some pods only, so it can have no part in opening a whole space. */
  readonly isNarrow: boolean;
}

export interface Policy {
  readonly api: "networkPolicies" | PolicyApi;
  /** As reports name it: `name`, and `Kind.group/name` for other APIs. */
  readonly name: string;
  /** Of no namespace. The others do not say whose they are: namespaces of one template have the very same ones. */
  readonly isClusterWide: boolean;
  /** Tiers are asked in ascending order, policies of a tier too. */
  readonly tier: number;
  readonly order: number;
  /** What decides between policies of one tier and order: their names, the action, or nothing that is known. */
  readonly sameOrder: "by-name" | "deny-first" | "undefined";
  /** `namespaces` null: the policy's own. */
  readonly subject: { readonly namespaces: Selector | null; readonly pods: Selector };
  /** Null: the policy says nothing about this direction. */
  readonly ingress: PolicyDirection | null;
  readonly egress: PolicyDirection | null;
  /** Why the policy may not count at all. Null: it counts. */
  readonly doubt: string | null;
  /** Every clause about what could not be read. */
  readonly problems: readonly string[];
}

/** Calico's numbers, which order all APIs: admin tier, default tier with NetworkPolicies, baseline tier. */
export const ADMIN_TIER = 1_000;
export const NETWORK_POLICY_TIER = 1_000_000;
export const BASELINE_TIER = 10_000_000;
export const NETWORK_POLICY_ORDER = 1_000;
