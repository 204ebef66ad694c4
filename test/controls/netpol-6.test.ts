import { netpol6 } from "../../lib/controls/netpol-6.ts";
import { testControl } from "./control-table.ts";
import { enforcementDetail } from "./posture-builders.ts";

testControl(netpol6, [
  {
    name: "a supported version without known bypasses passes",
    facts: {
      enforcementDetail: enforcementDetail({
        versions: { because: "Agent 1.4.2.", evidence: [], state: "supported", agents: [], oldKernels: [] },
      }),
    },
    expect: { payments: { status: "pass" } },
  },
  {
    name: "a version with a known bypass fails",
    facts: {
      enforcementDetail: enforcementDetail({
        versions: {
          because: "Agent 1.3.1 has one.",
          evidence: [],
          state: "bypass",
          agents: [],
          oldKernels: [],
        },
      }),
    },
    expect: { payments: { status: "fail" } },
  },
  {
    name: "a version below the minimum fails",
    facts: {
      enforcementDetail: enforcementDetail({
        versions: { because: "Agent 0.9.", evidence: [], state: "unsupported", agents: [], oldKernels: [] },
      }),
    },
    expect: { payments: { status: "fail" } },
  },
  {
    name: "a tag that tells no version is unknown",
    facts: {
      enforcementDetail: enforcementDetail({
        versions: {
          because: "The image has no version.",
          evidence: [],
          state: "unknown",
          agents: [],
          oldKernels: [],
        },
      }),
    },
    expect: { payments: { status: "unknown" } },
  },
  {
    name: "without an engine there is no version",
    facts: {
      enforcementDetail: enforcementDetail({
        versions: {
          because: "There is no engine.",
          evidence: [],
          state: "not-applicable",
          agents: [],
          oldKernels: [],
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
