// What is said of a namespace rests on itself, on what is cluster-wide and on nothing else: judged among others made from
// the same template, each with something of its own, it is what it would be alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createPolicySharing } from "../../lib/kubernetes/share-policies.ts";
import type { PodException } from "../../lib/model/enforcement-detail.ts";
import type { Isolation } from "../../lib/model/control.ts";
import type { Job, Labels, Namespace, Pod, RawObject } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import { assessIsolation } from "../../lib/netpol/assess-isolation.ts";
import { POLICY_APIS, type IsolationInput, type OtherPolicies } from "../../lib/netpol/isolation-input.ts";
import {
  detail,
  enforcement,
  input,
  job,
  namespace,
  NO_OTHER,
  owner,
  pod,
  policy,
  REFERENCE_ENGINE,
} from "./build-input.ts";
import { spec } from "./random-cluster.ts";

const NAMES = ["alpha", "beta", "gamma", "kube-system"];
const NODES = ["n-good", "n-bad", "n-new"];

/** For all ports, if `http` is port 80. */
const byNamedPort = {
  podSelector: {},
  ingress: [
    {
      ports: [
        { port: "http" },
        { port: 1, endPort: 79 },
        { port: 81, endPort: 65_535 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ],
    },
  ],
};

/** What every namespace has, unless it differs. */
const template = fc.record({
  specs: fc.array(fc.oneof({ weight: 4, arbitrary: spec }, fc.constant(byNamedPort)), {
    minLength: 1,
    maxLength: 3,
  }),
  pods: fc.array(
    fc.record({
      labels: fc.constantFrom<Labels>({}, { app: "a" }, { app: "b", tier: "a" }),
      owner: fc.constantFrom(
        null,
        owner("ReplicaSet", "web-6c5f"),
        owner("Job", "nightly-1"),
        owner("Node", "n-good"),
      ),
      flag: fc.constantFrom("live", "live", "live", "hostNetwork", "finished", "terminating"),
      detail: fc.constantFrom(
        null,
        detail({ podIPs: ["10.0.0.1"], nodeName: "n-good", ports: [["http", 80]] }),
        detail({ podIPs: ["10.0.0.1", "fd00::1"], nodeName: "n-good", ports: [["http", 80]] }),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** What one of them may have of its own. */
const different = fc.record({
  labels: fc.constantFrom<Labels>({ env: "prod" }, { env: "dev" }),
  terminating: fc.constant(true),
  cronJob: fc.constantFrom("nightly", null),
  exception: fc.constantFrom<PodException["effect"]>("not-enforced", "unknown"),
  node: fc.constantFrom(...NODES, "n-nobody-knows"),
  uncovered: fc.constant(true),
  fargate: fc.constant(true),
  hostNetwork: fc.boolean(),
  ports: fc.constantFrom<readonly [string, number][]>([["http", 8080]], []),
  podIPs: fc.constantFrom([], ["fd00::2"]),
  ownerName: fc.constantFrom("web-6c5f", "api-1"),
  replicas: fc.constant(2),
  policyPrefix: fc.constant("q"),
  spec,
  cilium: spec,
});

type Difference = Partial<typeof different extends fc.Arbitrary<infer T> ? T : never>;

/** Few things, so that namespaces are often alike. */
const difference: fc.Arbitrary<Difference> = different.chain((all) =>
  fc
    .subarray(Object.entries(all), { maxLength: 2 })
    .map((entries): Difference => Object.fromEntries(entries)),
);

const selector = fc.constantFrom(
  {},
  { matchLabels: { env: "prod" } },
  { matchLabels: { "kubernetes.io/metadata.name": "beta" } },
  {
    matchExpressions: [
      { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["alpha", "kube-system"] },
    ],
  },
  { matchExpressions: [{ key: "env", operator: "Sideways" }] },
);

const adminPolicy = fc
  .record({
    namespaceSelector: selector,
    podSelector: fc.constantFrom({}, { matchLabels: { app: "a" } }),
    action: fc.constantFrom("Allow", "Deny", "Pass"),
  })
  .map(({ action, ...pods }) => ({
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    kind: "AdminNetworkPolicy",
    metadata: { name: "admin" },
    spec: { priority: 5, subject: { pods }, ingress: [{ action, from: [{ namespaces: {} }] }] },
  }));

const ciliumEverywhere = fc
  .constantFrom<Labels>(
    {},
    { app: "a" },
    { "k8s:io.kubernetes.pod.namespace": "beta" },
    { "k8s:io.cilium.k8s.namespace.labels.env": "prod" },
    { "k8s:io.cilium.k8s.policy.serviceaccount": "deployer" },
  )
  .map((matchLabels) => ({
    apiVersion: "cilium.io/v2",
    kind: "CiliumClusterwideNetworkPolicy",
    metadata: { name: "wide" },
    spec: { endpointSelector: { matchLabels }, ingress: [{ fromEntities: ["cluster"] }] },
  }));

const calicoEverywhere = fc
  .record({
    selector: fc.constantFrom("all()", "app == 'a'"),
    namespaceSelector: fc.constantFrom("", "env == 'prod'", "projectcalico.org/name == 'beta'", "!has(env)"),
    serviceAccountSelector: fc.constantFrom("", "role == 'x'"),
  })
  .map((subject) => ({
    apiVersion: "projectcalico.org/v3",
    kind: "GlobalNetworkPolicy",
    metadata: { name: "default.global" },
    spec: { ...subject, types: ["Ingress"], order: 10, ingress: [{ action: "Deny" }] },
  }));

const world = fc.record({
  template,
  differences: fc.array(difference, { minLength: 2, maxLength: NAMES.length }),
  admin: fc.array(adminPolicy, { maxLength: 1 }),
  cilium: fc.array(ciliumEverywhere, { maxLength: 1 }),
  calico: fc.array(calicoEverywhere, { maxLength: 1 }),
  isEnforced: fc.constantFrom(null, "enforced" as const, "partial" as const),
  unselectedPods: fc.constantFrom("allowed" as const, "denied" as const, null),
  selectionOpensOtherDirection: fc.boolean(),
  appliesToBarePods: fc.constantFrom(true, false, null),
  implementsAll: fc.constantFrom(true, false, null),
  ipFamily: fc.constantFrom("ipv4" as const, "ipv6" as const, null),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

interface Home {
  readonly namespace: Namespace;
  readonly pods: readonly Pod[];
  readonly policies: readonly RawObject[];
  readonly cilium: readonly RawObject[];
  readonly jobs: readonly Job[];
  readonly exceptions: readonly PodException[];
  readonly uncovered: readonly Pod[];
}

function toHome({ template }: World, name: string, own: Difference): Home {
  const replicas = Array.from({ length: own.replicas ?? 1 }, () => template.pods).flat();
  const pods = replicas.map((one, index) => toPod(one, index, name, own));
  const [first] = pods;
  const exception = own.exception;
  const specs = own.spec === undefined ? template.specs : [...template.specs, own.spec];
  return {
    namespace: { ...namespace(name, own.labels ?? {}), terminating: own.terminating ?? false },
    pods,
    policies: specs.map((one, index) =>
      policy(`${own.policyPrefix ?? "p"}${index}`, structuredClone(one), name),
    ),
    cilium: own.cilium === undefined ? [] : [ciliumPolicy(own.cilium, name)],
    jobs: own.cronJob === undefined ? [] : [job("nightly-1", own.cronJob, name)],
    exceptions: exception === undefined || first === undefined ? [] : [toException(first, exception)],
    uncovered: own.uncovered === true ? pods.slice(0, 1) : [],
  };
}

function toPod(
  { labels, owner: of, flag, detail: read }: World["template"]["pods"][number],
  index: number,
  home: string,
  own: Difference,
): Pod {
  const [container] = read?.containers ?? [];
  const ports = own.ports?.map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" }));
  return pod(`pod-${index}`, own.fargate ? { ...labels, "eks.amazonaws.com/fargate-profile": "f" } : labels, {
    namespace: home,
    owner: of !== null && of.kind === "ReplicaSet" ? { ...of, name: own.ownerName ?? of.name } : of,
    hostNetwork: own.hostNetwork ?? flag === "hostNetwork",
    finished: flag === "finished",
    terminating: flag === "terminating",
    detail:
      read === null || container === undefined
        ? null
        : {
            ...read,
            nodeName: own.node ?? read.nodeName,
            podIPs: own.podIPs ?? read.podIPs,
            containers: [{ ...container, ports: ports ?? container.ports }],
          },
  });
}

function ciliumPolicy({ ingress }: { readonly ingress?: unknown }, home: string): RawObject {
  return {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name: "own", namespace: home },
    spec: { endpointSelector: {}, ingress: ingress === undefined ? [] : [{ fromEntities: ["all"] }] },
  };
}

function toException({ namespace, name }: Pod, effect: PodException["effect"]): PodException {
  return { namespace, name, kind: "extra-interface", effect, because: "" };
}

function judge(world: World, homes: readonly Home[], share: (one: RawObject) => RawObject): Isolation {
  const other: OtherPolicies = {
    ...NO_OTHER,
    adminNetworkPolicies: seen(world.admin),
    ciliumClusterwideNetworkPolicies: seen(world.cilium),
    ciliumNetworkPolicies: seen(homes.flatMap(({ cilium }) => cilium)),
    calicoGlobalNetworkPolicies: seen(world.calico),
  };
  const given: IsolationInput = input({
    namespaces: homes.map((home) => home.namespace),
    pods: homes.flatMap(({ pods }) => pods),
    policies: homes.flatMap(({ policies }) => policies).map(share),
    jobs: homes.flatMap(({ jobs }) => jobs),
    other,
    podExceptions: homes.flatMap(({ exceptions }) => exceptions),
    podsOnUncoveredNodes: { "n-bad": homes.flatMap(({ uncovered }) => uncovered), "n-new": [] },
    enforcement:
      world.isEnforced === null
        ? null
        : enforcement(world.isEnforced, [
            { name: "n-good", verdict: "enforced" },
            { name: "n-bad", verdict: "not-enforced" },
            { name: "n-new", verdict: "unknown" },
          ]),
    ipFamily: world.ipFamily,
    engine: {
      ...REFERENCE_ENGINE,
      unselectedPods: world.unselectedPods,
      selectionOpensOtherDirection: world.selectionOpensOtherDirection,
      appliesToBarePods: world.appliesToBarePods,
      implements: Object.fromEntries(
        POLICY_APIS.map((api) => [api, world.implementsAll]),
      ) as IsolationInput["engine"]["implements"],
    },
  });
  return assessIsolation(given);
}

test("a namespace among others of its template is judged as it would be alone", () => {
  let shared = 0;
  fc.assert(
    fc.property(world, (one) => {
      const homes = one.differences.map((own, index) => toHome(one, NAMES[index] ?? "", own));
      const together = judge(one, homes, createPolicySharing());
      for (const [index, home] of homes.entries()) {
        const alone = judge(one, [home], (raw) => structuredClone(raw));
        assert.deepEqual([together.namespaces[index]], alone.namespaces);
        assert.deepEqual([together.details[index]], alone.details);
      }
      const workloads = together.namespaces.map((report) => report.workloads);
      if (new Set(workloads).size < workloads.length) shared += 1;
    }),
    { numRuns: 500 },
  );
  assert.ok(shared > 50, `${shared} clusters with a conclusion for several namespaces`);
});
