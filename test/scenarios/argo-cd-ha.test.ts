// The Redis of a highly available Argo CD: found by the one label that its pods have, and judged like Redis.

import assert from "node:assert/strict";
import { test } from "node:test";
import { vpcCni, vpcCniAddon } from "../../emulator/worlds/addons.ts";
import { cluster, world } from "../../emulator/worlds/build.ts";
import { argoCd } from "../../emulator/worlds/gitops.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import { statefulSet } from "../../emulator/worlds/objects.ts";
import { networkPolicy, podsOf, tcp } from "../../emulator/worlds/policies.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { hubAccount, REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import { scanWorld } from "./scan-world.ts";

const REDIS_HA = { "app.kubernetes.io/name": "argocd-redis-ha" };

const redisHa = statefulSet("argocd", "argocd-redis-ha-server", {
  replicas: 3,
  labels: REDIS_HA,
  containers: [{ name: "redis", image: "redis:8", ports: [{ containerPort: 6379, name: "redis" }] }],
});

const closed = networkPolicy("argocd", "argocd-redis-ha-server-network-policy", {
  podSelector: { matchLabels: REDIS_HA },
  policyTypes: ["Ingress"],
  ingress: [{ from: [podsOf(REDIS_HA)], ports: [tcp(6379), tcp(26379)] }],
});

async function judge(manifests: readonly RawObject[]): Promise<string> {
  const tools = cluster({
    name: "tools",
    region: REGION,
    nodes: nodes(3, "ec2"),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}')],
    parts: [vpcCni({ controller: true, agent: true }), argoCd()],
    manifests,
  });
  const options = { name: "argo-cd-ha", description: "Made for one test.", accounts: [hubAccount([tools])] };
  const { report } = await scanWorld(world(options));
  const finding = report.findings.find(({ controlId }) => controlId === "NETPOL.40");
  return `${finding?.status} ${finding?.because}`;
}

test("a Redis that every namespace reaches fails, and its policy closes it", async () => {
  assert.match(await judge([redisHa]), /^fail .*argocd-redis-ha-server/);
  assert.match(await judge([redisHa, closed]), /^pass /);
});
