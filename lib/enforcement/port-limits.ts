// The VPC CNI keeps at most 24 combinations of protocol and port per address range of a pod; what is beyond is
// not applied as written. Counted over all PolicyEndpoints that list the pod.

import type { PodException } from "../model/enforcement-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { listPods } from "./policy-endpoint.ts";
import { readMember } from "./select-pods.ts";

/** "The maximum number of unique combinations of ports for each protocol … is 24" (EKS user guide). */
const MAX_PORT_COMBINATIONS = 24;

const DIRECTIONS = ["ingress", "egress"];

interface Range {
  readonly key: string;
  readonly ports: readonly string[];
}

export function findPortLimits(facts: Facts): readonly PodException[] {
  if (!facts.policyEndpoints.seen) return [];
  const byNamespace = Map.groupBy(facts.policyEndpoints.value, ({ metadata }) => metadata.namespace ?? "");
  return [...byNamespace.values()].flatMap(findInNamespace);
}

function findInNamespace(endpoints: readonly RawObject[]): readonly PodException[] {
  if (!mayBeCrowded(endpoints)) return [];
  const ranges = new Map(endpoints.map((endpoint) => [endpoint, readRanges(endpoint)]));
  const crowded = crowdedKeys([...ranges.values()].flat());
  // Few namespaces come near the limit: only there is it worth looking pod by pod.
  if (crowded.size === 0) return [];
  const byPod = new Map<string, Range[]>();
  for (const [endpoint, own] of ranges) {
    const relevant = own.filter(({ key }) => crowded.has(key));
    for (const { namespace, name } of listPods(endpoint)) {
      const pod = `${namespace}/${name}`;
      byPod.set(pod, [...(byPod.get(pod) ?? []), ...relevant]);
    }
  }
  return [...byPod].flatMap(([pod, own]) => (crowdedKeys(own).size === 0 ? [] : [toException(pod)]));
}

/** Whether one address range has that many ports, repeated ones counted, too: a few additions for most namespaces. */
function mayBeCrowded(endpoints: readonly RawObject[]): boolean {
  const ports = new Map<string, number>();
  for (const endpoint of endpoints)
    for (const rule of DIRECTIONS.flatMap((direction) => readRules(endpoint, direction))) {
      const cidr = readCidr(rule);
      const own = readMember(rule, "ports");
      const total = (ports.get(cidr) ?? 0) + (Array.isArray(own) ? own.length : 0);
      if (total > MAX_PORT_COMBINATIONS) return true;
      ports.set(cidr, total);
    }
  return false;
}

function crowdedKeys(ranges: readonly Range[]): ReadonlySet<string> {
  const ports = new Map<string, Set<string>>();
  for (const { key, ports: own } of ranges) {
    const known = ports.get(key) ?? new Set();
    ports.set(key, known);
    for (const port of own) known.add(port);
  }
  return new Set([...ports].flatMap(([key, own]) => (own.size > MAX_PORT_COMBINATIONS ? [key] : [])));
}

function readRanges(endpoint: RawObject): readonly Range[] {
  return DIRECTIONS.flatMap((direction) =>
    readRules(endpoint, direction).map((rule) => {
      const ports = readMember(rule, "ports");
      return {
        key: `${direction} ${readCidr(rule)}`,
        ports: Array.isArray(ports) ? ports.map((port) => JSON.stringify(port)) : [],
      };
    }),
  );
}

function readCidr(rule: unknown): string {
  const cidr = readMember(rule, "cidr");
  return typeof cidr === "string" ? cidr : "";
}

function readRules(endpoint: RawObject, direction: string): readonly unknown[] {
  const rules = readMember(endpoint["spec"], direction);
  return Array.isArray(rules) ? rules : [];
}

function toException(pod: string): PodException {
  const slash = pod.indexOf("/");
  return {
    namespace: pod.slice(0, slash),
    name: pod.slice(slash + 1),
    kind: "port-limit",
    effect: "unknown",
    because: `its policies have more than ${MAX_PORT_COMBINATIONS} combinations of protocol and port for one address range`,
  };
}
