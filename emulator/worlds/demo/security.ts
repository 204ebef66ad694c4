// The cluster of account fernwood-security-tooling.

import type { WorldCluster } from "../../world.ts";
import { vpcCni } from "../addons.ts";
import { cluster } from "../build.ts";
import { calico } from "../calico.ts";
import { argoCd, argoCdApplication } from "../gitops.ts";
import { nodes } from "../nodes.ts";
import { podsOfNamespace } from "../policies.ts";
import { backend } from "./team-namespace.ts";

/**
 * Self-managed: VPC CNI by Helm without an add-on, Calico enforces. Argo CD keeps its stock policies, so Redis and
 * the repo server are closed, argocd-server is open to every pod and egress is nobody's business.
 */
export function platformTools(): WorldCluster {
  return cluster({
    name: "platform-tools",
    region: "eu-central-1",
    createdAt: "2023-10-09T11:11:47Z",
    version: "1.33",
    vpcOctet: 40,
    nodes: nodes(3, "ec2", { nodeGroup: "tools" }),
    parts: [
      vpcCni({
        controller: false,
        agent: false,
        helmRelease: { release: "aws-vpc-cni", namespace: "kube-system" },
      }),
      calico(),
      argoCd({ version: "v3.4.7" }),
    ],
    manifests: [
      argoCdApplication("argocd", "shop", "https://git.example.com/platform/shop"),
      ...backend("ci-runners", "platform", ["runner-controller"], [podsOfNamespace("argocd")]),
    ],
    extraApiVersions: ["crd.projectcalico.org/v1"],
    describe: { tags: { team: "platform", environment: "production" } },
  });
}
