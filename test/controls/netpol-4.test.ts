import { netpol4 } from "../../lib/controls/netpol-4.ts";
import { testControl } from "./control-table.ts";
import { enforcementDetail } from "./posture-builders.ts";

testControl(netpol4, [
  {
    name: "one switch, said the same in three places, passes",
    facts: {
      enforcementDetail: enforcementDetail({
        settings: { because: "All say on.", evidence: [], state: "agree", disagreements: [] },
      }),
    },
    expect: { payments: { status: "pass" } },
  },
  {
    name: "a declaration that something else contradicts fails",
    facts: {
      enforcementDetail: enforcementDetail({
        settings: {
          because: "The add-on says on, the agent off.",
          evidence: [],
          state: "disagree",
          disagreements: [],
        },
      }),
    },
    expect: { payments: { status: "fail" } },
  },
  {
    name: "a side that was not seen leaves it open",
    facts: {
      enforcementDetail: enforcementDetail({
        settings: {
          because: "The ConfigMap was not seen.",
          evidence: [],
          state: "unknown",
          disagreements: [],
        },
      }),
    },
    expect: { payments: { status: "unknown" } },
  },
  {
    name: "without the VPC CNI there is nothing to agree",
    facts: {
      enforcementDetail: enforcementDetail({
        settings: {
          because: "There is no VPC CNI.",
          evidence: [],
          state: "not-applicable",
          disagreements: [],
        },
      }),
    },
    expect: { payments: { status: "not-applicable" } },
  },
  {
    name: "without the picture itself it is unknown",
    expect: { payments: { status: "unknown", because: /403/ } },
  },
]);
