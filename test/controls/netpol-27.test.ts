import { netpol27 } from "../../lib/controls/netpol-27.ts";
import { testControl } from "./control-table.ts";
import { doubting, isolation, namespace } from "./posture-builders.ts";

testControl(netpol27, [
  {
    name: "policies that all select something pass",
    facts: { isolation: isolation(namespace("shop")) },
    expect: { shop: { status: "pass" } },
  },
  {
    name: "a policy that selects nothing fails, and is named",
    facts: {
      isolation: isolation(namespace("shop", { policies: ["default-deny", "old"], deadPolicies: ["old"] })),
    },
    expect: { shop: { status: "fail", because: /1 of 2 policies .*: old/ } },
  },
  {
    name: "a policy whose selector could not be read is not said to select something",
    facts: { isolation: doubting("future", isolation(namespace("shop", { policies: ["future"] }))) },
    expect: { shop: { status: "unknown", because: /future operator/ } },
  },
  {
    name: "scaled to zero says nothing about the policies",
    facts: { isolation: isolation(namespace("idle", { workloads: [], deadPolicies: ["default-deny"] })) },
    expect: { idle: { status: "not-applicable" } },
  },
  {
    name: "a namespace without policies has none to judge",
    facts: { isolation: isolation(namespace("shop", { policies: [] })) },
    expect: { shop: { status: "not-applicable" } },
  },
]);
