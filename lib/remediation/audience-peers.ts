// From which addresses an entrance is used, as peers of a NetworkPolicy. What a Service declares narrows it;
// nothing else that we know does.

import type { Service } from "../model/kubernetes.ts";
import { oncePerList } from "../model/once-per-list.ts";
import { parseCidr, type Family } from "../netpol/address-range.ts";
import type { AccessReads, Entrance } from "./declared-access.ts";

/**
 * Where load balancers, nodes and the API server's network interfaces of a VPC stand: RFC 1918 and RFC 6598. An
 * IPv6 VPC has global unicast addresses (RFC 4291), so that those cannot be told from the internet's.
 */
const VPC_ADDRESSES: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"],
  ipv6: ["2000::/3", "fc00::/7"],
};
const EVERY_ADDRESS: Readonly<Record<Family, string>> = { ipv4: "0.0.0.0/0", ipv6: "::/0" };

export type Reach = "every address" | "the addresses that it names" | "private addresses" | "every namespace";

export interface EntrancePeers {
  readonly peers: readonly unknown[];
  readonly reach: readonly Reach[];
}

export function toEntrancePeers(entrance: Entrance, reads: AccessReads): EntrancePeers {
  const families = familiesOf(reads);
  const inVpc = families.flatMap((family) => VPC_ADDRESSES[family]).map(toBlock);
  switch (entrance.audience) {
    case "webhook":
    case "internal-load-balancer":
      return { peers: inVpc, reach: ["private addresses"] };
    case "ingress":
      // An Ingress does not say who carries its traffic: pods of a controller, or a load balancer of the VPC.
      return {
        peers: [{ namespaceSelector: {} }, ...inVpc],
        reach: ["every namespace", "private addresses"],
      };
    case "node-port":
      return everyone(families);
    case "load-balancer": {
      const named = namedRanges(entrance.sourceRanges, families);
      // Health checks, and clients whose address is not preserved, come from the load balancer and the nodes.
      return named === null
        ? everyone(families)
        : {
            peers: [
              ...named,
              ...inVpc.filter(({ ipBlock }) => !named.some((one) => one.ipBlock.cidr === ipBlock.cidr)),
            ],
            reach: ["the addresses that it names", "private addresses"],
          };
    }
  }
}

function everyone(families: readonly Family[]): EntrancePeers {
  return { peers: families.map((family) => toBlock(EVERY_ADDRESS[family])), reach: ["every address"] };
}

interface Block {
  readonly ipBlock: { readonly cidr: string };
}

/** Null: none of a family that pods have, or one that cannot be read, so that nothing is narrowed. */
function namedRanges(ranges: readonly string[], families: readonly Family[]): readonly Block[] | null {
  const parsed = ranges.map((range) => ({ text: range.trim(), cidr: parseCidr(range.trim()) }));
  if (parsed.some(({ cidr }) => cidr === null || cidr.prefixLength === 0)) return null;
  const usable = parsed.filter(({ cidr }) => cidr !== null && families.includes(cidr.family));
  return usable.length === 0 ? null : usable.map(({ text }) => toBlock(text));
}

function toBlock(cidr: string): Block {
  return { ipBlock: { cidr } };
}

/** What the cluster says, or else what its Services have; where neither is known IPv4, which pods then mostly have. */
function familiesOf({ cluster, services }: Pick<AccessReads, "cluster" | "services">): readonly Family[] {
  if (cluster.seen && cluster.value.ipFamily !== null) return [cluster.value.ipFamily];
  const seen = services.seen ? familiesOfServices(services.value) : [];
  return seen.length === 0 ? ["ipv4"] : seen;
}

const familiesOfServices = oncePerList((services: readonly Service[]): readonly Family[] => {
  const addresses = services.flatMap(({ clusterIPs }) => clusterIPs);
  return [
    ...(addresses.some((address) => address.includes(".")) ? (["ipv4"] as const) : []),
    ...(addresses.some((address) => address.includes(":")) ? (["ipv6"] as const) : []),
  ];
});
