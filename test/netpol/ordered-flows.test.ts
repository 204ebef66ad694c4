// Ordered rules against a naive reading of them, which asks for one address, or one kind of pods, at a time.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseCidr, parseAddress } from "../../lib/netpol/address-range.ts";
import { cutFlow } from "../../lib/netpol/flow-addresses.ts";
import { EVERY, type Selector } from "../../lib/netpol/label-selector.ts";
import { passAddresses } from "../../lib/netpol/pass-addresses.ts";
import { passesInTwoWays, passPods } from "../../lib/netpol/pass-pods.ts";
import type { FlowRule, Peer } from "../../lib/netpol/policy.ts";
import { toFlowRule } from "../../lib/netpol/policy-direction.ts";
import type { Flow, FlowContext } from "../../lib/netpol/traffic-flow.ts";

const CONTEXT: FlowContext = { families: ["ipv4"], ipBlocksMatchPods: true };
/** One address in every /4. */
const GRID = Array.from({ length: 16 }, (_, index) => parseAddress(`${index * 16 + 5}.6.7.8`)?.address ?? 0n);

const cidr = fc
  .tuple(fc.nat(15), fc.integer({ min: 0, max: 4 }))
  .map(([start, length]) => `${start * 16}.0.0.0/${length}`);

function addresses(text: string, matchesPods: boolean | null): Peer {
  const parsed = parseCidr(text) ?? assert.fail(text);
  const { family, prefixLength, range } = parsed;
  return { kind: "addresses", path: "", family, ranges: [range], prefixLength, matchesPods, text };
}

function pods(app: "a" | "b" | null): Peer {
  const selector: Selector =
    app === null ? EVERY : { requirements: [{ key: app, operator: "Exists", values: [] }], unknown: null };
  return { kind: "pods", path: "", namespaces: EVERY, pods: selector };
}

const peer: fc.Arbitrary<Peer> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(cidr, fc.constantFrom(true, false, null)).map((all) => addresses(...all)),
  },
  { weight: 3, arbitrary: fc.constantFrom<"a" | "b">("a", "b").map(pods) },
  { weight: 1, arbitrary: fc.constantFrom<Peer>(pods(null), { kind: "everyone", path: "" }) },
  fc.constant<Peer>(addresses("fd00::/8", true)),
);

const rule = fc
  .record({
    action: fc.constantFrom("allow", "deny", "pass"),
    peers: fc.array(peer, { minLength: 1, maxLength: 3 }),
  })
  .map(({ action, peers }): FlowRule =>
    toFlowRule({ action, policy: "p", peers, ranges: null, oneUnknownPortOf: [] }),
  );

const flow: fc.Arbitrary<Flow> = fc.record({
  tiers: fc.array(
    fc.record({ rules: fc.array(rule, { maxLength: 6 }), end: fc.constantFrom("deny", "continue") }),
    { maxLength: 4 },
  ),
  fallthrough: fc.constantFrom("allow", "deny"),
});

function naiveIsAllowed({ tiers, fallthrough }: Flow, address: bigint): boolean {
  for (const { rules, end } of tiers) {
    const first = rules.find(({ peers }) => peers.some((one) => contains(one, address)));
    if (first !== undefined && first.action !== "pass") return first.action === "allow";
    if (first === undefined && end === "deny") return false;
  }
  return fallthrough === "allow";
}

function contains(one: Peer, address: bigint): boolean {
  if (one.kind === "everyone") return true;
  if (one.kind !== "addresses" || one.family !== "ipv4") return false;
  return one.ranges.some(({ from, to }) => from <= address && address <= to);
}

const FLOWS = { numRuns: 3_000 };

test("the addresses that get through are those that the first rule of each tier lets through", () => {
  const answers = { some: 0, all: 0, none: 0 };
  fc.assert(
    fc.property(flow, (flow) => {
      const space = cutFlow(flow, "ipv4", CONTEXT);
      const ranges = space.toRanges(passAddresses(flow, space));
      const expected = GRID.map((address) => naiveIsAllowed(flow, address));
      const found = GRID.map((address) => ranges.some(({ from, to }) => from <= address && address <= to));
      assert.deepEqual(found, expected);
      answers[expected.includes(false) ? (expected.includes(true) ? "some" : "none") : "all"] += 1;
    }),
    FLOWS,
  );
  for (const [kind, times] of Object.entries(answers)) assert.ok(times > 100, `${kind}: ${times}`);
});

/** A pod with each address, with and without each label: there may be one of every kind. */
const KINDS = GRID.flatMap((address) =>
  ["", "a", "b", "ab"].map((labels) => ({ address, isLabelled: (label: string) => labels.includes(label) })),
);
type Kind = (typeof KINDS)[number];

function isOf(one: Peer, { address, isLabelled }: Kind): boolean {
  if (one.kind === "addresses") return one.matchesPods !== false && contains(one, address);
  if (one.kind !== "pods") return one.kind === "everyone";
  const [requirement] = one.pods.requirements;
  return requirement === undefined || ("key" in requirement && isLabelled(requirement.key));
}

function naiveIsOpenTo({ tiers, fallthrough }: Flow, kind: Kind): boolean {
  for (const { rules, end } of tiers) {
    const first = rules.find(({ peers }) => peers.some((one) => isOf(one, kind)));
    if (first !== undefined && first.action !== "pass") return first.action === "allow";
    if (first === undefined && end === "deny") return false;
  }
  return fallthrough === "allow";
}

test("a flow is open to pods if the first rule of each tier lets a pod of every kind through", () => {
  const answers = { true: 0, false: 0 };
  fc.assert(
    fc.property(flow, (flow) => {
      fc.pre(!passesInTwoWays(flow, CONTEXT));
      const { left, denied, closed } = passPods(flow, [cutFlow(flow, "ipv4", CONTEXT)]);
      const isOpen = !denied && !closed && (!left || flow.fallthrough === "allow");
      assert.equal(
        isOpen,
        KINDS.every((kind) => naiveIsOpenTo(flow, kind)),
      );
      answers[`${isOpen}`] += 1;
    }),
    FLOWS,
  );
  for (const [kind, times] of Object.entries(answers)) assert.ok(times > 100, `${kind}: ${times}`);
});
