// What somebody who owns one namespace and no node can make the scanner say of the cluster: nothing better than the
// truth. Labels, names and images of their own objects are theirs to choose.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import { agentSelectors } from "../../lib/enforcement/plan-reads.ts";
import type { Container, DaemonSet, Labels } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type { EnforcementVerdict, NodeEnforcement } from "../../lib/model/posture.ts";
import type { Facts } from "../../lib/model/snapshot.ts";
import { assessEnforcement, assessEnforcementDetail } from "./assess.ts";
import {
  anetdSet,
  antreaSet,
  azureNpmSet,
  calicoSet,
  ciliumSet,
  kubeNetworkPoliciesSet,
  kubeRouterSet,
  weaveSet,
} from "./engine-sets.ts";
import { agentPod, awsNode, networkPolicy, NOW, owner, pod, policyEndpoint } from "./facts.ts";
import { ROWS } from "./rows.ts";

const ENGINES: readonly DaemonSet[] = [
  awsNode(),
  calicoSet(undefined, { FELIX_INTERFACEPREFIX: "eni" }),
  ciliumSet(["--enable-policy=always"]),
  antreaSet(),
  kubeRouterSet(),
  weaveSet(),
  kubeNetworkPoliciesSet(),
  azureNpmSet(),
  anetdSet(),
];

function powerless(container: Container): Container {
  return { ...container, privileged: false, addedCapabilities: [] };
}

/** An engine in every word, as the Pod Security level "baseline" lets anybody run it. */
function impostor(engine: DaemonSet): DaemonSet {
  return {
    ...engine,
    namespace: "tenant",
    hostNetwork: false,
    initContainers: engine.initContainers.map(powerless),
    containers: engine.containers.map(powerless),
  };
}

function beside(facts: Facts, sets: readonly DaemonSet[]): Facts {
  const { daemonSets, agentPods, nodes } = facts;
  const names = nodes.seen ? nodes.value.map(({ name }) => name) : ["a", "b"];
  const read = sets.filter((set) => agentSelectors([set]).length > 0);
  const agents = read.flatMap((set) => names.map((name) => agentPod(set, name)));
  return {
    ...facts,
    // A real engine's DaemonSet comes later in the list: it is the one that counts.
    daemonSets: daemonSets.seen ? seen([...sets, ...daemonSets.value]) : daemonSets,
    agentPods: agentPods.seen ? seen([...agents, ...agentPods.value]) : agentPods,
  };
}

for (const row of ROWS)
  test(`DaemonSets that call themselves engines change nothing: ${row.name}`, () => {
    const { verdict, engines, mode, nodes } = assessEnforcement(row.facts, "prod", NOW);
    const found = assessEnforcement(beside(row.facts, ENGINES.map(impostor)), "prod", NOW);
    assert.deepEqual(
      { verdict: found.verdict, engines: found.engines, mode: found.mode, nodes: found.nodes },
      { verdict, engines, mode, nodes },
    );
  });

// ── Pods, policies and PolicyEndpoints ──────────────────────────────────────────────────────────────────────

const LABELS: readonly Labels[] = [
  {},
  { "k8s-app": "aws-node" },
  { "k8s-app": "calico-node" },
  { "k8s-app": "cilium", "app.kubernetes.io/name": "cilium-agent" },
  { "app.kubernetes.io/name": "amazon-network-policy-controller-k8s" },
  { "eks.amazonaws.com/fargate-profile": "default" },
  { "eks.amazonaws.com/compute-type": "auto" },
];
const ANNOTATIONS: readonly Labels[] = [
  {},
  { "k8s.v1.cni.cncf.io/networks": "fast" },
  { "vpc.amazonaws.com/pod-eni": "[]" },
  { "k8s.amazonaws.com/nicConfig": "multi-nic-attachment" },
];
const OWNERS = [null, owner("DaemonSet", "aws-node"), owner("ReplicaSet", "web-5d9c")];

const tenantPods = fc.array(
  fc
    .record({
      labels: fc.constantFrom(...LABELS),
      annotations: fc.constantFrom(...ANNOTATIONS),
      owner: fc.constantFrom(...OWNERS),
      name: fc.constantFrom("aws-node-x", "amazon-network-policy-controller-k8s-x", "web"),
    })
    .map(({ name, ...more }) => pod("tenant", name, more)),
  { maxLength: 4 },
);

/** What a verdict may become where a tenant adds to the cluster: a part of the truth less, or what its pods are. */
const MAY_BECOME: Readonly<Record<EnforcementVerdict, readonly EnforcementVerdict[]>> = {
  enforced: ["enforced", "partial", "unknown"],
  partial: ["partial", "unknown"],
  unknown: ["unknown", "partial", "configured-not-enforced", "not-enforced"],
  "configured-not-enforced": ["configured-not-enforced", "unknown"],
  "not-enforced": ["not-enforced", "configured-not-enforced", "unknown"],
};

test("a tenant's pods, policies and PolicyEndpoints never make a verdict, a node or a policy look better", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ROWS), tenantPods, ({ facts }, pods) => {
      const { networkPolicies, policyEndpoints } = facts;
      const foreign = networkPolicies.seen ? networkPolicies.value : [];
      const forged = foreign.map((policy) => {
        const { metadata, ...rest } = policyEndpoint(policy, facts.pods.seen ? facts.pods.value : []);
        return { ...rest, metadata: { ...metadata, namespace: "tenant" } };
      });
      const own = networkPolicy("tenant", "own");
      const told: Facts = {
        ...facts,
        pods: facts.pods.seen ? seen([...pods, ...facts.pods.value]) : facts.pods,
        networkPolicies: networkPolicies.seen ? seen([own, ...foreign]) : networkPolicies,
        policyEndpoints: policyEndpoints.seen ? seen([...forged, ...policyEndpoints.value]) : policyEndpoints,
      };
      const before = assessEnforcement(facts, "prod", NOW);
      const after = assessEnforcement(told, "prod", NOW);
      assert.ok(
        MAY_BECOME[before.verdict].includes(after.verdict),
        `${before.verdict} became ${after.verdict}`,
      );
      const enforcing = new Set(before.nodes.filter(isEnforced).map(({ name }) => name));
      assert.deepEqual(
        after.nodes.filter(isEnforced).filter(({ name }) => !enforcing.has(name)),
        [],
      );
      const processed = (of: Facts): readonly string[] =>
        assessEnforcementDetail(of, "prod", NOW)
          .processing.policies.filter(
            ({ namespace, state }) => namespace !== "tenant" && state === "processed",
          )
          .map(({ namespace, name }) => `${namespace}/${name}`);
      const were = new Set(processed(facts));
      assert.deepEqual(
        processed(told).filter((name) => !were.has(name)),
        [],
      );
    }),
    { numRuns: 1000 },
  );
});

function isEnforced({ verdict }: NodeEnforcement): boolean {
  return verdict === "enforced";
}
