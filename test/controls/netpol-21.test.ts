import { netpol21 } from "../../lib/controls/netpol-21.ts";
import type { Isolation } from "../../lib/model/control.ts";
import type { EnforcementDetail } from "../../lib/model/enforcement-detail.ts";
import type { NamespaceDetail } from "../../lib/model/isolation-detail.ts";
import type { Enforcement, Engine } from "../../lib/model/posture.ts";
import { testControl } from "./control-table.ts";
import { enforcement, enforcementDetail, isolation, namespace } from "./posture-builders.ts";

interface Pictures {
  readonly isolation: Isolation;
  readonly enforcementDetail: EnforcementDetail;
  readonly enforcement: Enforcement;
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
    enforcement: enforcement("enforced"),
  };
}

/** Every pod is on an enforcing node, and so much is known of what the controller did. */
function withProcessed(state: "unprocessed" | "unknown", engine: Engine | null = "vpc-cni"): Pictures {
  const pictures = selecting({ enforced: 2, notEnforced: 0, unknown: 0 });
  const own = { namespace: "shop", name: "default-deny", state, because: "x" };
  const policies = [own, { ...own, namespace: "other", state: "unprocessed" as const }];
  const processing = { state: "unprocessed", because: "x", evidence: [], policies } as const;
  return {
    ...pictures,
    enforcement: enforcement("enforced", { engine }),
    enforcementDetail: enforcementDetail({ processing }),
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
    facts: withProcessed("unprocessed"),
    expect: {
      shop: { status: "not-applicable", because: /not processed .*\(default-deny\), .*NETPOL\.5/ },
    },
  },
  {
    name: "policies that the controller has not processed are enforced by an engine that does not ask it",
    facts: withProcessed("unprocessed", "calico"),
    expect: { shop: { status: "pass" } },
  },
  {
    name: "where several engines may enforce, no pass rests on policies that the controller has not processed",
    facts: withProcessed("unprocessed", null),
    expect: { shop: { status: "not-applicable", because: /no agent of AWS applies them/ } },
  },
  {
    name: "a policy of another namespace, or one of which it is not known, changes nothing",
    facts: withProcessed("unknown"),
    expect: { shop: { status: "pass" } },
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
