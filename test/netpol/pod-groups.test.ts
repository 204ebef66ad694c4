// Pods are judged together only where nothing tells them apart.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../lib/model/kubernetes.ts";
import { groupPods } from "../../lib/netpol/pod-groups.ts";
import { detail, owner, pod } from "./build-input.ts";

const OWNED = { owner: owner("ReplicaSet", "web-1") };
const A: Pod = pod("a", { app: "web", hash: "1" }, OWNED);

const ALIKE: readonly (readonly [says: string, pods: readonly Pod[]])[] = [
  ["replicas", [A, pod("b", { app: "web", hash: "1" }, OWNED)]],
  [
    "replicas that do not stand together",
    [A, pod("x", {}, OWNED), pod("b", { app: "web", hash: "1" }, OWNED)],
  ],
  ["labels in another order", [A, pod("b", { hash: "1", app: "web" }, OWNED)]],
  [
    "the same details",
    [
      pod("a", {}, { ...OWNED, detail: detail({ podIPs: ["10.0.0.1"] }) }),
      pod("b", {}, { ...OWNED, detail: detail({ podIPs: ["10.0.0.1"] }) }),
    ],
  ],
];

for (const [says, pods] of ALIKE) {
  test(`alike: ${says}`, () => {
    const groups = groupPods(pods, () => true);
    assert.equal(Math.max(...groups.map((group) => group.pods)), 2);
  });
}

const APART: readonly (readonly [says: string, other: Pod])[] = [
  ["another value", pod("b", { app: "web", hash: "2" }, OWNED)],
  ["one label more", pod("b", { app: "web", hash: "1", canary: "yes" }, OWNED)],
  ["one label less", pod("b", { app: "web" }, OWNED)],
  ["another label", pod("b", { app: "web", canary: "1" }, OWNED)],
  [
    "a label that every object seems to have",
    pod("b", JSON.parse('{"app":"web","hash":"1","__proto__":"x"}') as Pod["labels"], OWNED),
  ],
  ["another owner", pod("b", A.labels, { owner: owner("ReplicaSet", "web-2") })],
  ["an owner of another kind", pod("b", A.labels, { owner: owner("Job", "web-1") })],
  ["no owner", pod("b", A.labels)],
  ["the host's network", pod("b", A.labels, { ...OWNED, hostNetwork: true })],
  ["details", pod("b", A.labels, { ...OWNED, detail: detail({}) })],
];

for (const [says, other] of APART) {
  test(`apart: ${says}`, () => {
    assert.equal(groupPods([A, other], () => true).length, 2);
    assert.equal(groupPods([other, A], () => true).length, 2);
  });
}

test("apart: what is enforced for one and not for the other", () => {
  const other = pod("b", A.labels, OWNED);
  assert.deepEqual(
    groupPods([A, other], (one) => one === A).map(({ enforced, pods }) => [enforced, pods]),
    [
      [true, 1],
      [false, 1],
    ],
  );
});

test("bare pods and static pods are each their own", () => {
  const node = { owner: owner("Node", "node-1") };
  const pods = [pod("a"), pod("b"), pod("c", {}, node), pod("d", {}, node)];
  assert.equal(groupPods(pods, () => true).length, 4);
});

test("finished and terminating pods are in no group", () => {
  const pods = [pod("a", {}, { ...OWNED, finished: true }), pod("b", {}, { ...OWNED, terminating: true })];
  assert.deepEqual(
    groupPods(pods, () => true),
    [],
  );
});
