import { netpol5 } from "../../lib/controls/netpol-5.ts";
import { testControl } from "./control-table.ts";
import { enforcement, enforcementDetail } from "./posture-builders.ts";

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
