// The clusters of account fernwood-production.

import type { WorldCluster } from "../../world.ts";
import { vpcCni, vpcCniAddon } from "../addons.ts";
import { AUTO_MODE_DESCRIPTION, autoMode } from "../auto-mode.ts";
import { cluster } from "../build.ts";
import { flux } from "../gitops.ts";
import { metricsServer } from "../kube-system.ts";
import { nodes } from "../nodes.ts";
import { podsOfNamespace } from "../policies.ts";
import {
  blackFriday,
  catalog,
  checkout,
  ingressNginx,
  notifications,
  payments,
  promoLanding,
  reviews,
  search,
  storefront,
} from "./applications.ts";
import { monitoring } from "./monitoring.ts";
import { backend } from "./team-namespace.ts";

export function productionClusters(): readonly WorldCluster[] {
  return [shopProd(), legacyErp(), fulfilmentProd(), shopProdUs()];
}

/** As it should be: both switches on, an agent on every node, and most namespaces isolated. */
function shopProd(): WorldCluster {
  return cluster({
    name: "shop-prod",
    region: "eu-central-1",
    createdAt: "2024-03-12T10:04:51Z",
    vpcOctet: 20,
    nodes: nodes(4, "ec2", { nodeGroup: "shop", instanceType: "m7i.xlarge" }),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true","nodeAgent":{"enablePolicyEventLogs":"true"}}')],
    parts: [vpcCni({ controller: true, agent: true })],
    // AWS runs Argo CD for this cluster: its resources are here, its controllers are not, and that is no gap.
    capabilities: [{ name: "argocd", type: "ARGOCD", status: "ACTIVE" }],
    extraApiVersions: ["argoproj.io/v1alpha1"],
    manifests: [
      ...ingressNginx(),
      ...storefront(),
      ...checkout(),
      ...payments(),
      ...catalog(),
      ...reviews(),
      ...notifications(),
      ...promoLanding(),
      ...blackFriday(),
      ...search(),
      ...monitoring(),
    ],
    describe: { tags: { team: "platform", environment: "production" } },
  });
}

/** Private endpoint in a VPC that the scanner cannot reach. */
function legacyErp(): WorldCluster {
  return cluster({
    name: "legacy-erp",
    region: "eu-central-1",
    createdAt: "2022-11-02T14:22:09Z",
    version: "1.31",
    vpcOctet: 21,
    authenticationMode: "API_AND_CONFIG_MAP",
    endpoint: "private",
    privateEndpoint: true,
    nodes: nodes(2, "ec2", { nodeGroup: "erp" }),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}', { version: "v1.20.4-eksbuild.1" })],
    parts: [vpcCni({ controller: true, agent: true, version: "v1.20.4", agentVersion: "v1.2.7" })],
    manifests: backend("erp", "finance-it", ["erp", "edi-gateway"], [podsOfNamespace("erp")]),
    describe: { tags: { team: "finance-it", environment: "production" } },
  });
}

/** Auto Mode: no aws-node anywhere, the ConfigMap alone switches enforcement on. Deployed by Flux. */
function fulfilmentProd(): WorldCluster {
  return cluster({
    name: "fulfilment-prod",
    region: "eu-west-1",
    createdAt: "2025-09-30T07:15:40Z",
    vpcOctet: 22,
    nodes: nodes(3, "auto", { instanceType: "c7g.large", arch: "arm64" }),
    systemWorkloads: false,
    parts: [autoMode({ controller: true }), flux()],
    manifests: [
      ...metricsServer(),
      ...backend("warehouse", "logistics", ["picking", "stock"], [podsOfNamespace("shipping")]),
      ...backend("shipping", "logistics", ["labels", "tracking"], [podsOfNamespace("warehouse")]),
    ],
    describe: { ...AUTO_MODE_DESCRIPTION, tags: { team: "logistics", environment: "production" } },
  });
}

/**
 * The trap: the add-on says "true", the controller is on and made PolicyEndpoints, but somebody applied a
 * manifest that set the agent's flag back to false. Nothing is enforced, and everything looks as if it were.
 */
function shopProdUs(): WorldCluster {
  return cluster({
    name: "shop-prod-us",
    region: "us-east-1",
    createdAt: "2024-08-21T16:48:03Z",
    vpcOctet: 23,
    nodes: nodes(3, "ec2", { nodeGroup: "shop", instanceType: "m7i.large" }),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}')],
    parts: [vpcCni({ controller: true, agent: false })],
    manifests: [...ingressNginx(), ...storefront(), ...checkout(), ...payments(), ...promoLanding()],
    describe: { tags: { team: "platform", environment: "production" } },
  });
}
