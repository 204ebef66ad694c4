import { netpol21 } from "../../lib/controls/netpol-21.ts";
import { testControl } from "./control-table.ts";
import { isolation, namespace } from "./posture-builders.ts";

testControl(netpol21, [
  {
    name: "policies that an engine enforces pass, however good they are",
    facts: { isolation: isolation(namespace("shop"), namespace("wide", { posture: "partial" })) },
    expect: { shop: { status: "pass" }, wide: { status: "pass" } },
  },
  {
    name: "policies that nothing enforces fail, and are named",
    facts: { isolation: isolation(namespace("shop", { posture: "inert" })) },
    expect: { shop: { status: "fail", because: /nothing enforces them: default-deny/ } },
  },
  {
    name: "an unknown posture is unknown",
    facts: { isolation: isolation(namespace("shop", { posture: "unknown" })) },
    expect: { shop: { status: "unknown", because: /NETPOL\.2/ } },
  },
  {
    name: "offline, enforcement is not in the input",
    facts: { isolation: isolation(namespace("shop", { assumesEnforcement: true })) },
    expect: { shop: { status: "unknown" } },
  },
  {
    name: "without policies, pods or selected pods there is nothing to enforce",
    facts: {
      isolation: isolation(
        namespace("bare", { policies: [], posture: "unprotected" }),
        namespace("dead", { deadPolicies: ["default-deny"], posture: "unprotected" }),
        namespace("idle", { workloads: [], posture: "empty" }),
      ),
    },
    expect: {
      bare: { status: "not-applicable" },
      dead: { status: "not-applicable", because: /NETPOL\.20/ },
      idle: { status: "not-applicable" },
    },
  },
]);
