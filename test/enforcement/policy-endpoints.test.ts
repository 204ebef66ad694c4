// When a policy counts as processed by the VPC CNI's controller, and every way in which it may not be.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createPolicyEndpointReducer } from "../../lib/enforcement/reduce-policy-endpoint.ts";
import type { ProcessedPolicy } from "../../lib/model/enforcement-detail.ts";
import type { Pod, RawObject } from "../../lib/model/kubernetes.ts";
import { assessEnforcementDetail } from "./assess.ts";
import { calicoSet } from "./engine-sets.ts";
import { NOW, awsNode, blind, networkPolicy, pod, policyEndpoint, secondsAgo } from "./facts.ts";
import { collect } from "./row.ts";
import { vpcCluster } from "./vpc-cluster.ts";

const web = pod("shop", "web-1", { labels: { app: "web" } });
const other = pod("shop", "web-2", { labels: { app: "web" } });
const policy = networkPolicy("shop", "web", { matchLabels: { app: "web" } });
const endpoint = policyEndpoint(policy, [web, other]);

interface Given {
  readonly policy?: RawObject;
  readonly endpoints?: readonly RawObject[];
  readonly pods?: readonly Pod[];
  readonly controller?: string;
}

function processing(given: Given = {}) {
  const pods = given.pods ?? [web, other];
  const facts = collect(
    vpcCluster({
      controller: given.controller ?? "true",
      placed: { a: pods },
      more: { networkPolicies: [given.policy ?? policy], policyEndpoints: given.endpoints ?? [endpoint] },
    }),
  );
  return assessEnforcementDetail(facts, "prod", NOW).processing;
}

function withMetadata(object: RawObject, metadata: Partial<RawObject["metadata"]>): RawObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

