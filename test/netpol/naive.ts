// A second evaluator, deliberately naive: it reads raw policies again for every question, tries single
// addresses and ports one by one, and every subset of policies. It shares no code with lib/netpol.
// It is exact for clusters from random-cluster.ts only: well-formed policies, CIDRs on its grid of addresses.

import type { Namespace, Pod, RawObject } from "../../lib/model/kubernetes.ts";

type Json = Readonly<Record<string, unknown>>;
export type Direction = "ingress" | "egress";

export interface NaiveCluster {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly policies: readonly RawObject[];
  readonly ipBlocksMatchPods: boolean;
}

/** One address in every /4 of IPv4: a CIDR up to /4 either has it or not. */
const GRID = Array.from({ length: 16 }, (_, index) => `${index * 16 + 5}.6.7.8`);
/** Around every border that random policies use. */
const PORTS = [1, 2, 79, 80, 81, 99, 100, 101, 442, 443, 444, 8079, 8080, 8081, 9000, 65_534, 65_535];
const PROTOCOLS = ["TCP", "UDP", "SCTP"];

function json(value: unknown): Json {
  return value as Json;
}

function list(value: unknown): readonly Json[] {
  return (value ?? []) as readonly Json[];
}

function naiveMatches(selector: unknown, labels: Json): boolean {
  const { matchLabels, matchExpressions } = json(selector);
  for (const [key, value] of Object.entries(json(matchLabels ?? {})))
    if (!Object.hasOwn(labels, key) || labels[key] !== value) return false;
  for (const { key, operator, values } of list(matchExpressions)) {
    const has = Object.hasOwn(labels, String(key));
    const isIn = has && ((values ?? []) as readonly unknown[]).includes(labels[String(key)]);
    if (operator === "In" && !isIn) return false;
    if (operator === "NotIn" && isIn) return false;
    if (operator === "Exists" && !has) return false;
    if (operator === "DoesNotExist" && has) return false;
  }
  return true;
}

/** The rules of a policy for a direction, or null where the policy is not about it or not about the pod. */
function rulesFor(policy: RawObject, pod: Pod, direction: Direction): readonly Json[] | null {
  const spec = json(policy["spec"]);
  if (policy.metadata.namespace !== pod.namespace || !naiveMatches(spec["podSelector"] ?? {}, pod.labels))
    return null;
  const types = (spec["policyTypes"] ?? []) as readonly string[];
  const has = (type: string): boolean => types.includes(type);
  const isIngress = types.length === 0 || has("Ingress");
  const isEgress = types.length === 0 ? list(spec["egress"]).length > 0 : has("Egress");
  if (direction === "ingress" ? !isIngress : !isEgress) return null;
  return list(spec[direction]);
}

export function naiveSelecting(cluster: NaiveCluster, pod: Pod, direction: Direction): readonly RawObject[] {
  return cluster.policies.filter((policy) => rulesFor(policy, pod, direction) !== null);
}

function portMatches(rule: Json, port: number, protocol: string, receiver: Pod | null): boolean {
  const ports = list(rule["ports"]);
  if (ports.length === 0) return true;
  return ports.some((one) => {
    if ((one["protocol"] ?? "TCP") !== protocol) return false;
    if (one["port"] === undefined) return true;
    if (typeof one["port"] === "string")
      return (receiver?.detail?.containers ?? []).some(({ ports }) =>
        ports.some(
          (own) => own.name === one["port"] && own.protocol === protocol && own.containerPort === port,
        ),
      );
    return port >= Number(one["port"]) && port <= Number(one["endPort"] ?? one["port"]);
  });
}

function inCidr(address: string, cidr: string): boolean {
  const [base = "", length = ""] = cidr.split("/");
  const bits = (text: string): string =>
    text
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  return bits(address).slice(0, Number(length)) === bits(base).slice(0, Number(length));
}

function blockHas(block: Json, address: string): boolean {
  if (String(block["cidr"]).includes(":")) return false;
  if (!inCidr(address, String(block["cidr"]))) return false;
  return !((block["except"] ?? []) as readonly string[]).some((hole) => inCidr(address, hole));
}

function namespaceLabels(cluster: NaiveCluster, name: string): Json {
  const found = cluster.namespaces.find((namespace) => namespace.name === name);
  return { ...found?.labels, "kubernetes.io/metadata.name": name };
}

/** The other end: a pod, an address, or any pod at all, which only empty selectors are about. */
export type Other = Pod | string;
const ANY_POD = "any pod";

function peersOf(rule: Json, direction: Direction): readonly Json[] {
  return list(rule[direction === "ingress" ? "from" : "to"]);
}

function isAnyPod(peer: Json): boolean {
  const isEmpty = (selector: unknown): boolean =>
    Object.keys(json(json(selector)["matchLabels"] ?? {})).length === 0 &&
    list(json(selector)["matchExpressions"]).length === 0;
  if (peer["namespaceSelector"] === undefined || !isEmpty(peer["namespaceSelector"])) return false;
  return peer["podSelector"] === undefined || isEmpty(peer["podSelector"]);
}

