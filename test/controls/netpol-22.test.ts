import { netpol22 } from "../../lib/controls/netpol-22.ts";
import { testControl } from "./control-table.ts";
import { isolation, namespace, unselected, workload } from "./posture-builders.ts";

const declares = (state: "absent" | "declared" | "nullified" | "effective" | "unknown") => ({
  defaultDeny: { ingress: state, egress: "effective" as const },
});

testControl(netpol22, [
  {
    name: "an effective default deny passes",
    facts: { isolation: isolation(namespace("shop")) },
    expect: { shop: { status: "pass" } },
  },
  {
    name: "a default deny in an empty namespace passes: it waits for the first pod",
    facts: { isolation: isolation(namespace("idle", { workloads: [], ...declares("effective") })) },
    expect: { idle: { status: "pass" } },
  },
  {
    name: "policies for single workloads are no default",
    facts: { isolation: isolation(namespace("shop", declares("absent"))) },
    expect: { shop: { status: "fail", because: /none that denies ingress by default/ } },
  },
  {
    name: "a nullified one is NETPOL.26's failure",
    facts: { isolation: isolation(namespace("shop", declares("nullified"))) },
    expect: { shop: { status: "not-applicable", because: /NETPOL\.26/ } },
  },
  {
    name: "one that a policy that could not be read may nullify is not known to hold",
    facts: { isolation: isolation(namespace("shop", declares("declared"))) },
    expect: { shop: { status: "unknown", because: /NETPOL\.26/ } },
  },
  {
    name: "a policy that could not be read leaves it open",
    facts: { isolation: isolation(namespace("shop", declares("unknown"))) },
    expect: { shop: { status: "unknown" } },
  },
  {
    name: "without any policy NETPOL.20 is the one failure",
    facts: {
      isolation: isolation(
        namespace("shop", {
          policies: [],
          workloads: [workload("web", { ingress: unselected })],
          ...declares("absent"),
        }),
      ),
    },
    expect: { shop: { status: "not-applicable", because: /NETPOL\.20/ } },
  },
  {
    name: "a namespace without pods and policies needs none",
    facts: {
      isolation: isolation(namespace("idle", { policies: [], workloads: [], ...declares("absent") })),
    },
    expect: { idle: { status: "not-applicable" } },
  },
]);
