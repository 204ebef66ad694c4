// From which workloads with restricted egress the instance metadata service can still be reached.

import type { MetadataEgress } from "../model/isolation-detail.ts";
import { containsAddress, parseAddress, type Family } from "./address-range.ts";
import type { PodDirection } from "./pod-verdict.ts";
import type { Peer } from "./policy.ts";
import { decideTraffic } from "./traffic-decision.ts";
import { openingPolicies } from "./traffic-flow.ts";
import type { WorkloadPods } from "./workload-report.ts";

/** The service's addresses (IMDS documentation); it answers on TCP 80. */
const ADDRESSES: readonly { readonly family: Family; readonly text: string }[] = [
  { family: "ipv4", text: "169.254.169.254" },
  { family: "ipv6", text: "fd00:ec2::254" },
];
const PORT = 80;

/** Only where egress is isolated and not open to all addresses: otherwise the openness itself is the finding. */
export function metadataEgressOf({ kind, name, counts }: WorkloadPods): readonly MetadataEgress[] {
  const restricted = [...counts.keys()]
    .map(({ egress }) => egress)
    .filter(({ isolated, openToExternal }) => isolated === true && openToExternal !== true);
  if (restricted.every(({ least }) => openingPolicies(least).length === 0)) return [];
  return ADDRESSES.flatMap(({ family, text }) => {
    const policies = restricted
      .filter(({ context }) => context.families.includes(family))
      .flatMap((egress) => policiesReaching(egress, text));
    if (policies.length === 0) return [];
    return [{ workload: `${kind}/${name}`, address: text, policies: [...new Set(policies)].toSorted() }];
  });
}

function policiesReaching({ least }: PodDirection, text: string): readonly string[] {
  const target = parseAddress(text);
  if (target === null) return [];
  const isPeer = (peer: Peer): boolean =>
    peer.kind === "everyone" ||
    (peer.kind === "addresses" &&
      peer.family === target.family &&
      containsAddress(peer.ranges, target.address));
  return decideTraffic(least, { protocol: "TCP", port: PORT, isPeer }, "least").policies;
}
