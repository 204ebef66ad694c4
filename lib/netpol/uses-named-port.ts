// Tells whether a NetworkPolicy names a port in an ingress rule. Only such policies need container ports,
// so only their namespaces are read in full. Malformed policies answer no: they are judged unknown anyway.

import type { RawObject } from "../model/kubernetes.ts";
import { isRecord } from "./raw-record.ts";

export function usesNamedPort(policy: RawObject): boolean {
  const spec = policy["spec"];
  if (!isRecord(spec)) return false;
  return toList(spec["ingress"]).some(
    (rule) =>
      isRecord(rule) &&
      toList(rule["ports"]).some((port) => isRecord(port) && typeof port["port"] === "string"),
  );
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
