// A workload's template counts as one pod, and not where the workload's own pods are in the input.

import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateObjects, workloadOf, workloadsOf } from "./evaluate-text.ts";
import { controlledBy, deployment, object, pod, policy, template } from "./objects.ts";

const WORKLOADS = [
  deployment("web"),
  object("apps/v1", "StatefulSet", "db", { spec: { template: template({ app: "db" }) } }),
  object("apps/v1", "DaemonSet", "log", {
    spec: { selector: { matchLabels: {} }, template: template({ app: "log" }) },
  }),
  object("apps/v1", "ReplicaSet", "old", { spec: { template: template({ app: "old" }) } }),
  object("v1", "ReplicationController", "older", { spec: { template: template({ app: "older" }) } }),
  object("batch/v1", "Job", "once", { spec: { template: template({ app: "once" }) } }),
  object("batch/v1", "CronJob", "nightly", {
    spec: { jobTemplate: { spec: { template: template({ app: "nightly" }) } } },
  }),
  object("argoproj.io/v1alpha1", "Rollout", "canary", { spec: { template: template({ app: "canary" }) } }),
  pod("bare"),
];

test("every kind with a pod template counts as one pod, under its own name", async () => {
  const result = await evaluateObjects(WORKLOADS);
  assert.deepEqual(result.problems, []);
  assert.deepEqual(workloadsOf(result), [
    "default: CronJob/nightly (1)",
    "default: DaemonSet/log (1)",
    "default: Deployment/web (1)",
    "default: Job/once (1)",
    "default: Pod/bare (1)",
    "default: ReplicaSet/old (1)",
    "default: ReplicationController/older (1)",
    "default: Rollout/canary (1)",
    "default: StatefulSet/db (1)",
  ]);
});

test("the number of replicas does not matter, not even 0", async () => {
  const spec = { selector: { matchLabels: { app: "web" } }, template: template({ app: "web" }) };
  for (const replicas of [0, 1, 5])
    assert.deepEqual(
      workloadsOf(await evaluateObjects([deployment("web", { spec: { ...spec, replicas } })])),
      ["default: Deployment/web (1)"],
    );
});

test("a policy selects a template by the labels that its pods will have", async () => {
  const denyAll = { policyTypes: ["Ingress"] };
  const result = await evaluateObjects([
    ...WORKLOADS,
    policy("web", { podSelector: { matchLabels: { app: "web" } }, ...denyAll }),
    policy("nightly", { podSelector: { matchLabels: { app: "nightly" } }, ...denyAll }),
    policy("once", { podSelector: { matchLabels: { "batch.kubernetes.io/job-name": "once" } }, ...denyAll }),
  ]);
  const isolated = result.namespaces[0]?.workloads.filter(({ ingress }) => ingress.isolated === true);
  assert.deepEqual(
    isolated?.map(({ name }) => name),
    ["nightly", "web", "once"],
  );
});

test("a Job that brings its own selector gets no labels from its controller", async () => {
  const spec = { manualSelector: true, template: template({ app: "once" }) };
  const selector = { podSelector: { matchLabels: { "job-name": "once" } }, policyTypes: ["Ingress"] };
  const result = await evaluateObjects([object("batch/v1", "Job", "once", { spec }), policy("p", selector)]);
  assert.equal(workloadOf(result, "once").ingress.isolated, false);
});

test("a template on the host's network is not counted", async () => {
  const spec = { selector: {}, template: template({ app: "log" }, { hostNetwork: true }) };
  const result = await evaluateObjects([object("apps/v1", "DaemonSet", "log", { spec })]);
  assert.deepEqual(workloadsOf(result), ["default: DaemonSet/log (0)"]);
  assert.equal(workloadOf(result, "log").hostNetwork, true);
});

test("named ports of a template's containers are known", async () => {
  const ingress = [{ from: [{ podSelector: {} }], ports: [{ port: "http" }] }];
  const result = await evaluateObjects(
    [
      deployment("web"),
      deployment("client"),
      policy("p", { podSelector: { matchLabels: { app: "web" } }, ingress }),
    ],
    {
      probe: [
        "default/deployment/client -> default/deployment/web:8080/TCP",
        "default/deployment/client -> default/deployment/web:8081/TCP",
      ],
    },
  );
  assert.deepEqual(
    result.probes.map(({ allowed }) => allowed),
    [true, false],
  );
});

const HASH = { app: "web", "pod-template-hash": "abc12" };
const replicaSet = object("apps/v1", "ReplicaSet", "web-abc12", {
  ownerReferences: controlledBy("apps/v1", "Deployment", "web"),
  spec: { replicas: 1, template: template(HASH) },
});
const webPod = (name: string): object =>
  pod(name, { labels: HASH, ownerReferences: controlledBy("apps/v1", "ReplicaSet", "web-abc12") });
