// The faults that a world asks for: which answer, if any, takes the place of the service's own.

import type { WorldFault } from "../world.ts";

export interface FaultedCall {
  /** SDK service id in lower case, which is also the name in the credential scope. */
  readonly service: string;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string | undefined;
}

/** Counts the calls that match each fault, so that a fault can be for the n-th one only. */
export function createFaultFinder(faults: readonly WorldFault[]): (call: FaultedCall) => WorldFault | null {
  const counts = new Map<WorldFault, number>();
  return (call) => {
    for (const fault of faults.filter((candidate) => matches(candidate, call))) {
      const count = (counts.get(fault) ?? 0) + 1;
      counts.set(fault, count);
      if (fault.calls === undefined || fault.calls.includes(count)) return fault;
    }
    return null;
  };
}

/** What a fault does not name may be anything. */
function matches(fault: WorldFault, call: FaultedCall): boolean {
  return (
    fault.service === call.service &&
    fault.operation === call.operation &&
    (fault.accountId === undefined || fault.accountId === call.accountId) &&
    (fault.region === undefined || fault.region === call.region) &&
    (fault.cluster === undefined || fault.cluster === call.cluster)
  );
}
