import { netpol26 } from "../../lib/controls/netpol-26.ts";
import { testControl } from "./control-table.ts";
import {
  isolated,
  isolation,
  namespace,
  nullified,
  opening,
  undecided,
  unselected,
  workload,
} from "./posture-builders.ts";

const half = { ...isolated, externalShare: 0.5, policies: ["half", "default-deny"] };
const byHalf = { ...nullified, nullifiedBy: ["half"] };
const ofWeb = {
  policy: "half",
  direction: "ingress",
  openToCluster: false,
  openToExternal: false,
  externalShare: 0.5,
  workloads: ["Deployment/web"],
} as const;
const less = { ...isolated, externalShare: 0.49 };

testControl(netpol26, [
  {
    name: "isolation that nothing undoes passes",
    facts: { isolation: isolation(namespace("shop")) },
    expect: { shop: { status: "pass" } },
  },
  {
    name: "an allow-all beside a default deny fails, and is named",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { ingress: nullified })] })),
    },
    expect: { shop: { status: "fail", because: /policy allow-all opens Deployment\/web for ingress/ } },
  },
  {
    name: "of several policies each is said to open what it opens, and no more",
    facts: {
      isolation: isolation(
        namespace("shop", {
          workloads: [
            workload("api", { egress: { ...nullified, nullifiedBy: ["all-out"] } }),
            workload("web", {
              ingress: { ...nullified, nullifiedBy: ["all-in"] },
              egress: { ...nullified, nullifiedBy: ["all-out"] },
            }),
          ],
        }),
      ),
    },
    expect: {
      shop: {
        status: "fail",
        because:
          /^In namespace shop policy all-in opens Deployment\/web for ingress; policy all-out opens Deployment\/api, Deployment\/web for egress\.$/,
      },
    },
  },
  {
    name: "policies that open it only together are named together",
    facts: {
      isolation: isolation(
        namespace("shop", {
          workloads: [workload("web", { ingress: { ...nullified, nullifiedBy: ["half", "other-half"] } })],
        }),
      ),
    },
    expect: {
      shop: {
        status: "fail",
        because: /the policies half, other-half open Deployment\/web for ingress\.$/,
      },
    },
  },
  {
    name: "a policy that looks narrow alone is named with those that make up the rest",
    facts: {
      isolation: opening(
        [ofWeb, { ...ofWeb, policy: "other-half" }, { ...ofWeb, policy: "elsewhere", direction: "egress" }],
        isolation(namespace("shop", { workloads: [workload("web", { ingress: byHalf })] })),
      ),
    },
    expect: {
      shop: {
        status: "fail",
        because: /policy half, together with other-half, opens Deployment\/web for ingress\.$/,
      },
    },
  },
  {
    name: "a policy that opens all of it has no others to be named with",
    facts: {
      isolation: opening(
        [
          { ...ofWeb, openToExternal: true, externalShare: 1 },
          { ...ofWeb, policy: "other-half" },
        ],
        isolation(namespace("shop", { workloads: [workload("web", { ingress: byHalf })] })),
      ),
    },
    expect: { shop: { status: "fail", because: /policy half opens Deployment\/web for ingress\.$/ } },
  },
  {
    name: "half of all addresses is as good as all of them",
    facts: { isolation: isolation(namespace("shop", { workloads: [workload("web", { egress: half })] })) },
    expect: {
      shop: {
        status: "fail",
        because:
          /policies default-deny, half open some ports, to half of all addresses or more, of Deployment\/web/,
      },
    },
  },
  {
    name: "a little less than half is not",
    facts: { isolation: isolation(namespace("shop", { workloads: [workload("web", { egress: less })] })) },
    expect: { shop: { status: "pass" } },
  },
  {
    name: "one open workload is enough, whatever the undecided one is",
    facts: {
      isolation: isolation(
        namespace("shop", {
          workloads: [workload("api", { ingress: undecided }), workload("web", { ingress: nullified })],
        }),
      ),
    },
    expect: { shop: { status: "fail" } },
  },
  {
    name: "a policy that could not be read makes it unknown",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { ingress: undecided })] })),
    },
    expect: { shop: { status: "unknown", because: /futurePeer/ } },
  },
  {
    name: "without any policy NETPOL.20 is the one failure",
    facts: {
      isolation: isolation(
        namespace("shop", {
          policies: [],
          workloads: [workload("web", { ingress: unselected, egress: unselected })],
        }),
      ),
    },
    expect: { shop: { status: "not-applicable", because: /NETPOL\.20/ } },
  },
]);
