import { netpol5 } from "../../lib/controls/netpol-5.ts";
import { testControl } from "./control-table.ts";
import { enforcement, enforcementDetail } from "./posture-builders.ts";
import { WHERE_NOTHING_ENFORCES } from "./shared-rows.ts";

testControl(netpol5, [
  {
    name: "every policy processed passes",
    facts: {
      enforcement: enforcement("enforced"),
      enforcementDetail: enforcementDetail({
        processing: { state: "processed", because: "It is processed.", evidence: [], policies: [] },
      }),
    },
    expect: { payments: { status: "pass" } },
  },
  {
    name: "an unprocessed policy fails",
    facts: {
      enforcement: enforcement("enforced"),
      enforcementDetail: enforcementDetail({
        processing: { state: "unprocessed", because: "It is unprocessed.", evidence: [], policies: [] },
      }),
    },
    expect: { payments: { status: "fail" } },
  },
  {
    name: "PolicyEndpoints that were not seen leave it open",
    facts: {
      enforcement: enforcement("enforced"),
      enforcementDetail: enforcementDetail({
        processing: { state: "unknown", because: "It is unknown.", evidence: [], policies: [] },
      }),
    },
    expect: { payments: { status: "unknown" } },
  },
  {
    name: "an engine without PolicyEndpoints has none to judge",
    facts: {
      enforcement: enforcement("enforced"),
      enforcementDetail: enforcementDetail({
        processing: { state: "not-applicable", because: "It is not-applicable.", evidence: [], policies: [] },
      }),
    },
    expect: { payments: { status: "not-applicable" } },
  },
  ...WHERE_NOTHING_ENFORCES,
]);
