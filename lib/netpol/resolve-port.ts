// What number a port has that a rule names: that depends on the pod that receives the connection.

import type { Pod } from "../model/kubernetes.ts";
import type { NamedPort, PortRange, Rule } from "./policy.ts";

/** The numbers of a named port. Null: the pod's container ports were not read. */
export type ResolvePort = (port: NamedPort, action: Rule["action"]) => readonly PortRange[] | null;

/** "This can either be a numerical or named port on a pod": the pod that receives the connection. */
export function portsOf({ detail }: Pod): ResolvePort {
  if (detail === null) return () => null;
  const ports = Map.groupBy(
    detail.containers.flatMap((container) => container.ports),
    ({ name }) => name,
  );
  return ({ protocol, name }) =>
    (ports.get(name) ?? [])
      .filter((port) => port.protocol === protocol)
      .map(({ containerPort }) => ({ protocol, from: containerPort, to: containerPort }));
}

/**
 * For egress a name is a port of each destination pod: not of an address, and never all ports of all pods.
 * What it denies is some port of some pods.
 */
export const noPorts: ResolvePort = (_, action) => (action === "allow" ? [] : null);
