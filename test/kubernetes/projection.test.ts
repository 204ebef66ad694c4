// From foreign JSON to the model: what is kept, which documented default stands for what is absent, and that
// anything else is an error which names the place.

import assert from "node:assert/strict";
import { test } from "node:test";

import { toAdmissionWebhooks, toIngress, toService } from "../../lib/kubernetes/access-schema.ts";
import { Interner } from "../../lib/kubernetes/interner.ts";
import { toFullPod, toPodMetadata } from "../../lib/kubernetes/pod.ts";
import { toRawObject } from "../../lib/kubernetes/raw-object.ts";
import { toDaemonSet, toJob, toNamespace, toNode } from "../../lib/kubernetes/schema.ts";

const META = { namespace: "shop", name: "web-1" };
const OWNER = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "u1" };
const CONTAINER = { name: "main", image: "web:1" };

function podMetadata(metadata: object, interner = new Interner()) {
  return toPodMetadata({ metadata }, { hostNetwork: false, finished: false }, interner);
}

function podDetail(spec: object, status: object = {}, interner = new Interner()) {
  const pod = {
    metadata: META,
    spec: { containers: [CONTAINER], ...spec },
    status: { phase: "Running", ...status },
  };
  return toFullPod(pod, interner);
}

// ── Metadata ────────────────────────────────────────────────────────────────────────────────────────────────

test("a pod's metadata, with only the annotations that decide something", () => {
  const pod = podMetadata({
    ...META,
    labels: { app: "web" },
    annotations: { "k8s.v1.cni.cncf.io/networks": "extra", "prometheus.io/scrape": "true" },
    ownerReferences: [
      { ...OWNER, kind: "Other", uid: "u0" },
      { ...OWNER, controller: true, blockOwnerDeletion: true },
    ],
    creationTimestamp: "2026-01-01T00:00:00Z",
    managedFields: [{}],
  });
  assert.deepEqual(pod, {
    namespace: "shop",
    name: "web-1",
    labels: { app: "web" },
    annotations: { "k8s.v1.cni.cncf.io/networks": "extra" },
    owner: { ...OWNER, controller: true },
    createdAt: "2026-01-01T00:00:00Z",
    terminating: false,
    hostNetwork: false,
    finished: false,
    detail: null,
  });
});

test("a deleted pod that gave itself more than ten minutes still runs", () => {
  const deleted = { ...META, deletionTimestamp: "2027-01-01T00:00:00Z" };
  for (const [seconds, terminating] of [
    [0, true],
    [30, true],
    [600, true],
    [601, false],
    [31_536_000, false],
  ] as const)
    assert.equal(podMetadata({ ...deleted, deletionGracePeriodSeconds: seconds }).terminating, terminating);
  assert.throws(() => podMetadata({ ...deleted, deletionGracePeriodSeconds: "30" }), /deletionGracePeriod/);
});

test("what a bare pod lacks is empty, and a deletionTimestamp is terminating", () => {
  const pod = podMetadata({ ...META, labels: null, deletionTimestamp: "2026-01-01T00:00:00Z" });
  assert.deepEqual([pod.labels, pod.annotations, pod.owner, pod.createdAt], [{}, {}, null, null]);
  assert.equal(pod.terminating, true);
});

test("labels called like an object's own members arrive, and nothing else does", () => {
  const metadata = JSON.parse(
    '{"namespace":"__proto__","name":"constructor","labels":{"__proto__":"a","constructor":"b","toString":"c"}}',
  );
  const pod = podMetadata(metadata);
  assert.deepEqual([pod.namespace, pod.name], ["__proto__", "constructor"]);
  assert.deepEqual(Object.entries(pod.labels), [
    ["__proto__", "a"],
    ["constructor", "b"],
    ["toString", "c"],
  ]);
  assert.equal(Object.getPrototypeOf(pod.labels), Object.prototype);
});

test("equal labels and owners of 100,000 pods are one frozen object each", () => {
  const interner = new Interner();
  const make = (name: string) =>
    podMetadata(
      { ...META, name, labels: { app: "web" }, ownerReferences: [{ ...OWNER, controller: true }] },
      interner,
    );
  const [one, two] = [make("a"), make("b")];
  assert.equal(one.labels, two.labels);
  assert.equal(one.owner, two.owner);
  assert.ok(Object.isFrozen(one.labels) && Object.isFrozen(one.owner));
});

