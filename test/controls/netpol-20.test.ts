import { netpol20 } from "../../lib/controls/netpol-20.ts";
import { testControl } from "./control-table.ts";
import { doubting, isolation, namespace, undecided, unselected, workload } from "./posture-builders.ts";

const open = workload("web", { ingress: unselected, egress: unselected });

testControl(netpol20, [
  {
    name: "a policy that selects pods passes",
    facts: { isolation: isolation(namespace("shop")) },
    expect: { shop: { status: "pass", because: /default-deny/ } },
  },
  {
    name: "workloads without any policy fail",
    facts: { isolation: isolation(namespace("shop", { policies: [], workloads: [open] })) },
    expect: { shop: { status: "fail", because: /1 workload and has no NetworkPolicy/ } },
  },
  {
    name: "policies that select nothing do not pass",
    facts: {
      isolation: isolation(
        namespace("shop", { policies: ["old"], deadPolicies: ["old"], workloads: [open] }),
      ),
    },
    expect: { shop: { status: "fail", because: /none selects any of its pods: old/ } },
  },
  {
    name: "a namespace without pods needs none",
    facts: { isolation: isolation(namespace("idle", { policies: [], workloads: [] })) },
    expect: { idle: { status: "not-applicable" } },
  },
  {
    name: "a namespace without pods that has one already passes",
    facts: { isolation: isolation(namespace("idle", { workloads: [] })) },
    expect: { idle: { status: "pass", because: /runs no pod now/ } },
  },
  {
    name: "a policy that could not be read leaves it open whether pods are selected",
    facts: {
      isolation: isolation(
        namespace("shop", {
          policies: [],
          workloads: [workload("web", { ingress: undecided, egress: undecided })],
        }),
      ),
    },
    expect: { shop: { status: "unknown", because: /futurePeer/ } },
  },
  {
    name: "a policy whose selector could not be read is not said to select pods",
    facts: {
      isolation: doubting(
        "future",
        isolation(namespace("shop", { policies: ["future", "old"], deadPolicies: ["old"] })),
      ),
    },
    expect: { shop: { status: "unknown", because: /future operator/ } },
  },
  {
    name: "a system namespace is set aside with the reason of the configuration",
    facts: { isolation: isolation(namespace("kube-system", { policies: [], workloads: [open] })) },
    settings: { unjudgedNamespaces: [{ glob: "kube-*", reason: "Amazon EKS runs it" }] },
    expect: { "kube-system": { status: "not-applicable", because: /Amazon EKS runs it/ } },
  },
  {
    name: "a namespace named like an object member is one like any other",
    facts: { isolation: isolation(namespace("constructor", { policies: [], workloads: [open] })) },
    expect: Object.fromEntries([["constructor", { status: "fail" }]]),
  },
]);
