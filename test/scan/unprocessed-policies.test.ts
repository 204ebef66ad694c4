// A policy that AWS's controller has not processed as it stands is in one report what it is everywhere: nothing that
// reads as isolated, and NETPOL.5's failure alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { controls } from "../../lib/controls/index.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { Posture } from "../../lib/model/posture.ts";
import { evaluateSnapshot, type Evaluation } from "../../lib/scan/evaluate.ts";
import { calicoSet } from "../enforcement/engine-sets.ts";
import { NOW, awsNode, networkPolicy, pod, policyEndpoint, secondsAgo } from "../enforcement/facts.ts";
import { collect } from "../enforcement/row.ts";
import { vpcCluster, type VpcOptions } from "../enforcement/vpc-cluster.ts";

const PODS = [
  pod("shop", "web-1", { labels: { app: "web" } }),
  pod("shop", "web-2", { labels: { app: "web" } }),
];
const POLICY = networkPolicy("shop", "default-deny");
const STUCK: RawObject = {
  ...POLICY,
  metadata: { ...POLICY.metadata, deletionTimestamp: secondsAgo(3600) },
};

interface Given {
  readonly policy?: RawObject;
  readonly endpoints?: readonly RawObject[];
  readonly engines?: VpcOptions;
}

function judge({ policy = POLICY, endpoints = [], engines = {} }: Given): Evaluation {
  const facts = collect(
    vpcCluster({
      ...engines,
      placed: { a: PODS },
      more: {
        namespaces: [{ name: "shop", labels: {}, annotations: {}, terminating: false, createdAt: null }],
        networkPolicies: [policy],
        policyEndpoints: endpoints,
      },
    }),
  );
  const target = { account: "111122223333", region: "eu-central-1", cluster: "prod" };
  return evaluateSnapshot({ schemaVersion: 1, target, observedFrom: NOW, facts }, controls, {
    unjudgedNamespaces: [],
  });
}

const CALICO_ALONE: VpcOptions = {
  agents: [
    { set: awsNode({ args: ["--enable-network-policy=false"] }) },
    { set: calicoSet(undefined, { FELIX_INTERFACEPREFIX: "eni" }) },
  ],
};

const ROWS: readonly (readonly [says: string, given: Given, processing: string, posture: Posture])[] = [
  ["processed", { endpoints: [policyEndpoint(POLICY, PODS)] }, "pass", "isolated"],
  ["without PolicyEndpoints", {}, "fail", "inert"],
  [
    "whose PolicyEndpoint leaves out a pod",
    { endpoints: [policyEndpoint(POLICY, PODS.slice(1))] },
    "fail",
    "unknown",
  ],
  ["that hangs in its deletion", { policy: STUCK }, "fail", "unknown"],
  ["of Calico, which asks no controller", { engines: CALICO_ALONE }, "not-applicable", "isolated"],
];

for (const [says, given, processing, posture] of ROWS)
  test(`a policy ${says}`, () => {
    const { cluster, findings } = judge(given);
    const statusOf = (id: string) => findings.find(({ controlId }) => controlId === id)?.status;
    assert.equal(statusOf("NETPOL.5"), processing);
    assert.equal(cluster.namespaces[0]?.posture, posture);
    const passing = findings.filter(
      ({ subject, status }) => subject.kind === "namespace" && status === "pass",
    );
    assert.ok(passing.some(({ controlId }) => controlId === "NETPOL.22"));
    for (const { controlId, because } of passing)
      assert.equal(because.includes("NETPOL.5"), processing === "fail", `${controlId}: ${because}`);
    assert.equal(statusOf("NETPOL.21"), processing === "fail" ? "not-applicable" : "pass");
  });

test("a policy's name is said as it is, whatever is in it", () => {
  const policy = { ...POLICY, metadata: { ...POLICY.metadata, name: "a$&$`b" } };
  const { findings } = judge({ policy });
  const passing = findings.filter(({ because }) => because.includes("as NETPOL.5 says"));
  assert.ok(passing.length > 0);
  for (const { because } of passing) assert.ok(because.includes("has not processed a$&$`b as it"), because);
});
