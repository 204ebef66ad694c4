// Clusters that are made to keep the evaluator busy, of any size: what one tenant, or a whole hostile cluster, can put
// into policies, pods, labels, ports and network sets. For the test of how the work grows, and for the bench.

import type { Pod, RawObject } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type { IsolationInput, OtherPolicies, PolicyApi } from "../../lib/netpol/isolation-input.ts";
import { detail, IMPLEMENTS_NONE, input, namespace, NO_OTHER, pod, policy } from "./build-input.ts";

/** `size` is how many there are of what the name says. */
export type HostileShape = (size: number) => IsolationInput;

export function many<T>(amount: number, make: (index: number) => T): T[] {
  return Array.from({ length: amount }, (_, index) => make(index));
}

/** Networks that touch no other, so that no two become one. */
export function block(index: number): string {
  const number = index * 2;
  return `${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}.0/24`;
}

const ALLOW_AND_DENY = ["Allow", "Deny"] as const;
const byTurns = (index: number): string => ALLOW_AND_DENY[index % 2] ?? "Allow";
const ONE_POD: readonly Pod[] = [pod("one", { app: "a" })];

function object(
  apiVersion: string,
  kind: string,
  name: string,
  spec: unknown,
  namespaceName?: string,
): RawObject {
  const labels = { set: name };
  return {
    apiVersion,
    kind,
    metadata: { name, labels, ...(namespaceName === undefined ? {} : { namespace: namespaceName }) },
    spec,
  };
}

function under(
  api: PolicyApi,
  objects: readonly RawObject[],
  pods: readonly Pod[] = ONE_POD,
  other: Partial<OtherPolicies> = {},
): IsolationInput {
  return input({
    namespaces: [namespace("web")],
    pods,
    other: { ...NO_OTHER, ...other, [api]: seen(objects) },
    engine: { implements: { ...IMPLEMENTS_NONE, [api]: true } },
  });
}

function calicoPolicy(name: string, spec: object): RawObject {
  const defaults = { selector: "all()", types: ["Ingress"] };
  return object("projectcalico.org/v3", "NetworkPolicy", name, { ...defaults, ...spec }, "web");
}

function calico(ingress: readonly unknown[], pods: readonly Pod[] = ONE_POD): IsolationInput {
  return under("calicoNetworkPolicies", [calicoPolicy("p", { ingress })], pods);
}

function clusterPolicies(
  size: number,
  toSpec: (index: number) => object,
  pods: readonly Pod[] = ONE_POD,
): IsolationInput {
  const objects = many(size, (index) =>
    object("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", `p${index}`, {
      tier: "Admin",
      priority: index,
      subject: { namespaces: {} },
      ...toSpec(index),
    }),
  );
  return under("clusterNetworkPolicies", objects, pods);
}

const POD_OF_ITS_OWN = (index: number): Pod => pod(`pod-${index}`, { own: String(index) });
const SELECTS_ITS_OWN = (index: number): object => ({ podSelector: { matchLabels: { own: String(index) } } });

function networkPolicies(
  policies: readonly RawObject[],
  pods: readonly Pod[] = ONE_POD,
  namespaces = [namespace("web")],
): IsolationInput {
  return input({ namespaces, pods, policies });
}