function withoutUid(object: RawObject): RawObject {
  const { uid: _uid, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function withSpec(object: RawObject, spec: object): RawObject {
  return { ...object, spec: { ...Object(object["spec"]), ...spec } };
}

const WEB_1 = { namespace: "shop", name: "web-1" };

function withListed(podSelectorEndpoints: readonly unknown[]): RawObject {
  return withSpec(endpoint, { podSelectorEndpoints });
}

const CASES: readonly {
  what: string;
  given: Given;
  state: ProcessedPolicy["state"] | null;
  says?: RegExp;
}[] = [
  { what: "everything in place", given: {}, state: "processed" },
  {
    what: "chunks add up",
    given: { endpoints: [policyEndpoint(policy, [web]), policyEndpoint(policy, [other])] },
    state: "processed",
  },
  {
    what: "no finalizer",
    given: { policy: withMetadata(policy, { finalizers: [] }) },
    state: "unprocessed",
    says: /finalizer/,
  },
  {
    what: "no finalizer, but the policy is 5 seconds old",
    given: { policy: withMetadata(policy, { finalizers: [], creationTimestamp: secondsAgo(5) }) },
    state: null,
  },
  {
    what: "no uid, as in a manifest that somebody wrote",
    given: { policy: withoutUid(policy) },
    state: "unknown",
    says: /uid/,
  },
  {
    what: "neither uid nor finalizer, as in most manifests",
    given: { policy: withMetadata(withoutUid(policy), { finalizers: [] }) },
    state: "unknown",
    says: /uid/,
  },
  { what: "no PolicyEndpoint", given: { endpoints: [] }, state: "unprocessed", says: /no PolicyEndpoint/ },
  {
    what: "the PolicyEndpoint belongs to a former policy of that name",
    given: { policy: withMetadata(policy, { uid: "new" }) },
    state: "unprocessed",
    says: /no PolicyEndpoint/,
  },
  {
    what: "a PolicyEndpoint of another namespace that says it belongs to the policy",
    given: { endpoints: [withMetadata(endpoint, { namespace: "tenant" })] },
    state: "unprocessed",
    says: /no PolicyEndpoint/,
  },
  {
    what: "another podSelector",
    given: { endpoints: [withSpec(endpoint, { podSelector: { matchLabels: { app: "api" } } })] },
    state: "stale",
    says: /another podSelector/,
  },
  {
    what: "another isolation",
    given: { endpoints: [withSpec(endpoint, { podIsolation: ["Ingress", "Egress"] })] },
    state: "stale",
    says: /isolate/,
  },
  {
    what: "policyTypes defaulted: egress rules isolate for egress",
    given: {
      policy: withSpec(policy, { policyTypes: undefined, egress: [{}] }),
      endpoints: [withSpec(endpoint, { podIsolation: ["Egress", "Ingress"] })],
    },
    state: "processed",
  },
  {
    what: "a pod is left out",
    given: { endpoints: [policyEndpoint(policy, [web])] },
    state: "stale",
    says: /web-2/,
  },
  {
    what: "a pod of that name in another namespace is none of the policy's",
    given: { endpoints: [withListed([WEB_1, { namespace: "tenant", name: "web-2" }])] },
    state: "stale",
    says: /web-2/,
  },
  {
    what: "what is listed and names no pod counts for nothing",
    given: { endpoints: [withListed([WEB_1, "web-2", null, { name: "web-2" }])] },
    state: "stale",
    says: /web-2/,
  },
  {
    what: "the pod that is left out is 5 seconds old",
    given: {
      endpoints: [policyEndpoint(policy, [web])],
      pods: [web, { ...other, createdAt: secondsAgo(5) }],
    },
    state: "processed",
  },
  {
    what: "the pod that is left out has no owner",
    given: { endpoints: [policyEndpoint(policy, [web])], pods: [web, { ...other, owner: null }] },
    state: "processed",
  },
  {
    what: "the pod that is left out is on Fargate",
    given: {
      endpoints: [policyEndpoint(policy, [web])],
      pods: [web, { ...other, labels: { ...other.labels, "eks.amazonaws.com/fargate-profile": "p" } }],
    },
    state: "processed",
  },
  {
    what: "the pod that is left out is hostNetwork",
    given: { endpoints: [policyEndpoint(policy, [web])], pods: [web, { ...other, hostNetwork: true }] },
    state: "processed",
  },
  { what: "selects no pod", given: { pods: [pod("shop", "api")] }, state: null },
  {
    what: "selects pods of its own namespace only",
    given: { pods: [{ ...web, namespace: "other" }] },
    state: null,
  },
  {
    what: "terminating for an hour, held by the finalizer",
    given: { policy: withMetadata(policy, { deletionTimestamp: secondsAgo(3600) }) },
    state: "stuck-terminating",
    says: /finalizer/,
  },
  {
    what: "terminating for ten seconds",
    given: { policy: withMetadata(policy, { deletionTimestamp: secondsAgo(10) }) },
    state: null,
  },
  {
    what: "a podSelector that cannot be read",
    given: { policy: withSpec(policy, { podSelector: { matchFields: {} } }) },
    state: "unknown",
    says: /podSelector/,
  },
  {
    what: "a PolicyEndpoint that cannot be read",
    given: { endpoints: [withSpec(endpoint, { podSelectorEndpoints: "all" })] },
    state: "unknown",
    says: /cannot be read/,
  },
];

for (const { what, given, state, says } of CASES) {
  test(what, () => {
    const { policies } = processing(given);
    assert.deepEqual(
      policies.map((found) => found.state),
      state === null ? [] : [state],
    );
    if (says !== undefined) assert.match(policies[0]?.because ?? "", says);
    const endpoints = (given.endpoints ?? [endpoint]).map(createPolicyEndpointReducer());
    assert.deepEqual(
      processing({ ...given, endpoints }).policies,
      policies,
      "as it is kept of a live cluster",
    );
  });
}

test("one that is not processed decides, and is named", () => {
  const { state, because } = processing({ endpoints: [] });
  assert.equal(state, "unprocessed");
  assert.match(because, /^1 of 1 policies are not processed: shop\/web: /);
});

test("with the controller off nothing is expected to be processed", () => {
  assert.equal(processing({ controller: "false", endpoints: [] }).state, "not-applicable");
});

const CALICO_ALONE = {
  set: awsNode({ args: ["--enable-network-policy=false"] }),
  agents: [{ set: awsNode({ args: ["--enable-network-policy=false"] }) }, { set: calicoSet() }],
};
const BESIDE_CALICO = { agents: [{ set: awsNode() }, { set: calicoSet() }] };

test("where an engine enforces that never asks for PolicyEndpoints, nothing is expected of the controller", () => {
  const of = (engines: object) =>
    assessEnforcementDetail(
      collect(
        vpcCluster({
          ...engines,
          placed: { a: [web] },
          more: { networkPolicies: [policy], policyEndpoints: [] },
        }),
      ),
      "prod",
      NOW,
    ).processing;
  const { state, because, policies } = of(CALICO_ALONE);
  assert.deepEqual([state, policies], ["not-applicable", []]);
  assert.match(because, /no engine of AWS enforces/i);
  assert.equal(of(BESIDE_CALICO).state, "unprocessed", "the VPC CNI may be the one that applies it");
});

test("without PolicyEndpoints in sight a missing finalizer still tells, a present one does not", () => {
  const facts = collect(vpcCluster({ placed: { a: [web] }, more: { networkPolicies: [policy] } }));
  const unseen = blind(facts, ["policyEndpoints"]);
  assert.equal(assessEnforcementDetail(unseen, "prod", NOW).processing.state, "unknown");
  const without = collect(
    vpcCluster({
      placed: { a: [web] },
      more: { networkPolicies: [withMetadata(policy, { finalizers: [] })] },
    }),
  );
  assert.equal(
    assessEnforcementDetail(blind(without, ["policyEndpoints"]), "prod", NOW).processing.state,
    "unprocessed",
  );
});

test("of a live cluster's PolicyEndpoint the names of the policy's own pods are kept, and of others more", () => {
  const reduce = createPolicyEndpointReducer();
  const { metadata, spec } = reduce(endpoint);
  const { podSelector, podIsolation } = Object(endpoint["spec"]);
  assert.deepEqual(spec, { podSelector, podIsolation, podNames: ["web-1", "web-2"] });
  assert.deepEqual(Object.keys(metadata), ["name", "namespace", "ownerReferences"]);
  const foreign = { namespace: "tenant", name: "web-2" };
  const mixed = reduce(withListed([WEB_1, { ...foreign, podIP: "10.0.0.9" }]));
  assert.deepEqual(mixed["spec"], { podSelector, podIsolation, podSelectorEndpoints: [WEB_1, foreign] });
});

test("more than 24 combinations of protocol and port for one range, summed over policies", () => {
  const ports = (from: number) =>
    Array.from({ length: 13 }, (_, index) => ({ protocol: "TCP", port: from + index }));
  const rule = (from: number, cidr = "10.0.0.0/8") => ({ ingress: [{ cidr, ports: ports(from) }] });
  const judge = (policyEndpoints: readonly RawObject[], engines = {}) =>
    assessEnforcementDetail(
      collect(vpcCluster({ ...engines, placed: { a: [web] }, more: { policyEndpoints } })),
      "prod",
      NOW,
    ).exceptions.filter(({ kind }) => kind === "port-limit");
  const found = (...endpoints: readonly RawObject[]) => {
    const exceptions = judge(endpoints.map(createPolicyEndpointReducer()));
    assert.deepEqual(exceptions, judge(endpoints), "as it is kept of a live cluster");
    return exceptions;
  };
  assert.equal(found(withSpec(endpoint, rule(1)), withSpec(endpoint, rule(100))).length, 2);
  assert.equal(found(withSpec(endpoint, rule(1)), withSpec(endpoint, rule(1))).length, 0);
  assert.equal(found(withSpec(endpoint, rule(1)), withSpec(endpoint, rule(100, "10.1.0.0/16"))).length, 0);
  const separate = withSpec(policyEndpoint(policy, [pod("shop", "api")]), rule(100));
  assert.equal(found(withSpec(endpoint, rule(1)), separate).length, 0);
  const beyond = [withSpec(endpoint, rule(1)), withSpec(endpoint, rule(100))];
  assert.equal(judge(beyond, CALICO_ALONE).length, 0, "the limit is that of AWS's agents");
  const mixed = withListed([{ namespace: "tenant", name: "api" }, WEB_1]);
  assert.deepEqual(
    found(withSpec(mixed, rule(1)), withSpec(mixed, rule(100))).map(({ namespace, name }) => [
      namespace,
      name,
    ]),
    [
      ["tenant", "api"],
      ["shop", "web-1"],
    ],
  );
});

test("one of two PolicyEndpoints with another podSelector is enough to be stale", () => {
  const former = withSpec(withMetadata(endpoint, { name: "web-former" }), {
    podSelector: { matchLabels: { app: "before" } },
  });
  const { policies } = processing({ endpoints: [endpoint, former] });
  assert.deepEqual(
    policies.map(({ state }) => state),
    ["stale"],
  );
});
