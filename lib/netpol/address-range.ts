// Exact arithmetic on IP address ranges, IPv4 and IPv6 alike. Lists of ranges are sorted, disjoint and
// never adjacent, so that equal sets are equal lists.

export type Family = "ipv4" | "ipv6";

/** Both ends belong to it. */
export interface AddressRange {
  readonly from: bigint;
  readonly to: bigint;
}

export interface Cidr {
  readonly family: Family;
  readonly prefixLength: number;
  readonly range: AddressRange;
}

const BITS: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 };
const SIZE: Readonly<Record<Family, bigint>> = { ipv4: 2n ** 32n, ipv6: 2n ** 128n };
const WHOLE: Readonly<Record<Family, readonly AddressRange[]>> = {
  ipv4: [{ from: 0n, to: SIZE.ipv4 - 1n }],
  ipv6: [{ from: 0n, to: SIZE.ipv6 - 1n }],
};

export function wholeSpace(family: Family): readonly AddressRange[] {
  return WHOLE[family];
}

export function coversWholeSpace(family: Family, ranges: readonly AddressRange[]): boolean {
  const [first] = ranges;
  return ranges.length === 1 && first !== undefined && first.from === 0n && first.to === SIZE[family] - 1n;
}

/** From 0 to 1; 1 only for the whole space, however close a smaller set comes. */
export function shareOfSpace(family: Family, ranges: readonly AddressRange[]): number {
  if (coversWholeSpace(family, ranges)) return 1;
  const covered = ranges.reduce((sum, { from, to }) => sum + (to - from + 1n), 0n);
  return Math.min(Number(covered) / Number(SIZE[family]), 1 - Number.EPSILON / 2);
}

/** One argument, however many lists: a policy may have more of them than a call takes arguments. */
export function unionOf(lists: readonly (readonly AddressRange[])[]): readonly AddressRange[] {
  const filled = lists.filter((list) => list.length > 0);
  const [only] = filled;
  if (only === undefined || (filled.length === 1 && only.length === 1)) return only ?? [];
  const sorted = lists.flat().toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const merged: AddressRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to + 1n) merged.push(range);
    else if (range.to > last.to) merged[merged.length - 1] = { from: last.from, to: range.to };
  }
  return merged;
}

/** `holes` in any order. One walk along both: an ipBlock may have 100,000 excepts. */
export function subtract(
  ranges: readonly AddressRange[],
  holes: readonly AddressRange[],
): readonly AddressRange[] {
  const sortedHoles = unionOf([holes]);
  const left: AddressRange[] = [];
  let next = 0;
  for (const range of ranges) {
    let { from } = range;
    for (
      let hole = sortedHoles[next];
      hole !== undefined && hole.from <= range.to;
      hole = sortedHoles[next]
    ) {
      if (hole.from > from) left.push({ from, to: hole.from - 1n });
      if (hole.to >= from) from = hole.to + 1n;
      // A hole that reaches beyond this range may reach into the next one.
      if (hole.to > range.to) break;
      next += 1;
    }
    if (from <= range.to) left.push({ from, to: range.to });
  }
  return left;
}

export function containsAddress(ranges: readonly AddressRange[], address: bigint): boolean {
  return ranges.some(({ from, to }) => from <= address && address <= to);
}

/** Null where the text is not `address/prefix`. Host bits are masked away, as the API server accepts them. */
export function parseCidr(text: string): Cidr | null {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/u.exec(text);
  if (match === null) return null;
  const parsed = parseAddress(match[1] ?? "");
  const prefixLength = Number(match[2]);
  if (parsed === null || prefixLength > BITS[parsed.family]) return null;
  const hostBits = BigInt(BITS[parsed.family] - prefixLength);
  const from = (parsed.address >> hostBits) << hostBits;
  return { family: parsed.family, prefixLength, range: { from, to: from + (1n << hostBits) - 1n } };
}

/** Null where the text is neither a dotted IPv4 nor an IPv6 address. */
export function parseAddress(text: string): { readonly family: Family; readonly address: bigint } | null {
  const family: Family = text.includes(":") ? "ipv6" : "ipv4";
  const address = family === "ipv6" ? parseIpv6(text) : parseIpv4(text);
  return address === null ? null : { family, address };
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let address = 0;
  for (const part of parts) {
    // No leading zeros: readers disagree on whether they mean octal, so such an address is not guessed.
    if (!/^(?:0|[1-9]\d{0,2})$/u.test(part) || Number(part) > 255) return null;
    address = address * 256 + Number(part);
  }
  return BigInt(address);
}

function parseIpv6(text: string): bigint | null {
  if (text.length > 39) return null;
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...(head ?? []), ...(tail ?? [])];
  const missing = 8 - groups.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/iu.test(group))) return null;
  const full = [...(head ?? []), ...Array<string>(missing).fill("0"), ...(tail ?? [])];
  return full.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}
