import { netpol25 } from "../../lib/controls/netpol-25.ts";
import { testControl } from "./control-table.ts";
import { isolation, namespace, nullified, undecided, unselected, workload } from "./posture-builders.ts";

testControl(netpol25, [
  {
    name: "every workload isolated for egress passes",
    facts: { isolation: isolation(namespace("shop")) },
    expect: { shop: { status: "pass", because: /Every workload .*1 workload/ } },
  },
  {
    name: "one forgotten workload fails, and is named",
    facts: {
      isolation: isolation(
        namespace("shop", { workloads: [workload("cart", { egress: unselected }), workload("web")] }),
      ),
    },
    expect: { shop: { status: "fail", because: /1 of 2 workloads .* Deployment\/cart/ } },
  },
  {
    name: "a policy that could not be read makes it unknown, with the field",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { egress: undecided })] })),
    },
    expect: { shop: { status: "unknown", because: /futurePeer/ } },
  },
  {
    name: "an open workload beside an undecided one fails: openness is certain",
    facts: {
      isolation: isolation(
        namespace("shop", {
          workloads: [workload("cart", { egress: unselected }), workload("web", { egress: undecided })],
        }),
      ),
    },
    expect: { shop: { status: "fail", because: /Deployment\/cart/ } },
  },
  {
    name: "where no policy selects anything, NETPOL.20 is the one failure",
    facts: {
      isolation: isolation(
        namespace("shop", { policies: [], workloads: [workload("web", { egress: unselected })] }),
      ),
    },
    expect: { shop: { status: "not-applicable", because: /NETPOL\.20/ } },
  },
  {
    name: "selected but opened is NETPOL.26's failure, never a pass here",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { egress: nullified })] })),
    },
    expect: { shop: { status: "not-applicable", because: /NETPOL\.26/ } },
  },
  {
    name: "a namespace without pods has nothing to isolate",
    facts: { isolation: isolation(namespace("idle", { workloads: [] })) },
    expect: { idle: { status: "not-applicable" } },
  },
]);
