// Which of a world's faults a request meets. A fault counts the requests that match it, from 1.

import type { WorldFault } from "../world.ts";

/** The first fault that applies to this request, or null. Each call counts as one request. */
export type FaultFinder = (path: string) => WorldFault | null;

export function createFaultFinder(
  faults: readonly WorldFault[],
  target: { readonly cluster: string; readonly accountId: string; readonly region: string },
): FaultFinder {
  const counts = new Map<WorldFault, number>();
  return (path) => {
    // Asked anew each time: a test may add and take away faults while the server runs.
    const matching = faults.filter((fault) => concerns(fault, target) && isPathPrefix(fault.operation, path));
    for (const fault of matching) counts.set(fault, (counts.get(fault) ?? 0) + 1);
    return matching.find((fault) => fault.calls?.includes(counts.get(fault) ?? 0) ?? true) ?? null;
  };
}

function concerns(
  fault: WorldFault,
  target: { readonly cluster: string; readonly accountId: string; readonly region: string },
): boolean {
  return (
    fault.service === "kubernetes" &&
    (fault.cluster ?? target.cluster) === target.cluster &&
    (fault.accountId ?? target.accountId) === target.accountId &&
    (fault.region ?? target.region) === target.region
  );
}

/** Whole segments: `/api` is no prefix of `/apis`. */
function isPathPrefix(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
