// Addresses that a cluster gives its own Services, from the Service range that DescribeCluster tells.

import { parseAddress, parseCidr } from "../netpol/address-range.ts";

/** The n-th address of an IPv4 range as a /32; null for other ranges, of which nothing is guessed. */
export function addressOfRange(serviceCidr: string, index: number): string | null {
  const cidr = parseCidr(serviceCidr);
  if (cidr === null || cidr.family !== "ipv4" || cidr.range.from + BigInt(index) > cidr.range.to) return null;
  const address = Number(cidr.range.from) + index;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".")}/32`;
}

/** An address as a block of one; nothing for "None" and what else is no address. */
export function toSingleAddress(text: string): readonly string[] {
  const parsed = parseAddress(text);
  return parsed === null ? [] : [`${text}/${parsed.family === "ipv4" ? 32 : 128}`];
}
