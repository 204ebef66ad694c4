// Namespaces of one template share verdicts and conclusions. None may say anything else for that.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { createPolicySharing } from "../../lib/kubernetes/share-policies.ts";
import { assess, pod, policy, type Assessed } from "./build-input.ts";
import { randomCluster, type RandomCluster } from "./random-cluster.ts";

/** Another namespace with the same policies and pods, but for the pods that are left out. */
interface Copy {
  readonly of: string;
  readonly without: readonly number[];
  /** Added to every pod as a label. */
  readonly tenant: boolean;
}

const copies = fc.array(
  fc.record({
    of: fc.constantFrom("one", "two", "three"),
    without: fc.array(fc.nat({ max: 4 }), { maxLength: 2 }),
    tenant: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

function withCopies(cluster: RandomCluster, wanted: readonly Copy[]): RandomCluster {
  const policies = wanted.flatMap(({ of }, index) =>
    cluster.policies
      .filter(({ metadata }) => metadata.namespace === of)
      .map((one) => Object.assign({}, one, { metadata: { ...one.metadata, namespace: `copy-${index}` } })),
  );
  const pods = wanted.flatMap(({ of, without, tenant }, index) =>
    cluster.pods
      .filter(({ namespace }) => namespace === of)
      .filter((_, at) => !without.includes(at))
      .map((one) => ({
        ...one,
        namespace: `copy-${index}`,
        labels: tenant ? { ...one.labels, tenant: String(index) } : one.labels,
      })),
  );
  return { ...cluster, policies: [...cluster.policies, ...policies], pods: [...cluster.pods, ...pods] };
}

function assessWith(
  { ipBlocksMatchPods, ...cluster }: RandomCluster,
  policies: readonly RawObject[],
): Assessed {
  return assess({ ...cluster, policies, engine: { ipBlocksMatchPods } });
}

test("namespaces whose policies share their specs say the same as with policies of their own", () => {
  let shared = 0;
  fc.assert(
    fc.property(randomCluster, copies, (original, wanted) => {
      const cluster = withCopies(original, wanted);
      const alike = assessWith(cluster, cluster.policies.map(createPolicySharing()));
      const alone = assessWith(
        cluster,
        cluster.policies.map((one) => structuredClone(one)),
      );
      assert.deepEqual(alike, alone);
      const workloads = alike.namespaces.map((namespace) => namespace.workloads);
      if (new Set(workloads).size < workloads.length) shared += 1;
    }),
    { numRuns: 500 },
  );
  assert.ok(shared > 100, `${shared} clusters with a conclusion for several namespaces`);
});

test("like workloads under the same policies are concluded from once, in any mixture of templates", () => {
  const deny = { podSelector: {} };
  const web = { podSelector: { matchLabels: { app: "web" } }, ingress: [{}] };
  const names = Array.from({ length: 300 }, (_, index) => `ns-${String(index).padStart(3, "0")}`);
  const isolation = assess({
    pods: names.map((namespace, index) => pod("one", { app: "web", tenant: String(index) }, { namespace })),
    policies: names
      .flatMap((namespace, index) =>
        index % 2 === 0 ? [policy("deny", deny, namespace)] : [policy("web", web, namespace)],
      )
      .map(createPolicySharing()),
  });
  assert.equal(new Set(isolation.namespaces.map(({ workloads }) => workloads)).size, 2);
  assert.deepEqual(
    isolation.namespaces.slice(0, 3).map(({ name, policies, posture }) => [name, policies, posture]),
    [
      ["ns-000", ["deny"], "isolated"],
      ["ns-001", ["web"], "unprotected"],
      ["ns-002", ["deny"], "isolated"],
    ],
  );
});
