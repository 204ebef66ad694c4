// GitOps controllers that no label tells of: renamed and mirrored, several in one cluster, managed by EKS, or
// behind an access level that cannot look for them. And one cluster that only shares an API group with them.

import type { WorldCluster, World } from "../../world.ts";
import { vpcCni, vpcCniAddon } from "../addons.ts";
import { type ClusterOptions, cluster, world } from "../build.ts";
import { argoCd, flux } from "../gitops.ts";
import { nodes } from "../nodes.ts";
import { customObject, deployment, namespace } from "../objects.ts";
import { REGION, hubAccount, memberAccount, organizationOfTwo } from "./small-company.ts";

const MIRROR = "mirror.example.com/platform";

export function gitOps(): World {
  return world({
    name: "gitops",
    description: "Argo CD and Flux under other names, several in one cluster, managed, and out of sight.",
    organization: organizationOfTwo,
    accounts: [hubAccount([]), memberAccount([renamed(), mirrored(), unlisted(), managed(), rollouts()])],
  });
}

function enforcing(options: Partial<ClusterOptions> & Pick<ClusterOptions, "name">): WorldCluster {
  return cluster({
    region: REGION,
    nodes: nodes(3, "ec2"),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}')],
    ...options,
    parts: [vpcCni({ controller: true, agent: true }), ...(options.parts ?? [])],
  });
}

/** One installation by the manifests, and two that only their commands give away. */
function renamed(): WorldCluster {
  return enforcing({
    name: "renamed",
    parts: [
      argoCd(),
      argoCd({
        namespace: "rollout-blue",
        renamed: { prefix: "blue", mirror: MIRROR },
        networkPolicies: false,
      }),
      argoCd({ namespace: "rollout-green", renamed: { prefix: "green", mirror: MIRROR } }),
    ],
    manifests: [namespace("web"), deployment("web", "web")],
  });
}

function mirrored(): WorldCluster {
  return enforcing({
    name: "mirrored",
    parts: [
      flux({ namespace: "sync-open", renamed: { prefix: "open", mirror: MIRROR }, networkPolicies: false }),
      flux({ namespace: "sync-closed", renamed: { prefix: "closed", mirror: MIRROR } }),
    ],
    manifests: [namespace("web"), deployment("web", "web")],
  });
}

/** AmazonEKSViewPolicy alone lists neither AppProjects nor Leases. */
function unlisted(): WorldCluster {
  const names = { prefix: "blue", mirror: MIRROR };
  return enforcing({
    name: "unlisted",
    access: "view",
    parts: [
      argoCd({ namespace: "rollout-blue", renamed: names }),
      flux({ namespace: "sync", renamed: names }),
    ],
  });
}

function managed(): WorldCluster {
  return enforcing({
    name: "managed",
    capabilities: [{ name: "delivery", type: "ARGOCD", status: "ACTIVE" }],
    manifests: [
      namespace("argocd"),
      customObject(
        "argoproj.io/v1alpha1",
        "AppProject",
        { namespace: "argocd", name: "default" },
        { spec: { sourceRepos: ["*"], destinations: [{ namespace: "*", server: "*" }] } },
      ),
      namespace("web"),
      deployment("web", "web"),
    ],
  });
}

/** Argo Rollouts alone: its API group is Argo CD's, and has no AppProjects. */
function rollouts(): WorldCluster {
  return enforcing({
    name: "rollouts",
    manifests: [
      customObject(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        { name: "rollouts.argoproj.io" },
        {
          spec: {
            group: "argoproj.io",
            names: { kind: "Rollout", plural: "rollouts" },
            scope: "Namespaced",
            versions: [{ name: "v1alpha1", served: true, storage: true }],
          },
        },
      ),
      namespace("web"),
      deployment("web", "web"),
    ],
  });
}
