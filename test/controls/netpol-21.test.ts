import { netpol21 } from "../../lib/controls/netpol-21.ts";
import type { Isolation } from "../../lib/model/control.ts";
import type { EnforcementDetail } from "../../lib/model/enforcement-detail.ts";
import type { NamespaceDetail } from "../../lib/model/isolation-detail.ts";
import { testControl } from "./control-table.ts";
import { enforcementDetail, isolation, namespace } from "./posture-builders.ts";

interface Pictures {
  readonly isolation: Isolation;
  readonly enforcementDetail: EnforcementDetail;
}

function selecting(
  selected: NamespaceDetail["selected"],
  members = {},
  exceptions: EnforcementDetail["exceptions"] = [],
): Pictures {
  const picture = isolation(namespace("shop", members));
  return {
    isolation: { ...picture, details: picture.details.map((detail) => ({ ...detail, selected })) },
    enforcementDetail: enforcementDetail({ exceptions }),
  };
}

const bare = {
  namespace: "shop",
  name: "web-1",
  kind: "no-owner",
  effect: "not-enforced",
  because: "a pod without an owner is left alone",
} as const;

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
    name: "pods that no engine reaches are named with the reason, whatever is known of the rest of the cluster",
    facts: selecting({ enforced: 0, notEnforced: 1, unknown: 0 }, { posture: "inert" }, [
      bare,
      { ...bare, namespace: "other", name: "elsewhere" },
      { ...bare, name: "doubtful", effect: "unknown" },
    ]),
    expect: {
      shop: {
        status: "fail",
        because: /them: default-deny\. Pods web-1: a pod without an owner is left alone\.$/,
      },
    },
  },
  {
    name: "policies that the controller has not processed are NETPOL.5's failure, and no pass here",
    facts: selecting({ enforced: 2, notEnforced: 0, unknown: 0 }, { unprocessedPolicies: ["default-deny"] }),
    expect: {
      shop: { status: "not-applicable", because: /not processed .*\(default-deny\), .*NETPOL\.5/ },
    },
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
