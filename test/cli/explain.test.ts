// `ringfence explain` as a process: a namespace and a finding, from a report, from manifests and from a scan of one
// cluster, step by step; and what cannot be found.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import * as v from "valibot";
import { startCloud } from "../../emulator/cloud.ts";
import { world } from "../../emulator/worlds/build.ts";
import { networkPolicy, podsOfNamespace, tcp } from "../../emulator/worlds/policies.ts";
import { hostileNames } from "../../emulator/worlds/scenarios/hostile-names.ts";
import { healthyCluster, hubAccount, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { ExplanationSchema } from "../../lib/report/explanation-schema.ts";
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
  /^5\. Which of its rules admit many, and which select nobody\?$/m,
  /^6\. What do these make together\?$/m,
  /^7\. Which checks does it not pass\?$/m,
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
    assert.match(stdout, /NETPOL\.26 fail, high: /);
    assert.match(stdout, /^ {4}· open, ingress, spec\.ingress\[0\]\.from: everyone on all ports\./m);
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
    assert.match(stdout, /select nobody\?\n {3}Not known: a report holds what the policies add up to/);
  });
});

describe("single rules, by their cluster", { concurrency: 3 }, () => {
  const wanting = networkPolicy("api", "wanting", {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ namespaceSelector: {} }], ports: [tcp(9090)] }],
    egress: [
      {
        to: [
          podsOfNamespace("web", { app: "web" }),
          podsOfNamespace("web", { app: "gone" }),
          podsOfNamespace("monitoring"),
          podsOfNamespace("kube-system", { "k8s-app": "kube-proxy" }),
        ],
      },
    ],
  });
  const ask = async (cluster: ReturnType<typeof healthyCluster>, ...args: readonly string[]) => {
    const cloud = await startCloud(
      world({ name: "one", description: "Made for this test.", accounts: [hubAccount([cluster])] }),
    );
    const finished = await run(["explain", "--cluster", "shop", ...args], {
      environment: { ...cloud.environment },
    });
    await cloud.close();
    return finished;
  };

  test("in text: place, peer and what was seen of it", async () => {
    const cluster = healthyCluster({ manifests: [...shop(), wanting] });
    const { exitCode, stdout, stderr } = await ask(cluster, "api");
    assert.equal(exitCode, 0, stderr);
    const rules = stdout.replaceAll(/\s+/g, " ");
    assert.ok(
      rules.includes(
        "Admit many: · wanting, ingress, spec.ingress[0].from[0]: every pod in every namespace on TCP 9090. It admits every pod of every namespace.",
      ),
      stdout,
    );
    assert.match(
      rules,
      /Select no pod that policies reach: · wanting, egress, spec\.egress\[0\]\.to\[1\]: pods with app=gone .* no pod of the cluster today, as far as was seen\. · wanting, egress, spec\.egress\[0\]\.to\[2\]: .* · wanting, egress, spec\.egress\[0\]\.to\[3\]: pods with k8s-app=kube-proxy .* Today it selects only pods on the host's network/,
    );
    assert.doesNotMatch(rules, /to\[0\]/);
  });

  test("in JSON: one document for each subject, by its schema", async () => {
    const cluster = healthyCluster({ manifests: [...shop(), wanting] });
    const { exitCode, stdout, stderr } = await ask(cluster, "api", "--format", "json");
    assert.equal(exitCode, 0, stderr);
    const explanation = v.parse(ExplanationSchema, JSON.parse(stdout));
    assert.ok(explanation.kind === "namespace" && explanation.rules.seen);
    const { overBroadRules, deadPeers, blind } = explanation.rules.value;
    assert.deepEqual(
      [overBroadRules, deadPeers].map(({ items, more }) => [items.map(({ path }) => path), more]),
      [
        [["spec.ingress[0].from[0]"], 0],
        [[1, 2, 3].map((index) => `spec.egress[0].to[${index}]`), 0],
      ],
    );
    assert.equal(blind, null);
    assert.ok(explanation.findings.some(({ status }) => status === "pass"));
  });

  test("a cluster whose pods cannot be read has no dead peer: exit 3, and why", async () => {
    const cluster = healthyCluster({ manifests: [...shop(), wanting], withoutResources: ["pods"] });
    const { exitCode, stdout } = await ask(cluster, "shop/api", "--format", "json");
    assert.equal(exitCode, 3);
    const explanation = v.parse(ExplanationSchema, JSON.parse(stdout));
    assert.ok(explanation.kind === "missed");
    assert.match(explanation.because, /shop \(111111111111, eu-central-1\): access-denied, /);
    assert.doesNotMatch(stdout, /selects no pod/);
  });

  test("at access level 1 what other policies admit is not known", async () => {
    const { exitCode, stdout } = await ask(healthyCluster({ access: "view" }), "api");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^ {3}None that could be read: no rule admits everyone/m);
    assert.match(stdout, /^ {3}Not known: awsClusterNetworkPolicies could not be read: access-denied/m);
  });

  test("hostile names stay text, in both formats", async () => {
    const cloud = await startCloud(hostileNames());
    const environment = { ...cloud.environment };
    const [text, json] = await Promise.all([
      run(["explain", "__proto__", "constructor", "--cluster", "shop"], { environment }),
      run(["explain", "__proto__", "--cluster", "shop", "--format", "json"], { environment }),
    ]);
    await cloud.close();
    assert.deepEqual([text.exitCode, json.exitCode], [0, 0], text.stderr + json.stderr);
    assert.match(text.stdout, /^── Why namespace __proto__ of shop is isolated/m);
    assert.match(text.stdout, /^── Why namespace constructor of shop is isolated/m);
    const explanation = v.parse(ExplanationSchema, JSON.parse(json.stdout));
    assert.ok(explanation.kind === "namespace" && explanation.rules.seen);
    assert.equal(explanation.namespace.name, "__proto__");
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

test("several subjects in JSON are one document after another, the controls first", async () => {
  const finding = sampleReport.findings.find(({ status }) => status === "fail");
  const [cluster] = sampleReport.clusters;
  const [namespace] = cluster?.namespaces ?? [];
  assert.ok(finding !== undefined && cluster !== undefined && namespace !== undefined);
  const subjects = [finding.id, `${cluster.name}/${namespace.name}`, "netpol.8"];
  const { exitCode, stdout } = await run(["explain", ...subjects, "--report", report, "--format", "json"]);
  assert.equal(exitCode, 0);
  const [control = "", ...documents] = stdout.split(/(?<=^\})\n\n/m);
  assert.match(control, /"id": "NETPOL\.8"/);
  const explanations = documents.map((text) => v.parse(ExplanationSchema, JSON.parse(text)));
  assert.deepEqual(
    explanations.map((one) => (one.kind === "namespace" ? one.rules.seen : one.kind)),
    ["finding", false],
  );
});

describe("what cannot be explained", { concurrency: 3 }, () => {
  test("in a report that is not complete: exit 3, because it may be where nobody could look", async () => {
    const { exitCode, stdout } = await run(["explain", "no-such-namespace", "--report", report]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /in what could be looked at, but \d+ cluster/);
  });

  test("of a cluster that could not be looked at: why just that one could not", async () => {
    const missed = sampleReport.coverage.find(
      ({ cluster, outcome }) => cluster !== null && outcome === "missed",
    );
    assert.ok(missed !== undefined && missed.cluster !== null);
    const { exitCode, stdout } = await run(["explain", `${missed.cluster}/web`, "--report", report]);
    assert.equal(exitCode, 3);
    assert.ok(stdout.includes(` ${missed.cluster} (`), stdout);
    assert.ok(stdout.includes(`${missed.why ?? ""}, ${missed.detail ?? ""}.`), stdout);
  });

  for (const [args, says] of [
    [["web"], /There is no control "web"\..*name one input: --report FILE/s],
    [["web", "--report", "a", "--manifests", "b"], /Two inputs/],
    [
      ["web", "--report", "missing.json"],
      /--report missing\.json cannot be read: there is no such file or folder \(ENOENT\)\. Write one/,
    ],
    [["other", "--manifests", manifests], /There is no finding and no namespace other/],
  ] as const)
    test(`told wrong: ${args.map((arg) => arg.replace(folder, "")).join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await run(["explain", ...args]);
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, says);
    });
});
