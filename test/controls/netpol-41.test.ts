import { netpol41 } from "../../lib/controls/netpol-41.ts";
import { testControl } from "./control-table.ts";
import { controller, isolation, namespace, nullified, undecided, unselected } from "./posture-builders.ts";

testControl(netpol41, [
  {
    name: "restricted egress of every component passes",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("repo-server"), controller("server")],
      },
    },
    expect: { gitops: { status: "pass" } },
  },
  {
    name: "the stock policies leave egress open, and that fails",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("redis"), controller("server", { egress: unselected })],
      },
    },
    expect: { gitops: { status: "fail", because: /1 of 2 components of Argo CD .* Deployment\/server/ } },
  },
  {
    name: "Flux's allow-egress selects everything and restricts nothing",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("source-controller", { product: "Flux", egress: nullified })],
      },
    },
    expect: { gitops: { status: "fail" } },
  },
  {
    name: "a policy that could not be read makes it unknown",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: { unseen: [], managedArgoCd: null, controllers: [controller("server", { egress: undecided })] },
    },
    expect: { gitops: { status: "unknown" } },
  },
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
    name: "a cluster without GitOps controllers has none to restrict",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: { unseen: [], managedArgoCd: null, controllers: [] },
    },
    expect: { payments: { status: "not-applicable" } },
  },
]);