export const HOSTILE_SHAPES: Readonly<Record<string, HostileShape>> = {
  "ordered rules about addresses": (size) =>
    calico(many(size, (index) => ({ action: byTurns(index), source: { nets: [block(index)] } }))),
  "ordered rules about addresses that lie in each other": (size) =>
    calico(
      many(size, (index) => ({
        action: byTurns(index),
        source: { nets: [`${block(index % 97).replace("/24", "")}/${(index % 25) + 8}`] },
      })),
    ),
  "ordered rules about everything but an address": (size) =>
    calico(
      many(size, (index) => ({
        action: byTurns(index),
        protocol: "TCP",
        source: { notNets: [block(index)] },
      })),
    ),
  "ordered rules about pods": (size) =>
    calico(many(size, (index) => ({ action: byTurns(index), source: { selector: `app == "${index}"` } }))),
  "ordered rules of one port": (size) =>
    calico(
      many(size, (index) => ({
        action: byTurns(index),
        protocol: "TCP",
        source: { nets: [block(index)] },
        destination: { ports: [(index % 65_535) + 1] },
      })),
    ),
  "ordered rules that pass": (size) =>
    calico(many(size, (index) => ({ action: "Pass", source: { nets: [block(index)] } }))),
  "ordered rules in as many policies": (size) =>
    under(
      "calicoNetworkPolicies",
      many(size, (index) =>
        calicoPolicy(`p${index}`, {
          order: index,
          ingress: [{ action: byTurns(index), source: { nets: [block(index)] } }],
        }),
      ),
    ),
  "tiers of one rule": (size) =>
    under(
      "calicoNetworkPolicies",
      many(size, (index) =>
        calicoPolicy(`p${index}`, {
          tier: `t${index}`,
          ingress: [{ action: ["Allow", "Deny", "Pass"][index % 3], source: { nets: [block(index)] } }],
        }),
      ),
      ONE_POD,
      {
        calicoTiers: seen(
          many(size, (index) =>
            object("projectcalico.org/v3", "Tier", `t${index}`, { order: index, defaultAction: "Pass" }),
          ),
        ),
      },
    ),
  "rules that select one network set each": (size) => ({
    ...under(
      "calicoNetworkPolicies",
      [
        calicoPolicy("p", {
          ingress: many(size, (index) => ({
            action: byTurns(index),
            source: { selector: `set == "s${index}"` },
          })),
        }),
      ],
      ONE_POD,
      {
        calicoNetworkSets: seen(
          many(size, (index) =>
            object("projectcalico.org/v3", "NetworkSet", `s${index}`, { nets: [block(index)] }, "web"),
          ),
        ),
      },
    ),
  }),
  "cluster policies of one priority": (size) =>
    clusterPolicies(size, () => ({
      priority: 1,
      ingress: [{ action: "Accept", from: [{ namespaces: {} }] }],
    })),
  "cluster policies of one priority that disagree": (size) =>
    clusterPolicies(size, (index) => ({
      priority: 1,
      ingress: [{ action: index === 0 ? "Deny" : "Accept", from: [{ namespaces: {} }] }],
    })),
  "cluster policies about addresses": (size) =>
    clusterPolicies(size, (index) => ({
      egress: [{ action: index % 2 === 0 ? "Accept" : "Deny", to: [{ networks: [block(index)] }] }],
    })),
  "policies with a pod each": (size) =>
    networkPolicies(
      many(size, (index) => policy(`p${index}`, { ...SELECTS_ITS_OWN(index), ingress: [] })),
      many(size, POD_OF_ITS_OWN),
    ),
  "pods that all policies select": (size) =>
    networkPolicies(
      many(32, (index) => policy(`p${index}`, { podSelector: {}, ingress: [] })),
      many(size, POD_OF_ITS_OWN),
    ),
  "peers that no pod answers": (size) =>
    networkPolicies(
      [
        policy("p", {
          podSelector: {},
          ingress: [
            { from: many(size, (index) => ({ podSelector: { matchLabels: { none: String(index) } } })) },
          ],
        }),
      ],
      many(size, POD_OF_ITS_OWN),
    ),
  "peers that ask for what a label is not": (size) =>
    networkPolicies(
      [
        policy("p", {
          podSelector: {},
          ingress: [
            {
              from: many(size, (index) => ({
                podSelector: { matchExpressions: [{ key: `none-${index}`, operator: "Exists" }] },
              })),
            },
          ],
        }),
      ],
      many(size, POD_OF_ITS_OWN),
    ),
  "values of one selector": (size) =>
    networkPolicies(
      [
        policy("p", {
          podSelector: {
            matchExpressions: [{ key: "own", operator: "NotIn", values: many(size, (index) => `x${index}`) }],
          },
        }),
      ],
      many(size, POD_OF_ITS_OWN),
    ),
  "policies that open addresses": (size) =>
    networkPolicies(
      many(size, (index) =>
        policy(`p${index}`, { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: block(index) } }] }] }),
      ),
    ),
  "policies that open everything": (size) =>
    networkPolicies(many(size, (index) => policy(`p${index}`, { podSelector: {}, ingress: [{}] }))),
  "policies that open everything together": (size) =>
    networkPolicies(
      many(size, (index) =>
        policy(`p${index}`, {
          podSelector: {},
          ingress: [{ from: [{ ipBlock: { cidr: `${(index % 2) * 128}.0.0.0/1` } }] }],
        }),
      ),
    ),
  "named ports on as many container ports": (size) =>
    networkPolicies(
      [
        policy("p", {
          podSelector: {},
          ingress: [{ ports: many(size, (index) => ({ port: `n-${index}` })) }],
        }),
      ],
      [
        pod(
          "one",
          { app: "a" },
          {
            detail: detail({ ports: many(size, (index) => [`n-${index}`, (index % 65_535) + 1] as const) }),
          },
        ),
      ],
    ),
  "namespaces under as many cluster policies": (size) => {
    const objects = many(size, (index) =>
      object("projectcalico.org/v3", "GlobalNetworkPolicy", `g${index}`, {
        namespaceSelector: `kubernetes.io/metadata.name == "n${index}"`,
        types: ["Ingress"],
        ingress: [{ action: "Deny" }],
      }),
    );
    return {
      ...under(
        "calicoGlobalNetworkPolicies",
        objects,
        many(size, (index) => pod("one", {}, { namespace: `n${index}` })),
      ),
      namespaces: many(size, (index) => namespace(`n${index}`)),
    };
  },
  "namespaces under one cluster policy of 100 rules": (size) => {
    const ingress = many(100, (index) => ({ action: byTurns(index), source: { nets: [block(index)] } }));
    const spec = { selector: "all()", types: ["Ingress"], ingress };
    return {
      ...under(
        "calicoGlobalNetworkPolicies",
        [object("projectcalico.org/v3", "GlobalNetworkPolicy", "g", spec)],
        many(size, (index) => pod("one", {}, { namespace: `n${index}` })),
      ),
      namespaces: many(size, (index) => namespace(`n${index}`)),
    };
  },
  "excepts of one network": (size) =>
    networkPolicies([
      policy("p", {
        podSelector: {},
        ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: many(size, block) } }] }],
      }),
    ]),
  "ports of one rule": (size) =>
    networkPolicies([
      policy("p", {
        podSelector: {},
        ingress: [
          { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: many(size, (index) => ({ port: index + 1 })) },
        ],
      }),
    ]),
};
