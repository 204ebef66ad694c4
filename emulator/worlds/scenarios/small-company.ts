// The ordinary parts that scenarios vary: one healthy cluster, one account, an organization of two.

import type { RawObject } from "../../../lib/model/kubernetes.ts";
import type { WorldAccount, WorldCluster, WorldOrganization } from "../../world.ts";
import { vpcCni, vpcCniAddon } from "../addons.ts";
import type { ClusterOptions } from "../build.ts";
import { account, cluster } from "../build.ts";
import { nodes } from "../nodes.ts";
import { deployment, namespace } from "../objects.ts";
import { allowDns, allowIngress, denyByDefault, podsOfNamespace, tcp } from "../policies.ts";

export const HUB_ACCOUNT = "111111111111";
export const MEMBER_ACCOUNT = "222222222222";
export const REGION = "eu-central-1";

/** Enforced, and both namespaces isolated; `options` say what is different. */
export function healthyCluster(options: Partial<ClusterOptions> = {}): WorldCluster {
  return cluster({
    name: "shop",
    region: REGION,
    nodes: nodes(2, "ec2"),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}')],
    parts: [vpcCni({ controller: true, agent: true })],
    manifests: shop(),
    ...options,
  });
}

export function shop(): readonly RawObject[] {
  return [...isolatedNamespace("web", "api"), ...isolatedNamespace("api", "web")];
}

function isolatedNamespace(home: string, neighbour: string): readonly RawObject[] {
  return [
    namespace(home),
    deployment(home, home),
    denyByDefault(home),
    allowDns(home),
    allowIngress(home, `from-${neighbour}`, {
      pods: { app: home },
      peers: [podsOfNamespace(neighbour)],
      ports: [tcp(8080)],
    }),
  ];
}

export function hubAccount(
  clusters: readonly WorldCluster[],
  options: Partial<WorldAccount> = {},
): WorldAccount {
  return account({ id: HUB_ACCOUNT, name: "hub", parentId: ROOT, clusters, ...options });
}

export function memberAccount(
  clusters: readonly WorldCluster[],
  options: Partial<WorldAccount> = {},
): WorldAccount {
  return account({ id: MEMBER_ACCOUNT, name: "member", parentId: ROOT, clusters, ...options });
}

const ROOT = "r-tiny";

export const organizationOfTwo: WorldOrganization = {
  id: "o-tinycompany",
  managementAccountId: HUB_ACCOUNT,
  rootId: ROOT,
  units: [],
  emptyPages: false,
};
