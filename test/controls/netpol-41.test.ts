import { netpol41 } from "../../lib/controls/netpol-41.ts";
import { testControl } from "./control-table.ts";
import { controller, isolation, namespace, nullified, undecided, unselected } from "./posture-builders.ts";
import { WITHOUT_GITOPS } from "./shared-rows.ts";

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
  ...WITHOUT_GITOPS,
]);
