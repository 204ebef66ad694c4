import { netpol7 } from "../../lib/controls/netpol-7.ts";
import { testControl } from "./control-table.ts";
import { enforcementDetail } from "./posture-builders.ts";

testControl(netpol7, [
  {
    name: "one engine passes",
    facts: {
      enforcementDetail: enforcementDetail({
        coexistence: { because: "One engine.", evidence: [], state: "one", conflicts: [] },
      }),
    },
    expect: { payments: { status: "pass" } },
  },
  {
    name: "two engines on one node fail",
    facts: {
      enforcementDetail: enforcementDetail({
        coexistence: { because: "Two engines on node a.", evidence: [], state: "conflict", conflicts: [] },
      }),
    },
    expect: { payments: { status: "fail" } },
  },
  {
    name: "where nodes were not seen it is unknown",
    facts: {
      enforcementDetail: enforcementDetail({
        coexistence: { because: "Nodes were not seen.", evidence: [], state: "unknown", conflicts: [] },
      }),
    },
    expect: { payments: { status: "unknown" } },
  },
  {
    name: "without an engine there is no conflict",
    facts: {
      enforcementDetail: enforcementDetail({
        coexistence: { because: "There is no engine.", evidence: [], state: "not-applicable", conflicts: [] },
      }),
    },
    expect: { payments: { status: "not-applicable" } },
  },
  {
    name: "without the picture itself it is unknown",
    expect: { payments: { status: "unknown", because: /403/ } },
  },
]);
