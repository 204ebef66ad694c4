// `ringfence explain` as a process: a namespace and a finding, from a report, from manifests and from a scan of one
// cluster, step by step; and what cannot be found.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { startCloud } from "../../emulator/cloud.ts";
import { world } from "../../emulator/worlds/build.ts";
import { healthyCluster, hubAccount } from "../../emulator/worlds/scenarios/small-company.ts";
import { sampleReport } from "../report/sample-report.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const folder = makeFolder();
const report = join(folder, "report.json");
const manifests = join(folder, "manifests.yaml");

const MANIFESTS = `
apiVersion: v1
kind: Namespace
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front, namespace: web}
spec:
  selector: {matchLabels: {app: front}}
  template: {metadata: {labels: {app: front}}, spec: {containers: [{name: a, image: a}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: web}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: web}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
`;

before(() => {
  writeFileSync(report, JSON.stringify(sampleReport));
  writeFileSync(manifests, MANIFESTS);
});

const QUESTIONS = [
  /^1\. Does anything enforce policies in /m,
  /^2\. Which policies does it have\?$/m,
  /^3\. Is everything denied that nobody allows\?$/m,
  /^4\. What selects each workload, and what is open all the same\?$/m,
  /^5\. What do these make together\?$/m,
  /^6\. Which checks does it fail\?$/m,
];

describe("a namespace, step by step", { concurrency: 3 }, () => {
  test("from manifests: what nullifies the default deny is named, and enforcement is not claimed", async () => {
    const { exitCode, stdout, stderr } = await run(["explain", "web", "--manifests", manifests]);
    assert.equal(exitCode, 0, stderr);
    for (const question of QUESTIONS) assert.match(stdout, question);
    assert.match(stdout, /That was not in the input/);
    assert.match(stdout, /^ {3}ingress: declared, but another policy opens a workload again/m);
    assert.match(stdout, /^ {3}egress: yes, and no other policy takes it back/m);
    assert.match(stdout, /ingress: selected by deny and open: open to the cluster and any address by open$/m);
    assert.match(stdout, /That it is enforced is assumed\./);
    assert.match(stdout, /NETPOL\.26 fail: /);
  });

  test("from a scan of one cluster: the ladder of evidence, each step with its command", async () => {
    const cloud = await startCloud(
      world({ name: "one", description: "Made for this test.", accounts: [hubAccount([healthyCluster()])] }),
    );
    const finished = await run(["explain", "api", "--cluster", "shop"], {
      environment: { ...cloud.environment },
    });
    await cloud.close();
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, /^── Why namespace api of shop is isolated/m);
    assert.match(finished.stdout, /✓ ENFORCED {2}vpc-cni, standard mode/);
    assert.match(finished.stdout, /^ +\$ kubectl get daemonset aws-node -n kube-system/m);
  });

  test("from a report: one namespace of one of its clusters, by CLUSTER/NAMESPACE", async () => {
    const [cluster] = sampleReport.clusters;
    const [namespace] = cluster?.namespaces ?? [];
    assert.ok(cluster !== undefined && namespace !== undefined);
    const { exitCode, stdout, stderr } = await run([
      "explain",
      `${cluster.name}/${namespace.name}`,
      "--report",
      report,
    ]);
    assert.equal(exitCode, 0, stderr);
    assert.ok(stdout.includes(`Why namespace ${namespace.name} of ${cluster.name} is ${namespace.posture}`));
  });
});

test("a finding by its id, beside a control", async () => {
  const finding = sampleReport.findings.find(({ status }) => status === "fail");
  assert.ok(finding !== undefined);
  const { exitCode, stdout } = await run(["explain", "netpol.8", finding.id, "--report", report]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^NETPOL\.8 {2}Pods should start denied/);
  assert.ok(
    stdout.includes(`Why ${finding.controlId} is fail for ${finding.subject.kind} ${finding.subject.name}`),
  );
  assert.match(stdout, /^2\. What was seen\?$/m);
});

describe("what cannot be explained", { concurrency: 3 }, () => {
  test("in a report that is not complete: exit 3, because it may be where nobody could look", async () => {
    const { exitCode, stdout } = await run(["explain", "no-such-namespace", "--report", report]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /in what could be looked at, but \d+ cluster/);
  });

  for (const [args, says] of [
    [["web"], /There is no control "web"\..*name one input: --report FILE/s],
    [["web", "--report", "a", "--manifests", "b"], /Two inputs/],
    [
      ["web", "--report", "missing.json"],
      /--report missing\.json cannot be read: there is no such file or folder \(ENOENT\)\. Write one/,
    ],
    [["other", "--manifests", manifests], /There is no finding and no namespace other/],
    [["web", "--manifests", manifests, "--format", "json"], /--format json is for controls/],
  ] as const)
    test(`told wrong: ${args.map((arg) => arg.replace(folder, "")).join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await run(["explain", ...args]);
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, says);
    });
});