const BROKEN_METADATA: readonly (readonly [object, string])[] = [
  [{ name: "a" }, "metadata.namespace"],
  [{ namespace: "", name: "a" }, "metadata.namespace"],
  [{ namespace: 7, name: "a" }, "metadata.namespace"],
  [{ namespace: "a" }, "metadata.name"],
  [{ namespace: "a", name: "" }, "metadata.name"],
  [{ ...META, labels: { app: 7 } }, "metadata.labels"],
  [{ ...META, labels: ["app"] }, "metadata.labels"],
  [{ ...META, annotations: "text" }, "metadata.annotations"],
  [{ ...META, creationTimestamp: 7 }, "metadata.creationTimestamp"],
  [{ ...META, deletionTimestamp: false }, "metadata.deletionTimestamp"],
  [{ ...META, generation: "1" }, "metadata.generation"],
  [{ ...META, ownerReferences: {} }, "metadata.ownerReferences"],
  [{ ...META, ownerReferences: [{ ...OWNER, uid: 7 }] }, "metadata.ownerReferences"],
  [{ ...META, ownerReferences: [null] }, "metadata.ownerReferences"],
];
for (const [metadata, place] of BROKEN_METADATA)
  test(`metadata ${JSON.stringify(metadata)} is malformed`, () => {
    const message = `Pod: ${place} is missing or wrong`;
    assert.throws(() => podMetadata(metadata), { name: "MalformedObjectError", message });
  });

for (const item of [null, 7, "pod", [], {}, { metadata: null }, { metadata: [] }])
  test(`the item ${JSON.stringify(item)} is malformed`, () => {
    const known = { hostNetwork: false, finished: false };
    const error = { name: "MalformedObjectError" };
    assert.throws(() => toPodMetadata(item, known, new Interner()), error);
    assert.throws(() => toFullPod(item, new Interner()), error);
    assert.throws(() => toNamespace(item), error);
    const page = { apiVersion: "v1", kind: "PodList", items: [], next: null, bytes: 0 };
    assert.throws(() => toRawObject(item, page), error);
  });

// ── Full pods ───────────────────────────────────────────────────────────────────────────────────────────────

test("a full pod, with the documented defaults", () => {
  const pod = podDetail({ nodeName: "n1", containers: [{ ...CONTAINER, ports: [{ containerPort: 8080 }] }] });
  assert.equal(pod.hostNetwork, false);
  assert.deepEqual(pod.detail, {
    nodeName: "n1",
    phase: "Running",
    podIPs: [],
    containers: [
      {
        ...CONTAINER,
        command: [],
        args: [],
        env: {},
        ports: [{ name: null, containerPort: 8080, protocol: "TCP" }],
        privileged: false,
        addedCapabilities: [],
      },
    ],
    containerStatuses: [],
  });
});

test("a full pod, with everything", () => {
  const pod = podDetail(
    {
      hostNetwork: true,
      containers: [
        {
          ...CONTAINER,
          command: ["/agent"],
          args: ["--enable-network-policy=true"],
          ports: [{ name: "dns", containerPort: 53, protocol: "UDP" }],
          securityContext: { privileged: true, capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] } },
        },
      ],
    },
    {
      podIP: "10.0.0.1",
      podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }],
      containerStatuses: [
        {
          name: "main",
          ready: true,
          restartCount: 2,
          state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
        },
      ],
    },
  );
  assert.equal(pod.hostNetwork, true);
  assert.deepEqual(pod.detail?.podIPs, ["10.0.0.1", "fd00::1"]);
  assert.deepEqual(pod.detail?.containers[0]?.addedCapabilities, ["NET_ADMIN"]);
  assert.deepEqual(pod.detail?.containers[0]?.ports, [{ name: "dns", containerPort: 53, protocol: "UDP" }]);
  assert.deepEqual(pod.detail?.containerStatuses, [
    { name: "main", ready: true, running: true, restartCount: 2 },
  ]);
});

test("succeeded and failed pods are finished, unknown ones are not", () => {
  const finished = ["Pending", "Running", "Succeeded", "Failed", "Unknown"].map(
    (phase) => podDetail({}, { phase }).finished,
  );
  assert.deepEqual(finished, [false, false, true, true, false]);
});

test("a container that waits or has ended is not running", () => {
  const statuses = [undefined, {}, { waiting: {} }, { terminated: { exitCode: 1 } }, { running: {} }].map(
    (state, index) => ({ name: "main", ready: false, restartCount: index, state }),
  );
  const running = podDetail({}, { containerStatuses: statuses }).detail?.containerStatuses;
  assert.deepEqual(
    running?.map((status) => status.running),
    [false, false, false, false, true],
  );
});

