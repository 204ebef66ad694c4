// Random small clusters whose policies are well-formed and often collide: few labels, few ports, CIDRs on a
// grid, openness in parts. Openness, excepts, named ports and ranges all come up often.

import * as fc from "fast-check";
import type { Labels, Namespace, Pod, RawObject } from "../../lib/model/kubernetes.ts";
import { detail, namespace, owner, pod, policy } from "./build-input.ts";

/** Names of Object.prototype among them, which must be labels like any other. */
const KEYS = ["app", "tier", "__proto__", "constructor"];
const VALUES = ["a", "b"];
const NAMESPACES = ["one", "two", "three"];

export interface RandomCluster {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly policies: readonly RawObject[];
  readonly ipBlocksMatchPods: boolean;
}

function toObject(entries: readonly (readonly [string, unknown])[]): unknown {
  // JSON.parse makes `__proto__` an own member, as it arrives on the wire.
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
  );
}

const labels = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)), {
    selector: ([key]) => key,
    maxLength: 3,
  })
  .map((entries) => toObject(entries) as Labels);

const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom(...KEYS),
    operator: fc.constantFrom("In", "NotIn"),
    values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1 }),
  }),
  fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom("Exists", "DoesNotExist") }),
);

const selector = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: labels.map((matchLabels) => ({ matchLabels })) },
  {
    weight: 1,
    arbitrary: fc.array(expression, { maxLength: 2 }).map((matchExpressions) => ({ matchExpressions })),
  },
);

const CIDRS = [
  "0.0.0.0/0",
  "0.0.0.0/1",
  "128.0.0.0/1",
  "0.0.0.0/2",
  "64.0.0.0/2",
  "192.0.0.0/2",
  "128.0.0.0/2",
  "160.0.0.0/3",
  "16.0.0.0/4",
  "::/0",
];
const HOLES: Readonly<Record<string, readonly string[]>> = {
  "0.0.0.0/0": ["0.0.0.0/1", "32.0.0.0/4", "240.0.0.0/4", "128.0.0.0/2"],
  "0.0.0.0/1": ["0.0.0.0/2", "16.0.0.0/4"],
  "128.0.0.0/1": ["128.0.0.0/4", "192.0.0.0/3"],
};

const ipBlock = fc
  .constantFrom(...CIDRS)
  .chain((cidr) =>
    fc
      .subarray([...(HOLES[cidr] ?? [])])
      .map((except) => ({ ipBlock: except.length === 0 ? { cidr } : { cidr, except } })),
  );

const peer = fc.oneof(
  { weight: 3, arbitrary: ipBlock },
  { weight: 2, arbitrary: fc.constant({ namespaceSelector: {} }) },
  { weight: 1, arbitrary: selector.map((podSelector) => ({ podSelector })) },
  { weight: 1, arbitrary: selector.map((namespaceSelector) => ({ namespaceSelector })) },
  { weight: 1, arbitrary: fc.record({ namespaceSelector: selector, podSelector: selector }) },
);

const PORTS: readonly object[] = [
  {},
  { protocol: "UDP" },
  { protocol: "SCTP" },
  { port: 80 },
  { port: 443, protocol: "TCP" },
  { port: "http" },
  { port: "dns", protocol: "UDP" },
  { port: 1, endPort: 79 },
  { port: 81, endPort: 65_535 },
  { port: 1, endPort: 65_534 },
  { port: 65_535 },
  { port: 100, endPort: 8080, protocol: "UDP" },
];
const ports = fc.oneof(
  fc.subarray([...PORTS], { minLength: 1, maxLength: 3 }),
  fc.constant([{}, { protocol: "UDP" }, { protocol: "SCTP" }]),
  fc.constant([
    { port: "http" },
    { port: 1, endPort: 79 },
    { port: 81, endPort: 65_535 },
    { protocol: "UDP" },
    { protocol: "SCTP" },
  ]),
);

const rule = (field: "from" | "to"): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.option(fc.array(peer, { maxLength: 3 }), { nil: undefined, freq: 4 }),
      fc.option(ports, { nil: undefined, freq: 1 }),
    )
    .map(([peers, ports]) => Object.assign({}, peers && { [field]: peers }, ports && { ports }));

const rules = (field: "from" | "to"): fc.Arbitrary<readonly object[] | undefined> =>
  fc.option(fc.array(rule(field), { maxLength: 3 }), { nil: undefined, freq: 5 });

const policyTypes = fc.constantFrom(undefined, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"]);

export const spec = fc
  .tuple(fc.option(selector, { nil: undefined, freq: 9 }), policyTypes, rules("from"), rules("to"))
  .map(([podSelector, types, ingress, egress]) =>
    Object.assign(
      {},
      podSelector && { podSelector },
      types && { policyTypes: types },
      ingress && { ingress },
      egress && { egress },
    ),
  );

const containerPorts = fc.subarray<readonly [string, number, string]>([
  ["http", 80, "TCP"],
  ["http", 8080, "TCP"],
  ["http", 9000, "UDP"],
  ["dns", 443, "UDP"],
]);

const randomPod = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels,
  workload: fc.constantFrom("w1", "w2"),
  flag: fc.constantFrom("live", "live", "live", "live", "hostNetwork", "finished", "terminating"),
  ports: containerPorts,
  address: fc.integer({ min: 0, max: 15 }),
});

function toPod(
  {
    namespace,
    labels,
    workload,
    flag,
    ports,
    address,
  }: typeof randomPod extends fc.Arbitrary<infer T> ? T : never,
  index: number,
): Pod {
  return pod(`pod-${index}`, labels, {
    namespace,
    owner: owner("StatefulSet", workload),
    hostNetwork: flag === "hostNetwork",
    finished: flag === "finished",
    terminating: flag === "terminating",
    detail: detail({ podIPs: [`${address * 16 + 1}.2.3.4`], ports }),
  });
}

export const randomCluster: fc.Arbitrary<RandomCluster> = fc
  .record({
    namespaceLabels: fc.tuple(labels, labels),
    pods: fc.array(randomPod, { minLength: 1, maxLength: 6 }),
    policies: fc.array(fc.tuple(fc.constantFrom(...NAMESPACES), spec), { maxLength: 5 }),
    ipBlocksMatchPods: fc.boolean(),
  })
  .map(({ namespaceLabels, pods, policies, ipBlocksMatchPods }) => ({
    // The third namespace exists only because something is in it.
    namespaces: namespaceLabels.map((labels, index) => namespace(NAMESPACES[index] ?? "", labels)),
    pods: pods.map(toPod),
    policies: policies.map(([namespaceName, spec], index) => policy(`p${index}`, spec, namespaceName)),
    ipBlocksMatchPods,
  }));
