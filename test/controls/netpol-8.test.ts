import { netpol8 } from "../../lib/controls/netpol-8.ts";
import { testControl } from "./control-table.ts";
import { enforcement, enforcementDetail } from "./posture-builders.ts";

testControl(netpol8, [
  {
    name: "pods that start denied pass",
    facts: {
      enforcement: enforcement("enforced", { unselectedPods: "denied" }),
      enforcementDetail: enforcementDetail(),
    },
    expect: { payments: { status: "pass" } },
  },
  {
    name: "pods that start open fail, as information",
    facts: {
      enforcement: enforcement("enforced", { unselectedPods: "allowed" }),
      enforcementDetail: enforcementDetail(),
    },
    expect: { payments: { status: "fail" } },
  },
  {
    name: "a mode that was not seen is unknown",
    facts: {
      enforcement: enforcement("enforced", { unselectedPods: null }),
      enforcementDetail: enforcementDetail(),
    },
    expect: { payments: { status: "unknown" } },
  },
  {
    name: "where nothing enforces, NETPOL.2 is the one failure",
    facts: { enforcement: enforcement("configured-not-enforced"), enforcementDetail: enforcementDetail() },
    expect: { payments: { status: "not-applicable", because: /NETPOL\.2/ } },
  },
  {
    name: "the same where it is only certain that nothing is applied",
    facts: {
      enforcement: enforcement("unknown"),
      enforcementDetail: enforcementDetail({ appliesAnywhere: false }),
    },
    expect: { payments: { status: "not-applicable", because: /NETPOL\.2/ } },
  },
]);