test("a node does not report where the control plane says not ready of a pod whose containers are", () => {
  const told = (ready: string, containersReady: string) => ({
    conditions: [
      { type: "ContainersReady", status: containersReady },
      { type: "Ready", status: ready },
    ],
  });
  for (const [status, expected] of [
    [told("False", "True"), true],
    [told("False", "False"), undefined],
    [told("True", "True"), undefined],
    [{}, undefined],
    [{ conditions: [{ type: "Ready", status: "False" }] }, undefined],
  ] as const)
    assert.equal(podDetail({}, status).detail?.silent, expected, JSON.stringify(status));
});

test("pods of one workload share their containers and the state of those, and nothing else is made alike", () => {
  const interner = new Interner();
  const running = { containerStatuses: [{ name: "main", ready: true, restartCount: 0 }] };
  const [one, two, other] = [
    podDetail({ nodeName: "n1" }, running, interner).detail,
    podDetail({ nodeName: "n2" }, running, interner).detail,
    podDetail({ containers: [{ ...CONTAINER, image: "web:2" }] }, {}, interner).detail,
  ];
  assert.equal(one?.containers, two?.containers);
  assert.equal(one?.containerStatuses, two?.containerStatuses);
  assert.deepEqual([one?.nodeName, two?.nodeName, other?.nodeName], ["n1", "n2", null]);
  assert.deepEqual([other?.containers[0]?.image, other?.containerStatuses], ["web:2", []]);
});

test("a sidecar runs beside the containers, an init container does not", () => {
  const pod = podDetail(
    {
      initContainers: [
        { name: "setup", image: "i" },
        { name: "proxy", image: "p", restartPolicy: "Always" },
      ],
    },
    {
      initContainerStatuses: [
        { name: "setup", ready: true, restartCount: 0 },
        { name: "proxy", ready: true, restartCount: 0 },
      ],
    },
  );
  assert.deepEqual(
    pod.detail?.containers.map(({ name }) => name),
    ["main", "proxy"],
  );
  assert.deepEqual(
    pod.detail?.containerStatuses.map(({ name }) => name),
    ["proxy"],
  );
});

test("environment: switches and booleans by value, everything else only by name", () => {
  const env = [
    { name: "ENABLE_BANDWIDTH_PLUGIN", value: "true" },
    { name: "ENABLE_POD_ENI" },
    { name: "ENABLE_POD_ENI", value: "last" },
    { name: "FELIX_INTERFACEPREFIX", valueFrom: { fieldRef: { fieldPath: "x" } } },
    { name: "DD_API_KEY", value: "c2VjcmV0" },
    { name: "POLICY", value: "True" },
    { name: "__proto__", value: "x" },
  ];
  const pod = podDetail({ containers: [{ ...CONTAINER, env }] });
  assert.deepEqual(Object.entries(pod.detail?.containers[0]?.env ?? {}), [
    ["ENABLE_BANDWIDTH_PLUGIN", "true"],
    ["ENABLE_POD_ENI", "last"],
    ["FELIX_INTERFACEPREFIX", null],
    ["DD_API_KEY", null],
    ["POLICY", "True"],
    ["__proto__", null],
  ]);
  assert.ok(!JSON.stringify(pod).includes("c2VjcmV0"));
});

test("a server of old sends podIP alone, a pod that is not scheduled neither", () => {
  assert.deepEqual(podDetail({}, { podIP: "10.0.0.1" }).detail?.podIPs, ["10.0.0.1"]);
  const pending = podDetail({ nodeName: "" }, { phase: "Pending" });
  assert.deepEqual([pending.detail?.podIPs, pending.detail?.nodeName], [[], null]);
});

const BROKEN_PODS: readonly (readonly [object, object, string])[] = [
  [{ containers: undefined }, {}, "spec.containers"],
  [{ containers: [{ name: "a" }] }, {}, "spec.containers.0.image"],
  [{ hostNetwork: "true" }, {}, "spec.hostNetwork"],
  [{}, { phase: undefined }, "status.phase"],
  [{}, { podIPs: ["10.0.0.1"] }, "status.podIPs.0"],
  [{}, { containerStatuses: [{ name: "a", restartCount: 0 }] }, "status.containerStatuses.0.ready"],
];
for (const [spec, status, place] of BROKEN_PODS)
  test(`a pod with a broken ${place} is malformed`, () => {
    const message = `Pod: ${place} is missing or wrong`;
    assert.throws(() => podDetail(spec, status), { name: "MalformedObjectError", message });
  });

