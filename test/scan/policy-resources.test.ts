// Under which group and version a cluster serves each kind of policy, and when its absence is proven.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { FactName } from "../../lib/model/snapshot.ts";
import { policyResources } from "../../lib/scan/policy-resources.ts";

type Groups = Readonly<Record<string, readonly string[]>>;

function resourceOf(fact: FactName, groups: Groups): unknown {
  const served = Object.entries(groups).map(([name, versions]) => ({ name, versions: [...versions] }));
  const found = policyResources(served).find((one) => one.fact === fact)?.resource;
  assert.ok(found !== undefined, fact);
  return typeof found === "string" || "why" in found ? found : `${found.group}/${found.version}`;
}

const CALICO = ["calicoNetworkPolicies", "calicoGlobalNetworkPolicies", "calicoTiers"] as const;

for (const fact of CALICO) {
  test(`${fact}: kept as crd.projectcalico.org, with and without Calico's API server`, () => {
    const v1 = { "crd.projectcalico.org": ["v1"] };
    assert.equal(resourceOf(fact, v1), "crd.projectcalico.org/v1");
    assert.equal(resourceOf(fact, { ...v1, "projectcalico.org": ["v3"] }), "crd.projectcalico.org/v1");
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

test("Antrea's own policies, in its older version too", () => {
  const fact = "antreaClusterNetworkPolicies";
  const versions = { "crd.antrea.io": ["v1beta1", "v1alpha2"] };
  assert.equal(resourceOf(fact, versions), "crd.antrea.io/v1beta1");
  assert.equal(resourceOf(fact, { "crd.antrea.io": ["v1alpha1"] }), "crd.antrea.io/v1alpha1");
});

function pluralOf(fact: (typeof CALICO)[number]): string {
  return fact.slice("calico".length).toLowerCase();
}
