// The clusters of account fernwood-staging.

import type { WorldCluster } from "../../world.ts";
import { vpcCni, vpcCniAddon } from "../addons.ts";
import { cluster } from "../build.ts";
import { cilium } from "../cilium.ts";
import { nodes } from "../nodes.ts";
import { podsOfNamespace } from "../policies.ts";
import { checkout, notebooks, payments, promoLanding, storefront } from "./applications.ts";
import { backend } from "./team-namespace.ts";

export function stagingClusters(): readonly WorldCluster[] {
  return [shopStaging(), dataStaging(), checkoutNext(), mlSandbox()];
}

/**
 * Off by default: the add-on was installed without configuration, so the teams' policies are inert. The scanner
 * has AmazonEKSViewPolicy only (level 1), which is enough to see that.
 */
function shopStaging(): WorldCluster {
  return cluster({
    name: "shop-staging",
    region: "eu-central-1",
    createdAt: "2024-02-05T09:30:12Z",
    vpcOctet: 30,
    access: "view",
    nodes: nodes(2, "ec2", { nodeGroup: "default" }),
    addons: [vpcCniAddon(null)],
    parts: [vpcCni({ controller: false, agent: false })],
    manifests: [...storefront(), ...checkout(), ...payments(), ...promoLanding()],
    describe: { tags: { team: "platform", environment: "staging" } },
  });
}

/** Mixed compute: enforced on EC2 nodes; the reports run on Fargate, where no policy ever applies. */
function dataStaging(): WorldCluster {
  return cluster({
    name: "data-staging",
    region: "eu-west-1",
    createdAt: "2025-01-16T12:02:37Z",
    vpcOctet: 31,
    nodes: nodes(2, "ec2", { nodeGroup: "pipelines", instanceType: "r7i.large" }),
    fargateProfiles: [{ name: "reporting", namespace: "reporting" }],
    addons: [vpcCniAddon("enableNetworkPolicy: 'true'\n")],
    parts: [vpcCni({ controller: true, agent: true })],
    manifests: [
      ...backend("pipelines", "data", ["airflow", "ingest"], [podsOfNamespace("reporting")]),
      ...backend("reporting", "data", ["report-builder"], [podsOfNamespace("pipelines")]),
    ],
    describe: { tags: { team: "data", environment: "staging" } },
  });
}

/** Being created while the scan runs: skipped, and said so. */
function checkoutNext(): WorldCluster {
  return cluster({
    name: "checkout-next",
    region: "us-east-1",
    createdAt: "2026-11-20T06:58:30Z",
    vpcOctet: 32,
    status: "CREATING",
    systemWorkloads: false,
    describe: { tags: { team: "orders", environment: "staging" } },
  });
}

/**
 * Cilium chained to the VPC CNI, whose own enforcement is declared off. The notebook was started before Cilium
 * came, so Cilium does not manage it.
 */
function mlSandbox(): WorldCluster {
  return cluster({
    name: "ml-sandbox",
    region: "us-east-1",
    createdAt: "2025-05-28T18:20:55Z",
    vpcOctet: 33,
    nodes: nodes(2, "ec2", { nodeGroup: "gpu", instanceType: "g6.xlarge" }),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"false"}')],
    parts: [
      vpcCni({ controller: false, agent: false }),
      cilium({
        config: { "cni-chaining-mode": "aws-cni", ipam: "cluster-pool" },
        unmanaged: ["notebooks/notebook-mira"],
      }),
    ],
    manifests: [
      ...notebooks(),
      ...backend("inference", "ml", ["recommender"], [podsOfNamespace("notebooks")]),
    ],
    extraApiVersions: ["cilium.io/v2"],
    describe: { tags: { team: "ml", environment: "staging" } },
  });
}
