import { netpol21 } from "../../lib/controls/netpol-21.ts";
import type { Isolation } from "../../lib/model/control.ts";
import type { NamespaceDetail } from "../../lib/model/isolation-detail.ts";
import { testControl } from "./control-table.ts";
import { isolation, namespace } from "./posture-builders.ts";

function selecting(selected: NamespaceDetail["selected"], members = {}): { isolation: Isolation } {
  const picture = isolation(namespace("shop", members));
  return { isolation: { ...picture, details: picture.details.map((detail) => ({ ...detail, selected })) } };
}

testControl(netpol21, [
  {
    name: "policies that an engine enforces for every pod pass, however good they are",
    facts: selecting({ enforced: 2, notEnforced: 0, unknown: 0 }, { posture: "partial" }),
    expect: { shop: { status: "pass", because: /every pod that they select \(2 pods\)/ } },
  },
  {
    name: "policies that nothing enforces fail, and are named",
    facts: selecting({ enforced: 0, notEnforced: 2, unknown: 0 }, { posture: "inert" }),
    expect: { shop: { status: "fail", because: /nothing enforces them: default-deny/ } },
  },
  {
    name: "pods on nodes without an engine fail, with how many they are",
    facts: selecting({ enforced: 2, notEnforced: 1, unknown: 0 }),
    expect: { shop: { status: "fail", because: /For 1 of the 3 pods/ } },
  },
  {
    name: "where it is not known it is unknown, even if isolation is",
    facts: selecting({ enforced: 1, notEnforced: 0, unknown: 1 }),
    expect: { shop: { status: "unknown", because: /NETPOL\.2/ } },
  },
  {
    name: "an isolation that could not be decided does not hide that an engine enforces",
    facts: selecting({ enforced: 2, notEnforced: 0, unknown: 0 }, { posture: "unknown" }),
    expect: { shop: { status: "pass" } },
  },
  {
    name: "offline, enforcement is not in the input",
    facts: selecting({ enforced: 2, notEnforced: 0, unknown: 0 }, { assumesEnforcement: true }),
    expect: { shop: { status: "unknown" } },
  },
  {
    name: "without selected pods there is nothing to enforce",
    facts: selecting({ enforced: 0, notEnforced: 0, unknown: 0 }),
    expect: { shop: { status: "not-applicable" } },
  },
  {
    name: "without policies there is none that could be inert",
    facts: selecting({ enforced: 0, notEnforced: 0, unknown: 0 }, { policies: [] }),
    expect: { shop: { status: "not-applicable" } },
  },
]);
