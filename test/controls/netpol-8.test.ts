import { netpol8 } from "../../lib/controls/netpol-8.ts";
import { testControl } from "./control-table.ts";
import { enforcement, enforcementDetail } from "./posture-builders.ts";
import { WHERE_NOTHING_ENFORCES } from "./shared-rows.ts";

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
  ...WHERE_NOTHING_ENFORCES,
]);
