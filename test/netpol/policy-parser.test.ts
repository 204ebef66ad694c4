import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createPolicySharing } from "../../lib/kubernetes/share-policies.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { createPolicyParser } from "../../lib/netpol/parse-policy.ts";

const spec = fc.oneof(
  fc.constantFrom(undefined, null, 7, []),
  fc.record(
    {
      podSelector: fc.constantFrom({}, { matchLabels: { app: "web" } }, { odd: true }),
      policyTypes: fc.subarray(["Ingress", "Egress"]),
      ingress: fc.constantFrom([], [{}], [{ ports: [{ port: "http" }] }]),
      egress: fc.constantFrom([], [{ to: [{ podSelector: {} }] }]),
      odd: fc.constant(1),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
);

const policies: fc.Arbitrary<readonly RawObject[]> = fc.array(
  fc
    .record({
      name: fc.constantFrom("a", "b"),
      namespace: fc.constantFrom("shop", "pay", undefined),
      odd: fc.boolean(),
      spec,
    })
    .map(({ name, namespace, odd, spec }) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      ...(spec === undefined ? {} : { spec }),
      ...(odd ? { odd } : {}),
    })),
  { maxLength: 30 },
);

test("policies that share their specs say the same, and are parsed to the same", () => {
  fc.assert(
    fc.property(policies, (given) => {
      const shared = given.map(createPolicySharing());
      assert.deepEqual(shared, given);
      const alone = given.map((policy) => createPolicyParser()(structuredClone(policy)));
      assert.deepEqual(shared.map(createPolicyParser()), alone);
    }),
  );
});

test("equal specs of a list are one value", () => {
  const policy = (namespace: string): RawObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace },
    spec: { podSelector: {} },
  });
  const [one, two] = [policy("shop"), policy("pay")].map(createPolicySharing());
  assert.equal(one?.["spec"], two?.["spec"]);
});
