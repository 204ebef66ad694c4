import { netpol40 } from "../../lib/controls/netpol-40.ts";
import { testControl } from "./control-table.ts";
import { controller, isolation, namespace, openPort, undecided, unselected } from "./posture-builders.ts";
import { WITHOUT_GITOPS } from "./shared-rows.ts";

const everyNamespace = {
  policy: "allow-all",
  path: "spec.ingress[0]",
  certain: true,
  detail: "pods of every namespace",
};
const doubtful = { policy: null, path: "", certain: false, detail: "the policies could not be fully read" };

function inert() {
  const picture = isolation(namespace("gitops"));
  const selected = { enforced: 0, notEnforced: 2, unknown: 0 };
  return { ...picture, details: picture.details.map((detail) => ({ ...detail, selected })) };
}

testControl(netpol40, [
  {
    name: "ports that only its own components reach pass",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("repo-server", { restrictedPorts: [openPort(8081)] })],
      },
    },
    expect: { gitops: { status: "pass" } },
  },
  {
    name: "ports that only policies close which are not processed pass, and do not read as closed",
    facts: {
      isolation: isolation(namespace("gitops", { unprocessedPolicies: ["argocd-redis"] })),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("repo-server", { restrictedPorts: [openPort(8081)] })],
      },
    },
    expect: { gitops: { status: "pass", because: /has not processed argocd-redis .*NETPOL\.5/ } },
  },
  {
    name: "an open port fails with the exact path",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("redis", { restrictedPorts: [openPort(6379, everyNamespace)] })],
      },
    },
    expect: {
      gitops: {
        status: "fail",
        because: /redis:6379.*policy allow-all spec\.ingress\[0\]: pods of every namespace/,
      },
    },
  },
  {
    name: "a port that may be open is unknown",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("redis", { restrictedPorts: [openPort(6379, doubtful)] })],
      },
    },
    expect: { gitops: { status: "unknown", because: /could not be fully read/ } },
  },
  {
    name: "argocd-server may be open to everyone",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("server", { mayBeOpen: true, ingress: unselected })],
      },
    },
    expect: { gitops: { status: "pass" } },
  },
  {
    name: "a controller that nothing isolates fails even without restricted ports",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("application-controller", { ingress: unselected })],
      },
    },
    expect: { gitops: { status: "fail", because: /on every port \(nothing isolates it\)/ } },
  },
  {
    name: "fleet-agent's shipped default-allow-all does not pass",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [
          controller("fleet-agent", {
            product: "Rancher Fleet",
            ingress: { ...unselected, isolated: true, nullifiedBy: ["default-allow-all"] },
          }),
        ],
      },
    },
    expect: { gitops: { status: "fail", because: /policies default-allow-all/ } },
  },
  {
    name: "a policy that could not be read makes it unknown",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("application-controller", { ingress: undecided })],
      },
    },
    expect: { gitops: { status: "unknown", because: /futurePeer/ } },
  },
  {
    name: "what nothing enforces does not read as if it were closed",
    facts: {
      isolation: inert(),
      gitOps: {
        unseen: [],
        managedArgoCd: null,
        controllers: [controller("repo-server", { restrictedPorts: [openPort(8081)] })],
      },
    },
    expect: { gitops: { status: "pass", because: /but nothing enforces its policies, as NETPOL\.21 says/ } },
  },
  {
    name: "managed Argo CD, an EKS capability, is no gap",
    facts: {
      isolation: isolation(namespace("gitops")),
      gitOps: { unseen: [], managedArgoCd: ["argocd"], controllers: [] },
    },
    expect: { payments: { status: "not-applicable", because: /EKS capability argocd/ } },
  },
  ...WITHOUT_GITOPS,
]);
