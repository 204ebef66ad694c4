import type { Isolation } from "../../lib/model/control.ts";
import type { NamespaceDetail } from "../../lib/model/isolation-detail.ts";
import type { NamespaceReport } from "../../lib/model/posture.ts";
import { netpol24 } from "../../lib/controls/netpol-24.ts";
import { testControl } from "./control-table.ts";
import { isolation, namespace, nullified, undecided, unselected, workload } from "./posture-builders.ts";

testControl(netpol24, [
  {
    name: "every workload isolated for ingress passes",
    facts: { isolation: isolation(namespace("shop")) },
    expect: { shop: { status: "pass", because: /Every workload .*1 workload/ } },
  },
  {
    name: "isolated by policies that nothing enforces passes, and does not read as if they held",
    facts: { isolation: enforcedFor({ enforced: 0, notEnforced: 2, unknown: 0 }) },
    expect: {
      shop: {
        status: "pass",
        because: /ingress \(1 workload\); but nothing enforces its policies, as NETPOL\.21 says\.$/,
      },
    },
  },
  {
    name: "isolated by policies that are enforced for some of its pods passes, and says so",
    facts: { isolation: enforcedFor({ enforced: 1, notEnforced: 1, unknown: 0 }) },
    expect: { shop: { status: "pass", because: /not enforced for 1 of the pods that they select/ } },
  },
  {
    name: "isolated by policies that are not processed, and not enforced for some, passes and says both",
    facts: {
      isolation: enforcedFor(
        { enforced: 1, notEnforced: 1, unknown: 0 },
        { unprocessedPolicies: ["a", "b"] },
      ),
    },
    expect: {
      shop: {
        status: "pass",
        because:
          /not enforced for 1 .* as NETPOL\.21 says, and the controller .* a, b as .* NETPOL\.5 says\.$/,
      },
    },
  },
  {
    name: "one forgotten workload fails, and is named",
    facts: {
      isolation: isolation(
        namespace("shop", { workloads: [workload("cart", { ingress: unselected }), workload("web")] }),
      ),
    },
    expect: { shop: { status: "fail", because: /1 of 2 workloads .* Deployment\/cart/ } },
  },
  {
    name: "a policy that could not be read makes it unknown, with the field",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { ingress: undecided })] })),
    },
    expect: { shop: { status: "unknown", because: /futurePeer/ } },
  },
  {
    name: "an open workload beside an undecided one fails: openness is certain",
    facts: {
      isolation: isolation(
        namespace("shop", {
          workloads: [workload("cart", { ingress: unselected }), workload("web", { ingress: undecided })],
        }),
      ),
    },
    expect: { shop: { status: "fail", because: /Deployment\/cart/ } },
  },
  {
    name: "where no policy selects anything, NETPOL.20 is the one failure",
    facts: {
      isolation: isolation(
        namespace("shop", { policies: [], workloads: [workload("web", { ingress: unselected })] }),
      ),
    },
    expect: { shop: { status: "not-applicable", because: /NETPOL\.20/ } },
  },
  {
    name: "selected but opened is NETPOL.26's failure, never a pass here",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { ingress: nullified })] })),
    },
    expect: { shop: { status: "not-applicable", because: /NETPOL\.26/ } },
  },
  {
    name: "a namespace without pods has nothing to isolate",
    facts: { isolation: isolation(namespace("idle", { workloads: [] })) },
    expect: { idle: { status: "not-applicable" } },
  },
]);

function enforcedFor(
  selected: NamespaceDetail["selected"],
  members: Partial<NamespaceReport> = {},
): Isolation {
  const { namespaces, details } = isolation(namespace("shop", members));
  return { namespaces, details: details.map((detail) => ({ ...detail, selected })) };
}
