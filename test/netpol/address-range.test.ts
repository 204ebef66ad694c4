// Address arithmetic: what is an address, what is a CIDR, and that unions and differences are exact.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  containsAddress,
  coversWholeSpace,
  parseAddress,
  parseCidr,
  shareOfSpace,
  subtract,
  unionOf,
  wholeSpace,
  type AddressRange,
} from "../../lib/netpol/address-range.ts";

const ADDRESSES: readonly (readonly [text: string, address: bigint | null])[] = [
  ["0.0.0.0", 0n],
  ["255.255.255.255", 2n ** 32n - 1n],
  ["10.1.2.3", 0x0a_01_02_03n],
  ["10.1.2", null],
  ["10.1.2.3.4", null],
  ["10.1.2.256", null],
  ["10.01.2.3", null],
  ["010.1.2.3", null],
  ["10.1.2.", null],
  ["10.1.2.-1", null],
  [" 10.1.2.3", null],
  ["", null],
  ["::", 0n],
  ["::1", 1n],
  ["fd00:ec2::254", 0xfd00_0ec2_0000_0000_0000_0000_0000_0254n],
  ["1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008n],
  ["1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000n],
  ["FFFF::", 0xffffn << 112n],
  ["1:2:3:4:5:6:7", null],
  ["1:2:3:4:5:6:7:8:9", null],
  ["1:2:3:4:5:6:7:8::", null],
  ["1::2::3", null],
  ["::12345", null],
  ["::g", null],
  [":1", null],
  // Both spellings of a mapped address mean different things to different readers.
  ["::ffff:10.0.0.1", null],
  [`::${"0".repeat(1_000_000)}`, null],
];

for (const [text, address] of ADDRESSES) {
  test(`address ${text.slice(0, 40)}`, () => {
    assert.equal(parseAddress(text)?.address ?? null, address);
  });
}

const CIDRS: readonly (readonly [text: string, from: string | null, to: string])[] = [
  ["0.0.0.0/0", "0.0.0.0", "255.255.255.255"],
  ["10.0.0.0/8", "10.0.0.0", "10.255.255.255"],
  ["10.1.2.3/8", "10.0.0.0", "10.255.255.255"],
  ["10.0.0.1/32", "10.0.0.1", "10.0.0.1"],
  ["10.0.0.0/33", null, ""],
  ["10.0.0.0/08", null, ""],
  ["10.0.0.0/-1", null, ""],
  ["10.0.0.0/", null, ""],
  ["10.0.0.0", null, ""],
  ["10.0.0.0/8/8", null, ""],
  ["any", null, ""],
  ["::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["::1/128", "::1", "::1"],
  ["::/129", null, ""],
];

for (const [text, from, to] of CIDRS) {
  test(`CIDR ${text}`, () => {
    const cidr = parseCidr(text);
    const expected =
      from === null ? null : { from: parseAddress(from)?.address, to: parseAddress(to)?.address };
    assert.deepEqual(cidr?.range ?? null, expected);
    if (cidr !== null) assert.equal(cidr.prefixLength, Number(text.split("/")[1]));
  });
}

function ranges(...cidrs: readonly string[]): readonly AddressRange[] {
  return unionOf(cidrs.map((text) => [parseCidr(text)?.range ?? assert.fail(text)]));
}

test("two halves are the whole, a missing address is not", () => {
  assert.equal(coversWholeSpace("ipv4", ranges("0.0.0.0/1", "128.0.0.0/1")), true);
  assert.equal(coversWholeSpace("ipv4", ranges("0.0.0.0/0")), true);
  assert.equal(coversWholeSpace("ipv4", subtract(wholeSpace("ipv4"), ranges("1.2.3.4/32"))), false);
  assert.equal(coversWholeSpace("ipv4", ranges("0.0.0.0/1")), false);
  assert.equal(coversWholeSpace("ipv6", ranges("::/1", "8000::/1")), true);
  assert.equal(coversWholeSpace("ipv6", wholeSpace("ipv4")), false);
  assert.equal(coversWholeSpace("ipv4", []), false);
});

test("a share is exact, and 1 only of the whole", () => {
  assert.equal(shareOfSpace("ipv4", []), 0);
  assert.equal(shareOfSpace("ipv4", ranges("0.0.0.0/1")), 0.5);
  assert.equal(shareOfSpace("ipv4", ranges("10.0.0.0/8", "11.0.0.0/8")), 1 / 128);
  assert.equal(shareOfSpace("ipv6", ranges("8000::/1")), 0.5);
  assert.equal(shareOfSpace("ipv6", wholeSpace("ipv6")), 1);
  const allButOne = shareOfSpace("ipv6", subtract(wholeSpace("ipv6"), ranges("::1/128")));
  assert.ok(allButOne < 1 && allButOne > 0.999_999);
});

/** A space of 64 addresses, in which sets can be compared member by member. */
const smallRange = fc
  .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 0, max: 63 }))
  .map(([a, b]): AddressRange => ({ from: BigInt(Math.min(a, b)), to: BigInt(Math.max(a, b)) }));
const smallSet = fc.array(smallRange, { maxLength: 6 });

function members(set: readonly AddressRange[]): ReadonlySet<number> {
  return new Set(Array.from({ length: 64 }, (_, n) => n).filter((n) => containsAddress(set, BigInt(n))));
}

test("union and difference agree with sets of members", () => {
  fc.assert(
    fc.property(smallSet, smallSet, (a, b) => {
      const [left, right] = [unionOf([a]), unionOf([b])];
      assert.deepEqual(members(unionOf([a, b])), members(a).union(members(b)));
      assert.deepEqual(members(subtract(left, right)), members(a).difference(members(b)));
    }),
    { numRuns: 500 },
  );
});

test("equal sets are equal lists, however they were put together", () => {
  fc.assert(
    fc.property(fc.array(smallSet, { maxLength: 4 }), (sets) => {
      const once = unionOf(sets);
      assert.deepEqual(unionOf(sets.toReversed()), once);
      assert.deepEqual(unionOf([once]), once);
      for (const [index, { from }] of once.entries()) {
        const before = once[index - 1];
        if (before !== undefined) assert.ok(from > before.to + 1n);
      }
    }),
    { numRuns: 300 },
  );
});