const job = object("batch/v1", "Job", "nightly-1", {
  ownerReferences: controlledBy("batch/v1", "CronJob", "nightly"),
  spec: { template: template({ app: "nightly" }) },
});
const jobPod = pod("nightly-1-x", { ownerReferences: controlledBy("batch/v1", "Job", "nightly-1") });
const cronJob = object("batch/v1", "CronJob", "nightly", {
  spec: { jobTemplate: { spec: { template: template({ app: "nightly" }) } } },
});

/** Dumps, and what they hold. */
const DUMPS: readonly (readonly [name: string, objects: readonly object[], workloads: readonly string[]])[] =
  [
    [
      "pods, ReplicaSet and Deployment",
      [webPod("a"), webPod("b"), replicaSet, deployment("web")],
      ["Deployment/web (2)"],
    ],
    [
      "pods and Deployment, without the ReplicaSet between",
      [deployment("web"), webPod("a")],
      ["Deployment/web (1)"],
    ],
    ["ReplicaSet and Deployment without pods", [replicaSet, deployment("web")], ["Deployment/web (1)"]],
    ["a ReplicaSet of a Deployment that is not there", [replicaSet], ["Deployment/web (1)"]],
    [
      "a ReplicaSet of the past",
      [
        webPod("a"),
        replicaSet,
        deployment("web"),
        object("apps/v1", "ReplicaSet", "web-old99", {
          ownerReferences: controlledBy("apps/v1", "Deployment", "web"),
          spec: { replicas: 0, template: template({ app: "web", "pod-template-hash": "old99" }) },
        }),
      ],
      ["Deployment/web (1)"],
    ],
    [
      "a ReplicaSet of the past, of a Deployment that is not there",
      [
        object("apps/v1", "ReplicaSet", "web-old99", {
          ownerReferences: controlledBy("apps/v1", "Deployment", "web"),
          spec: { replicas: 0, template: template({ app: "web", "pod-template-hash": "old99" }) },
        }),
        pod("other"),
      ],
      ["Pod/other (1)"],
    ],
    ["pod, Job and CronJob", [cronJob, job, jobPod], ["CronJob/nightly (1)"]],
    ["Job and CronJob without pods", [cronJob, job], ["CronJob/nightly (1)"]],
    [
      "a finished Job without its pods",
      [
        object("batch/v1", "Job", "done", {
          spec: { template: template({}) },
          status: { conditions: [{ type: "Complete", status: "True" }] },
        }),
        pod("other"),
      ],
      ["Pod/other (1)"],
    ],
    [
      "owners in a circle",
      [
        object("apps/v1", "Deployment", "a", {
          ownerReferences: controlledBy("apps/v1", "Deployment", "b"),
          spec: { template: template({}) },
        }),
        object("apps/v1", "Deployment", "b", {
          ownerReferences: controlledBy("apps/v1", "Deployment", "a"),
          spec: { template: template({}) },
        }),
        pod("p", { ownerReferences: controlledBy("apps/v1", "Deployment", "a") }),
      ],
      ["Deployment/a (1)"],
    ],
    [
      "a StatefulSet and its pod, and one of the same name in another namespace",
      [
        object("apps/v1", "StatefulSet", "db", { spec: { template: template({}) } }),
        pod("db-0", { ownerReferences: controlledBy("apps/v1", "StatefulSet", "db") }),
        object("apps/v1", "StatefulSet", "db", { namespace: "other", spec: { template: template({}) } }),
      ],
      ["StatefulSet/db (1)", "StatefulSet/db (1)"],
    ],
  ];

for (const [name, objects, workloads] of DUMPS)
  test(`nobody counts twice: ${name}`, async () => {
    const result = await evaluateObjects(objects);
    assert.deepEqual(result.problems, []);
    assert.deepEqual(
      workloadsOf(result).map((text) => text.replace(/^.*: /, "")),
      workloads,
    );
  });

test("finished pods are not counted, and their workload is not taken for one without pods", async () => {
  const finished = pod("web-1", {
    labels: HASH,
    ownerReferences: controlledBy("apps/v1", "ReplicaSet", "web-abc12"),
    status: { phase: "Succeeded" },
  });
  assert.deepEqual(workloadsOf(await evaluateObjects([finished, deployment("web")])), []);
});

test("a name that the server would make up stands for itself", async () => {
  const spec = { template: template({ app: "migrate" }) };
  const result = await evaluateObjects([
    { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "migrate-" }, spec },
  ]);
  assert.deepEqual(workloadsOf(result), ["default: Job/migrate- (1)"]);
});

test("a pod of a dump keeps its status: addresses, node and readiness", async () => {
  const running = pod("web", { labels: { app: "web" }, status: { phase: "Running", podIP: "fd00::7" } });
  const result = await evaluateObjects([
    running,
    policy("v6", {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "::/0" } }] }],
    }),
  ]);
  assert.equal(workloadOf(result, "web").egress.openToExternal, true);
});
