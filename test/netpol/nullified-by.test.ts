// The smallest set of policies whose removal ends an openness.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_TRIED_SETS, smallestRemoval } from "../../lib/netpol/smallest-removal.ts";
import { assess, namespaceOf, pod, policy, workloadOf } from "./build-input.ts";

const block = (cidr: string, ...except: readonly string[]): unknown => ({
  podSelector: {},
  ingress: [{ from: [{ ipBlock: { cidr, except } }] }],
});
const ALLOW_ALL = { podSelector: {}, ingress: [{}] };
const DENY = { podSelector: {} };

const ROWS: readonly (readonly [
  says: string,
  policies: Readonly<Record<string, unknown>>,
  nullifiedBy: readonly string[],
])[] = [
  ["nothing is open", { deny: DENY }, []],
  ["the only policy is the reason", { open: ALLOW_ALL }, ["open"]],
  ["a default deny is not", { deny: DENY, open: ALLOW_ALL }, ["open"]],
  ["each of two has to go", { b: ALLOW_ALL, a: ALLOW_ALL }, ["a", "b"]],
  [
    "one of two halves is enough, the first by name",
    { high: block("128.0.0.0/1"), a: block("0.0.0.0/1") },
    ["a"],
  ],
  [
    "the one that two pairs share",
    { a: block("0.0.0.0/1"), b: block("128.0.0.0/1"), c: block("0.0.0.0/1") },
    ["b"],
  ],
  [
    "to pods and to addresses by different ones",
    {
      pods: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] },
      world: block("0.0.0.0/0"),
    },
    ["pods", "world"],
  ],
  [
    "who opens a port only is left alone",
    { open: ALLOW_ALL, port: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
    ["open"],
  ],
  [
    "protocols that together are all",
    {
      tcp: { podSelector: {}, ingress: [{ ports: [{}] }] },
      rest: { podSelector: {}, ingress: [{ ports: [{ protocol: "UDP" }, { protocol: "SCTP" }] }] },
    },
    ["rest"],
  ],
];

for (const [says, policies, expected] of ROWS) {
  test(`nullified: ${says}`, () => {
    const isolation = assess({
      pods: [pod("one")],
      policies: Object.entries(policies).map(([name, spec]) => policy(name, spec)),
    });
    assert.deepEqual(workloadOf(isolation, "Pod/one").ingress.nullifiedBy, expected);
  });
}

test("a workload's pods are ended together", () => {
  const halves = { low: block("0.0.0.0/1"), mid: block("128.0.0.0/1"), top: block("0.0.0.0/1") };
  const select = (app: string, spec: unknown): unknown =>
    Object.assign({}, spec, { podSelector: { matchLabels: { [app]: "y" } } });
  const replica = (name: string, labels: Record<string, string>) =>
    pod(name, labels, { owner: { apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "1" } });
  const isolation = assess({
    pods: [replica("db-0", { a: "y" }), replica("db-1", { b: "y" })],
    policies: [
      policy("a-low", select("a", halves.low)),
      policy("b-low", select("b", halves.top)),
      policy("shared", { ...(halves.mid as object) }),
    ],
  });
  assert.deepEqual(workloadOf(isolation, "StatefulSet/db").ingress.nullifiedBy, ["shared"]);
  assert.equal(namespaceOf(isolation).posture, "partial");
});

/** Open as long as some given set of policies is untouched. */
function openWhile(...sets: readonly (readonly string[])[]): (removed: ReadonlySet<string>) => boolean {
  return (removed) => sets.some((set) => set.every((policy) => !removed.has(policy)));
}

test("exact within the bound", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const find = (isOpenWithout: (removed: ReadonlySet<string>) => boolean): readonly string[] =>
    smallestRemoval(names, { isOpenWithout, maxTrials: 10_000 });
  assert.deepEqual(find(openWhile(["a", "b"], ["c", "d"], ["e", "f"])), ["a", "c", "e"]);
  assert.deepEqual(find(openWhile(["a", "f"], ["b", "f"], ["c", "f"])), ["f"]);
  assert.deepEqual(find(openWhile(["c"], ["a", "b"])), ["a", "c"]);
  assert.deepEqual(
    find(() => true),
    [],
  );
  assert.deepEqual(smallestRemoval([], { isOpenWithout: () => false, maxTrials: 10_000 }), []);
});

test("beyond the bound still minimal, in bounded work", () => {
  const names = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, "0")}`);
  const pairs = names.flatMap((name, index) => (index % 2 === 0 ? [[name, names[index + 1] ?? ""]] : []));
  let asked = 0;
  const isOpen = openWhile(...pairs);
  const isOpenWithout = (set: ReadonlySet<string>): boolean => {
    asked += 1;
    return isOpen(set);
  };
  const removed = smallestRemoval(names, { isOpenWithout, maxTrials: 10_000 });
  assert.ok(asked <= MAX_TRIED_SETS + 3 * names.length, String(asked));
  assert.equal(isOpen(new Set(removed)), false);
  for (const one of removed) assert.equal(isOpen(new Set(removed.filter((name) => name !== one))), true);
});

test("with no time to try each policy: those that open it alone if they are all, and else every one", () => {
  const names = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, "0")}`);
  let asked = 0;
  const find = (alone: readonly string[], ...sets: readonly (readonly string[])[]): readonly string[] => {
    const isOpen = openWhile(...alone.map((policy) => [policy]), ...sets);
    const isOpenWithout = (set: ReadonlySet<string>): boolean => {
      asked += 1;
      return isOpen(set);
    };
    const opensAlone = (policy: string): boolean => alone.includes(policy);
    return smallestRemoval(names, { isOpenWithout, opensAlone, maxTrials: 10 });
  };
  assert.deepEqual(find(names), names);
  assert.deepEqual(find(["p07"]), ["p07"]);
  assert.deepEqual(find(["p07"], ["p01", "p02"]), names);
  assert.ok(asked <= 10, String(asked));
});
