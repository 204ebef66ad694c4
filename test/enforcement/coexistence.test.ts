// Two engines on one node are a conflict; one per node is not, and doubt is neither.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { EngineCoexistence } from "../../lib/model/enforcement-detail.ts";
import { assessEnforcementDetail } from "./assess.ts";
import { NOW } from "./facts.ts";
import { ROWS } from "./rows.ts";

const CASES: readonly { row: string; state: EngineCoexistence["state"] }[] = [
  { row: "both switches on, agents ready", state: "one" },
  { row: "Calico and the VPC CNI both enforce: a conflict", state: "conflict" },
  { row: "Cilium and the VPC CNI both enforce: a conflict", state: "conflict" },
  { row: "migration: Calico on one node, the VPC CNI on the other", state: "one" },
  { row: "Calico policy-only over the VPC CNI, prefix eni", state: "one" },
  { row: "VPC CNI on EC2, Cilium on hybrid nodes", state: "one" },
  { row: "EC2 and Auto Mode, both on", state: "one" },
  { row: "Cilium replaced aws-node, whose DaemonSet is scheduled nowhere", state: "one" },
  { row: "both switches off, no agent container", state: "not-applicable" },
  { row: "enforced, with an unknown privileged DaemonSet", state: "unknown" },
  { row: "Calico over the VPC CNI without its interface prefix", state: "unknown" },
];

for (const { row, state } of CASES) {
  test(`${row}: ${state}`, () => {
    const found = ROWS.find(({ name }) => name === row);
    assert.ok(found);
    const { coexistence } = assessEnforcementDetail(found.facts, "prod", NOW);
    assert.equal(coexistence.state, state, coexistence.because);
  });
}

test("a conflict names its engines and nodes", () => {
  const row = ROWS.find(({ name }) => name.startsWith("Calico and the VPC CNI"));
  assert.ok(row);
  const { conflicts, evidence } = assessEnforcementDetail(row.facts, "prod", NOW).coexistence;
  assert.deepEqual(conflicts, [{ engines: ["calico", "vpc-cni"], nodes: ["a", "b"] }]);
  assert.equal(evidence.length, 2);
});

test("what is beside the verdict is named: strangers, Istio ambient, rollouts, pods", () => {
  const detailOf = (start: string) => {
    const row = ROWS.find(({ name }) => name.startsWith(start));
    assert.ok(row);
    return assessEnforcementDetail(row.facts, "prod", NOW);
  };
  assert.deepEqual(detailOf("off, with an unknown privileged").unrecognised, [
    { namespace: "kube-system", name: "ovn-node", images: ["corp/ovnkube:5"] },
  ]);
  assert.deepEqual(
    detailOf("Istio ambient alone").otherControls.map(({ daemonSet }) => daemonSet),
    ["kube-system/ztunnel", "kube-system/istio-cni-node"],
  );
  assert.equal(detailOf("rollout from off to on").rollouts.length, 2);
  assert.deepEqual(
    detailOf("a selected pod without an owner").exceptions.map(({ name, kind, effect }) => ({
      name,
      kind,
      effect,
    })),
    [{ name: "debug", kind: "no-owner", effect: "not-enforced" }],
  );
});
