import { netpol3 } from "../../lib/controls/netpol-3.ts";
import { testControl } from "./control-table.ts";
import { enforcement, enforcementDetail } from "./posture-builders.ts";
import { WHERE_NOTHING_ENFORCES } from "./shared-rows.ts";

const open = {
  name: "ip-10-0-1-7",
  computeType: "fargate" as const,
  engine: null,
  verdict: "not-enforced" as const,
  pods: 1,
  because: "no engine runs on Fargate",
};
const bare = {
  namespace: "ops",
  name: "debug",
  kind: "no-owner" as const,
  effect: "not-enforced" as const,
  because: "it has no owner",
};

testControl(netpol3, [
  {
    name: "an agent on every node that hosts pods passes",
    facts: { enforcement: enforcement("enforced"), enforcementDetail: enforcementDetail() },
    expect: { payments: { status: "pass" } },
  },
  {
    name: "a node without an engine fails, and is named",
    facts: { enforcement: enforcement("partial", { nodes: [open] }), enforcementDetail: enforcementDetail() },
    expect: { payments: { status: "fail", because: /not on nodes ip-10-0-1-7/ } },
  },
  {
    name: "a pod that the engine cannot manage fails, and is named",
    facts: {
      enforcement: enforcement("partial"),
      enforcementDetail: enforcementDetail({ exceptions: [bare] }),
    },
    expect: { payments: { status: "fail", because: /pods ops\/debug/ } },
  },
  {
    name: "nodes that were not seen leave it open",
    facts: { enforcement: enforcement("unknown"), enforcementDetail: enforcementDetail() },
    expect: { payments: { status: "unknown" } },
  },
  ...WHERE_NOTHING_ENFORCES,
]);