// ── Other kinds ─────────────────────────────────────────────────────────────────────────────────────────────

test("a namespace that is being deleted", () => {
  const metadata = { name: "old", annotations: { a: "b" }, deletionTimestamp: "2026-01-01T00:00:00Z" };
  assert.deepEqual(toNamespace({ metadata, spec: {}, status: { phase: "Terminating" } }), {
    name: "old",
    labels: {},
    annotations: { a: "b" },
    terminating: true,
    createdAt: null,
  });
});

test("a job and its CronJob", () => {
  const cron = { apiVersion: "batch/v1", kind: "CronJob", name: "nightly", uid: "u", controller: true };
  const job = toJob({ metadata: { ...META, ownerReferences: [cron] } }, new Interner());
  assert.deepEqual(job, { namespace: "shop", name: "web-1", owner: cron });
});

test("a DaemonSet in the middle of a rollout", () => {
  const daemonSet = toDaemonSet({
    metadata: {
      namespace: "kube-system",
      name: "aws-node",
      generation: 4,
      labels: { "k8s-app": "aws-node" },
    },
    spec: {
      selector: { matchLabels: { "k8s-app": "aws-node" } },
      template: {
        spec: { hostNetwork: true, containers: [CONTAINER], nodeSelector: { "kubernetes.io/os": "linux" } },
      },
    },
    status: { observedGeneration: 3, desiredNumberScheduled: 5, numberReady: 4 },
  });
  assert.deepEqual(daemonSet.status, {
    observedGeneration: 3,
    desiredNumberScheduled: 5,
    updatedNumberScheduled: null,
    numberReady: 4,
  });
  assert.deepEqual([daemonSet.generation, daemonSet.hostNetwork], [4, true]);
  assert.deepEqual(daemonSet.matchLabels, { "k8s-app": "aws-node" });
  assert.deepEqual(daemonSet.nodeSelector, { "kubernetes.io/os": "linux" });
  assert.deepEqual(
    [daemonSet.initContainers.length, daemonSet.containers.map(({ name }) => name)],
    [0, ["main"]],
  );
});

test("a DaemonSet without status has no counts, not counts of 0", () => {
  const spec = { selector: {}, template: { spec: { containers: [] } } };
  const { status } = toDaemonSet({ metadata: META, spec });
  assert.deepEqual(new Set(Object.values(status)), new Set([null]));
});

test("a node", () => {
  const node = toNode({
    metadata: { name: "n1", labels: { "kubernetes.io/os": "linux" } },
    spec: { taints: [{ key: "node.cilium.io/agent-not-ready", effect: "NoExecute", timeAdded: null }] },
    status: {
      addresses: [
        { type: "InternalIP", address: "10.0.0.1" },
        { type: "Hostname", address: "n1" },
      ],
      conditions: [{ type: "Ready", status: "True" }],
      nodeInfo: { kernelVersion: "6.1", osImage: "Amazon Linux 2023", architecture: "arm64" },
    },
  });
  assert.deepEqual(node, {
    name: "n1",
    labels: { "kubernetes.io/os": "linux" },
    taints: [{ key: "node.cilium.io/agent-not-ready", effect: "NoExecute" }],
    internalIPs: ["10.0.0.1"],
    kernelVersion: "6.1",
    osImage: "Amazon Linux 2023",
    ready: true,
  });
});

test("a node is ready, not ready, or not heard of", () => {
  const ready = [["True"], ["False"], ["Unknown"], []].map(
    (statuses) =>
      toNode({
        metadata: { name: "n" },
        status: { conditions: statuses.map((status) => ({ type: "Ready", status })) },
      }).ready,
  );
  assert.deepEqual(ready, [true, false, null, null]);
});

test("services: defaults, headless, without selector", () => {
  const service = (spec: object) => toService({ metadata: META, spec });
  const plain = service({
    selector: { app: "web" },
    clusterIP: "10.1.0.1",
    ports: [{ port: 80, targetPort: "http" }],
  });
  assert.deepEqual(plain, {
    namespace: "shop",
    name: "web-1",
    labels: {},
    selector: { app: "web" },
    type: "ClusterIP",
    clusterIPs: ["10.1.0.1"],
    sourceRanges: [],
    isInternal: false,
    ports: [{ name: null, protocol: "TCP", port: 80, targetPort: "http" }],
  });
  const external = service({ type: "ExternalName", externalName: "example.com" });
  assert.deepEqual([external.selector, external.clusterIPs, external.ports], [null, [], []]);
  assert.deepEqual(service({ clusterIP: "None", clusterIPs: ["None"] }).clusterIPs, ["None"]);
});

