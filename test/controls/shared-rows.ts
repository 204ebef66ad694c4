// Rows that the tables of several controls have: where the controls share a rule, they are held to the same of it.

import type { Direction } from "../../lib/model/isolation-detail.ts";
import type { Row } from "./control-table.ts";
import {
  controller,
  enforcement,
  enforcementDetail,
  isolation,
  namespace,
  unselected,
  workload,
} from "./posture-builders.ts";

/** Of NETPOL.22 and NETPOL.23. */
export function defaultDenyRows(direction: Direction): readonly Row[] {
  const declares = (state: "absent" | "declared" | "nullified" | "effective" | "unknown") => ({
    defaultDeny: { ingress: "effective", egress: "effective", [direction]: state } as const,
  });
  return [
    {
      name: "an effective default deny passes",
      facts: { isolation: isolation(namespace("shop")) },
      expect: { shop: { status: "pass" } },
    },
    {
      name: "one that the controller has not processed passes as a declaration, and does not read as if it held",
      facts: { isolation: isolation(namespace("shop", { unprocessedPolicies: ["default-deny"] })) },
      expect: {
        shop: {
          status: "pass",
          because:
            /by default; but the controller has not processed default-deny as it stands, as NETPOL\.5 says\.$/,
        },
      },
    },
    {
      name: "a default deny in an empty namespace passes: it waits for the first pod",
      facts: { isolation: isolation(namespace("idle", { workloads: [], ...declares("effective") })) },
      expect: { idle: { status: "pass" } },
    },
    {
      name: "policies for single workloads are no default",
      facts: { isolation: isolation(namespace("shop", declares("absent"))) },
      expect: { shop: { status: "fail", because: new RegExp(`none that denies ${direction} by default`) } },
    },
    {
      name: "a nullified one is NETPOL.26's failure",
      facts: { isolation: isolation(namespace("shop", declares("nullified"))) },
      expect: { shop: { status: "not-applicable", because: /NETPOL\.26/ } },
    },
    {
      name: "one that a policy that could not be read may nullify is not known to hold",
      facts: { isolation: isolation(namespace("shop", declares("declared"))) },
      expect: { shop: { status: "unknown", because: /NETPOL\.26/ } },
    },
    {
      name: "a policy that could not be read leaves it open",
      facts: { isolation: isolation(namespace("shop", declares("unknown"))) },
      expect: { shop: { status: "unknown" } },
    },
    {
      name: "without any policy NETPOL.20 is the one failure",
      facts: {
        isolation: isolation(
          namespace("shop", {
            policies: [],
            workloads: [workload("web", { [direction]: unselected })],
            ...declares("absent"),
          }),
        ),
      },
      expect: { shop: { status: "not-applicable", because: /NETPOL\.20/ } },
    },
    {
      name: "a namespace without pods and policies needs none",
      facts: {
        isolation: isolation(namespace("idle", { policies: [], workloads: [], ...declares("absent") })),
      },
      expect: { idle: { status: "not-applicable", because: /runs no pod/ } },
    },
  ];
}

/** Of controls about how policies are enforced. */
export const WHERE_NOTHING_ENFORCES: readonly Row[] = [
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
];

/** Of NETPOL.40 and NETPOL.41. */
export const WITHOUT_GITOPS: readonly Row[] = [
  {
    name: "what could not be looked for, or into, is unknown and never 'none here'",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        managedArgoCd: null,
        controllers: [controller("server")],
        unseen: [
          { namespace: "gitops", because: "pods could not be read in full" },
          { namespace: null, because: "its AppProjects could not be listed: 403" },
        ],
      },
    },
    expect: {
      gitops: { status: "unknown", because: /^Pods could not be read in full\.$/ },
      payments: { status: "unknown", because: /AppProjects could not be listed: 403\.$/ },
    },
  },
  {
    name: "a cluster without GitOps controllers has nothing to judge",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: { unseen: [], managedArgoCd: null, controllers: [] },
    },
    expect: { payments: { status: "not-applicable" } },
  },
];
