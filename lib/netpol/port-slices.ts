// Cuts the ports of all protocols where any rule begins or ends. Ports between two cuts are treated alike,
// and so are all ports that the same rules match: one slice stands for each such set of rules.

import { FIRST_PORT, LAST_PORT, PROTOCOLS, type FlowRule, type Protocol } from "./policy.ts";

type PortRule = Pick<FlowRule, "ranges" | "oneUnknownPortOf">;

/** For each slice of the ports, the indexes of the rules that match there. */
export function portSlices(rules: readonly PortRule[]): readonly ReadonlySet<number>[] {
  const slices = new Map<string, ReadonlySet<number>>();
  for (const protocol of PROTOCOLS) {
    for (const slice of slicesOfProtocol(rules, protocol)) slices.set([...slice].join(" "), slice);
  }
  return [...slices.values()];
}

function slicesOfProtocol(rules: readonly PortRule[], protocol: Protocol): readonly ReadonlySet<number>[] {
  const cuts = cutsOf(rules, protocol);
  const ports = [...cuts.keys()].toSorted((a, b) => a - b);
  const active = new Map<number, number>();
  return ports.map((from, index) => {
    for (const [rule, change] of cuts.get(from) ?? []) active.set(rule, (active.get(rule) ?? 0) + change);
    const isSinglePort = (ports[index + 1] ?? LAST_PORT + 1) === from + 1;
    return matching(rules, protocol, active, isSinglePort);
  });
}

/** By port: which rules begin (+1) or have ended (-1) there. The first port is always a cut. */
function cutsOf(
  rules: readonly PortRule[],
  protocol: Protocol,
): ReadonlyMap<number, readonly (readonly [number, number])[]> {
  const cuts = new Map<number, (readonly [number, number])[]>([[FIRST_PORT, []]]);
  const cut = (port: number, rule: number, change: number): void => {
    if (port > LAST_PORT) return;
    const changes = cuts.get(port);
    if (changes === undefined) cuts.set(port, [[rule, change]]);
    else changes.push([rule, change]);
  };
  for (const [index, rule] of rules.entries()) {
    for (const range of rule.ranges ?? []) {
      if (range.protocol !== protocol) continue;
      cut(range.from, index, 1);
      cut(range.to + 1, index, -1);
    }
  }
  return cuts;
}

function matching(
  rules: readonly PortRule[],
  protocol: Protocol,
  active: ReadonlyMap<number, number>,
  isSinglePort: boolean,
): ReadonlySet<number> {
  const matched = new Set<number>();
  for (const [index, { ranges, oneUnknownPortOf }] of rules.entries()) {
    const isActive = ranges === null || (active.get(index) ?? 0) > 0;
    // A port that is known by name only may fill a gap of one port, never a wider one.
    if (isActive || (isSinglePort && oneUnknownPortOf.includes(protocol))) matched.add(index);
  }
  return matched;
}