function peerMatches(cluster: NaiveCluster, peer: Json, own: Pod, other: Other): boolean {
  if (peer["ipBlock"] !== undefined) {
    const block = json(peer["ipBlock"]);
    if (typeof other === "string") return other !== ANY_POD && blockHas(block, other);
    return (
      cluster.ipBlocksMatchPods && (other.detail?.podIPs ?? []).some((address) => blockHas(block, address))
    );
  }
  if (other === ANY_POD) return isAnyPod(peer);
  if (typeof other === "string") return false;
  const namespaceOk =
    peer["namespaceSelector"] === undefined
      ? other.namespace === own.namespace
      : naiveMatches(peer["namespaceSelector"], namespaceLabels(cluster, other.namespace));
  return (
    namespaceOk && (peer["podSelector"] === undefined || naiveMatches(peer["podSelector"], other.labels))
  );
}

function ruleAllows(
  cluster: NaiveCluster,
  rule: Json,
  pod: Pod,
  direction: Direction,
  other: Other,
  port: number,
  protocol: string,
): boolean {
  const receiver = direction === "ingress" ? pod : typeof other === "string" ? null : other;
  if (!portMatches(rule, port, protocol, receiver)) return false;
  const peers = peersOf(rule, direction);
  return peers.length === 0 || peers.some((peer) => peerMatches(cluster, peer, pod, other));
}

/** One half of a connection: may `pod` talk to, or be talked to by, `other`? */
export function naiveHalf(
  cluster: NaiveCluster,
  pod: Pod,
  direction: Direction,
  other: Other,
  port: number,
  protocol: string,
): boolean {
  const selecting = naiveSelecting(cluster, pod, direction);
  if (selecting.length === 0) return true;
  return selecting.some((policy) =>
    (rulesFor(policy, pod, direction) ?? []).some((rule) =>
      ruleAllows(cluster, rule, pod, direction, other, port, protocol),
    ),
  );
}

export interface NaiveDirection {
  readonly isolated: boolean;
  readonly openToCluster: boolean;
  readonly openToExternal: boolean;
  readonly externalShare: number;
}

/** `rules`: only of these policies, although all of them isolate. */
export function naiveDirection(
  cluster: NaiveCluster,
  pod: Pod,
  direction: Direction,
  without: readonly RawObject[] = [],
): NaiveDirection {
  const selecting = naiveSelecting(cluster, pod, direction);
  if (selecting.length === 0)
    return { isolated: false, openToCluster: true, openToExternal: true, externalShare: 1 };
  const rules = selecting
    .filter((policy) => !without.includes(policy))
    .flatMap((policy) => rulesFor(policy, pod, direction) ?? []);
  const allows = (other: Other, port: number, protocol: string): boolean =>
    rules.some((rule) => ruleAllows(cluster, rule, pod, direction, other, port, protocol));
  const everywhere = (holds: (port: number, protocol: string) => boolean): boolean =>
    PROTOCOLS.every((protocol) => PORTS.every((port) => holds(port, protocol)));
  const allAddresses = (port: number, protocol: string): boolean =>
    GRID.every((address) => allows(address, port, protocol));
  const reached = GRID.filter((address) =>
    PROTOCOLS.some((protocol) => PORTS.some((port) => allows(address, port, protocol))),
  );
  return {
    isolated: true,
    openToCluster: everywhere(
      (port, protocol) =>
        allows(ANY_POD, port, protocol) || (cluster.ipBlocksMatchPods && allAddresses(port, protocol)),
    ),
    openToExternal: everywhere(allAddresses),
    externalShare: reached.length / GRID.length,
  };
}

/** By size, then by name: the first set of policies without which no given pod is open. */
export function naiveNullifiedBy(
  cluster: NaiveCluster,
  pods: readonly Pod[],
  direction: Direction,
): readonly string[] {
  const isOpen = (pod: Pod, without: readonly RawObject[]): boolean => {
    const { isolated, openToCluster, openToExternal } = naiveDirection(cluster, pod, direction, without);
    return isolated && (openToCluster || openToExternal);
  };
  const open = pods.filter((pod) => isOpen(pod, []));
  if (open.length === 0) return [];
  const candidates = cluster.policies
    .filter((policy) => open.some((pod) => rulesFor(policy, pod, direction) !== null))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (let size = 1; size <= candidates.length; size += 1) {
    const found = subsets(candidates, size).find((set) => !open.some((pod) => isOpen(pod, set)));
    if (found !== undefined) return found.map(({ metadata }) => metadata.name);
  }
  return [];
}

function subsets<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) =>
    subsets(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

export function naiveIsCounted({ hostNetwork, finished, terminating }: Pod): boolean {
  return !hostNetwork && !finished && !terminating;
}