test("a load balancer is internal where an annotation of AWS says so, and nowhere else", () => {
  const prefix = "service.beta.kubernetes.io/aws-load-balancer-";
  const isInternal = (annotations: object) =>
    toService({ metadata: { ...META, annotations }, spec: { type: "LoadBalancer" } }).isInternal;
  assert.deepEqual(
    [
      {},
      { [`${prefix}scheme`]: "internal" },
      { [`${prefix}scheme`]: "internet-facing", [`${prefix}internal`]: "true" },
      { [`${prefix}internal`]: "true" },
      { [`${prefix}internal`]: "false" },
    ].map(isInternal),
    [false, true, false, true, false],
  );
  const spec = { type: "LoadBalancer", loadBalancerSourceRanges: ["203.0.113.0/24"] };
  assert.deepEqual(toService({ metadata: META, spec }).sourceRanges, ["203.0.113.0/24"]);
});

test("an Ingress: the Services behind it, by port number or name", () => {
  const backend = (name: string, port: object) => ({ service: { name, port } });
  const spec = {
    defaultBackend: backend("fallback", { name: "http" }),
    rules: [
      { http: { paths: [{ backend: backend("web", { number: 80 }) }, { backend: { resource: {} } }] } },
      { host: "without.paths" },
    ],
  };
  assert.deepEqual(toIngress({ metadata: META, spec }), {
    namespace: "shop",
    name: "web-1",
    backends: [
      { service: "fallback", port: "http" },
      { service: "web", port: 80 },
    ],
  });
  assert.deepEqual(toIngress({ metadata: META }).backends, []);
});

test("admission webhooks: those that call a Service, on 443 where they name no port", () => {
  const service = { namespace: "guard", name: "hook", path: "/validate" };
  const webhooks = [
    { clientConfig: { service } },
    { clientConfig: { service: { ...service, port: 8443 } } },
    { clientConfig: { url: "https://elsewhere.example" } },
  ];
  assert.deepEqual(
    toAdmissionWebhooks({ metadata: { name: "guard" }, webhooks }).map(({ port }) => port),
    [443, 8443],
  );
  assert.deepEqual(toAdmissionWebhooks({ metadata: { name: "guard" } }), []);
});

// ── Raw objects ─────────────────────────────────────────────────────────────────────────────────────────────

const PAGE = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicyList",
  items: [],
  next: null,
  bytes: 0,
};

test("of a raw object's annotations only kubectl's copy of the object is left out", () => {
  const annotations = JSON.parse(
    '{"kubectl.kubernetes.io/last-applied-configuration":"{}","__proto__":"a","team":"b"}',
  );
  const { metadata } = toRawObject({ metadata: { name: "p", annotations }, spec: {} }, PAGE);
  assert.deepEqual(Object.entries(metadata.annotations ?? {}), [
    ["__proto__", "a"],
    ["team", "b"],
  ]);
});

test("a raw object needs a kind and an apiVersion from somewhere", () => {
  const item = { metadata: META, spec: {} };
  assert.equal(toRawObject(item, PAGE).kind, "NetworkPolicy");
  const raw = toRawObject({ ...item, kind: "Own", apiVersion: "v9" }, PAGE);
  assert.deepEqual([raw.kind, raw.apiVersion], ["Own", "v9"]);
  for (const page of [
    { ...PAGE, kind: "List" },
    { ...PAGE, kind: 7 },
    { ...PAGE, apiVersion: undefined },
  ])
    assert.throws(() => toRawObject(item, page), { name: "MalformedObjectError" });
});

test("a raw object that nests beyond reason is malformed: a Snapshot has to be written again", () => {
  const nest = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));
  const item = (depth: number) => ({ metadata: META, spec: nest(depth) });
  assert.ok(toRawObject(item(98), PAGE));
  assert.throws(() => toRawObject(item(100_000), PAGE), { name: "MalformedObjectError" });
});

const BROKEN_RAW = {
  uid: 7,
  finalizers: [7],
  labels: { a: null },
  ownerReferences: [{}],
  generation: "1",
  namespace: [],
};
for (const [member, value] of Object.entries(BROKEN_RAW))
  test(`a raw object with a broken ${member} is malformed`, () => {
    const item = { metadata: { name: "p", [member]: value } };
    const message = `NetworkPolicy: metadata.${member} is missing or wrong`;
    assert.throws(() => toRawObject(item, PAGE), { name: "MalformedObjectError", message });
  });
