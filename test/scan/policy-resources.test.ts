// Under which group and version a cluster serves each kind of policy, and when its absence is proven.

import assert from "node:assert/strict";
import { test } from "node:test";

import { vpcCni } from "../../emulator/worlds/addons.ts";
import { world } from "../../emulator/worlds/build.ts";
import { calico } from "../../emulator/worlds/calico.ts";
import { antrea } from "../../emulator/worlds/engines.ts";
import { customObject } from "../../emulator/worlds/objects.ts";
import { healthyCluster, hubAccount, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import type { DaemonSet, RawObject } from "../../lib/model/kubernetes.ts";
import { type Observed, seen, unseen } from "../../lib/model/observed.ts";
import type { FactName } from "../../lib/model/snapshot.ts";
import { policyResources } from "../../lib/scan/policy-resources.ts";
import { container, daemonSet } from "../enforcement/facts.ts";
import { scanWorld } from "../scenarios/scan-world.ts";

type Groups = Readonly<Record<string, readonly string[]>>;

function resourceOf(
  fact: FactName,
  groups: Groups,
  daemonSets: Observed<readonly DaemonSet[]> = seen([]),
): unknown {
  const served = Object.entries(groups).map(([name, versions]) => ({ name, versions: [...versions] }));
  const found = policyResources(served, daemonSets).find((one) => one.fact === fact)?.resource;
  assert.ok(found !== undefined, fact);
  return typeof found === "string" || "why" in found ? found : `${found.group}/${found.version}`;
}

type Env = Readonly<Record<string, string | null>>;

function calicoNode(env: Env, more: Partial<DaemonSet> = {}): DaemonSet {
  const agent = container("calico-node", "quay.io/calico/node:v3.32.1", { env, privileged: true });
  return daemonSet("calico-node", [agent], more);
}

const MOVED = { CALICO_API_GROUP: "projectcalico.org/v3" };
const renamed = daemonSet("calico-node", [
  container("agent", "mirror.example/agent:1", { env: MOVED, privileged: true }),
]);
const tenant = calicoNode(MOVED, { namespace: "team", hostNetwork: false });

/** Both groups are served: Calico's API server is in front of v1, or v1 is what its migration to v3 has left. */
const BOTH: readonly (readonly [name: string, sets: readonly DaemonSet[], group: string | null])[] = [
  ["no agent", [], "crd.projectcalico.org/v1"],
  ["an agent that says nothing", [calicoNode({})], "crd.projectcalico.org/v1"],
  [
    "an agent of v1",
    [calicoNode({ CALICO_API_GROUP: "crd.projectcalico.org/v1" })],
    "crd.projectcalico.org/v1",
  ],
  ["an agent that has moved", [calicoNode(MOVED)], "projectcalico.org/v3"],
  [
    "its value in capitals",
    [calicoNode({ CALICO_API_GROUP: "ProjectCalico.org/V3" })],
    "projectcalico.org/v3",
  ],
  ["a tenant's DaemonSet of that name", [calicoNode({}), tenant], "crd.projectcalico.org/v1"],
  ["a value from a reference", [calicoNode({ CALICO_API_GROUP: null })], null],
  ["an agent that nobody recognises", [renamed], null],
  ["agents that differ", [calicoNode(MOVED), calicoNode({})], null],
];

const CALICO = ["calicoNetworkPolicies", "calicoGlobalNetworkPolicies", "calicoTiers"] as const;

for (const fact of CALICO) {
  test(`${fact}: kept as crd.projectcalico.org alone`, () => {
    assert.equal(resourceOf(fact, { "crd.projectcalico.org": ["v1"] }), "crd.projectcalico.org/v1");
  });

  for (const [name, sets, group] of BOTH)
    test(`${fact}: both groups, and ${name}`, () => {
      const found = resourceOf(
        fact,
        { "crd.projectcalico.org": ["v1"], "projectcalico.org": ["v3"] },
        seen(sets),
      );
      if (group === null) assert.match(JSON.stringify(found), /"not-supported".*CALICO_API_GROUP/);
      else assert.equal(found, group);
    });

  test(`${fact}: both groups, and the agents could not be seen`, () => {
    const denied = unseen("access-denied", "403");
    const groups = { "crd.projectcalico.org": ["v1"], "projectcalico.org": ["v3"] };
    assert.deepEqual(resourceOf(fact, groups, denied), denied);
    assert.equal(resourceOf(fact, { "projectcalico.org": ["v3"] }, denied), "projectcalico.org/v3");
  });

  test(`${fact}: kept as projectcalico.org/v3 alone, they are there`, () => {
    assert.equal(resourceOf(fact, { "projectcalico.org": ["v3"] }), "projectcalico.org/v3");
  });

  test(`${fact}: a version that nobody here knows proves nothing, in either group`, () => {
    for (const group of ["crd.projectcalico.org", "projectcalico.org"])
      assert.deepEqual(resourceOf(fact, { [group]: ["v9"] }), {
        seen: false,
        why: "not-supported",
        detail: `${pluralOf(fact)}.${group} is served only as v9`,
      });
  });

  test(`${fact}: neither group is served, so there are none`, () => {
    assert.equal(resourceOf(fact, { "cilium.io": ["v2"] }), "absent");
  });
}

test("a policy that came after Calico's migration opens what the frozen ones left closed", async () => {
  const spec = { selector: "all()", types: ["Ingress"], ingress: [{ action: "Allow" }] };
  const late = customObject("projectcalico.org/v3", "GlobalNetworkPolicy", { name: "late" }, { spec });
  const parts = [vpcCni({ controller: false, agent: false }), calico({ isMigrated: true })];
  const { report } = await scanWorld(
    world({
      name: "migrated",
      description: "Calico after its migration to v3, whose v1 definitions nobody has deleted yet.",
      accounts: [hubAccount([healthyCluster({ parts, manifests: [...shop(), late] })])],
    }),
  );
  const judged = report.findings.filter(
    ({ controlId, status }) => controlId === "NETPOL.26" && status !== "not-applicable",
  );
  assert.deepEqual(
    judged.map(({ status }) => status),
    ["fail", "fail"],
  );
});

test("Antrea's own policies, in its older version too", () => {
  const fact = "antreaClusterNetworkPolicies";
  const versions = { "crd.antrea.io": ["v1beta1", "v1alpha2"] };
  assert.equal(resourceOf(fact, versions), "crd.antrea.io/v1beta1");
  assert.equal(resourceOf(fact, { "crd.antrea.io": ["v1alpha1"] }), "crd.antrea.io/v1alpha1");
});

function definition(kind: string, plural: string, version: string): RawObject {
  return customObject(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    { name: `${plural}.crd.antrea.io` },
    {
      spec: {
        group: "crd.antrea.io",
        names: { kind, plural },
        scope: kind === "NetworkPolicy" ? "Namespaced" : "Cluster",
        versions: [{ name: version, served: true, storage: true }],
      },
    },
  );
}

test("Antrea before 1.13 serves v1beta1 for its agents, and its policies as v1alpha1 alone", async () => {
  const parts = [vpcCni({ controller: false, agent: false }), antrea()];
  const policy = customObject(
    "crd.antrea.io/v1alpha1",
    "NetworkPolicy",
    { name: "own", namespace: "web" },
    { spec: { priority: 5, tier: "application", appliedTo: [{ podSelector: {} }] } },
  );
  const old = [
    definition("AntreaAgentInfo", "antreaagentinfos", "v1beta1"),
    definition("NetworkPolicy", "networkpolicies", "v1alpha1"),
    definition("ClusterNetworkPolicy", "clusternetworkpolicies", "v1alpha1"),
  ];
  const statuses = [];
  const sameToday = { ...policy, apiVersion: "crd.antrea.io/v1beta1" };
  for (const manifests of [
    [...shop(), sameToday],
    [...shop(), policy, ...old],
  ]) {
    const { report } = await scanWorld(
      world({
        name: "antrea",
        description: "Antrea of today, and as it was before 1.13.",
        accounts: [hubAccount([healthyCluster({ parts, manifests })])],
      }),
    );
    statuses.push(report.findings.map(({ controlId, status }) => `${controlId} ${status}`));
  }
  const [today, before] = statuses;
  assert.deepEqual(before, today);
  const ingress = before?.filter((one) => one.startsWith("NETPOL.24") && !one.endsWith("not-applicable"));
  assert.deepEqual(
    ingress,
    ["NETPOL.24 pass", "NETPOL.24 unknown"],
    "only what the policy may be about is in doubt",
  );
});

function pluralOf(fact: (typeof CALICO)[number]): string {
  return fact.slice("calico".length).toLowerCase();
}
