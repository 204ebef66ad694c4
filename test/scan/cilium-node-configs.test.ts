// CiliumNodeConfigs from the emulated cluster's own API to the verdict: in force, of no effect, refused, not defined,
// and never asked for where Cilium is not the engine.

import assert from "node:assert/strict";
import { test } from "node:test";

import { vpcCni } from "../../emulator/worlds/addons.ts";
import { type ClusterOptions, world } from "../../emulator/worlds/build.ts";
import { calico } from "../../emulator/worlds/calico.ts";
import { cilium } from "../../emulator/worlds/cilium.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import { customObject } from "../../emulator/worlds/objects.ts";
import { healthyCluster, hubAccount, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { scanWorld } from "../scenarios/scan-world.ts";

const PARTS = [cilium()];
const NODES = [...nodes(1, "ec2"), ...nodes(1, "ec2", { labels: { pool: "gpu" } })];
const LISTED = /\/ciliumnodeconfigs$/;

function nodeConfig(version: string, defaults: Readonly<Record<string, string>>, namespace = "kube-system") {
  const spec = { nodeSelector: { matchLabels: { pool: "gpu" } }, defaults };
  return customObject(`cilium.io/${version}`, "CiliumNodeConfig", { namespace, name: "gpu" }, { spec });
}

const NEVER = { "enable-policy": "never" };

function definition(kind: string, version: string, scope = "Namespaced"): RawObject {
  const plural = kind.endsWith("Policy") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  const names = { kind, plural: plural.toLowerCase() };
  return customObject(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    { name: `${names.plural}.cilium.io` },
    { spec: { group: "cilium.io", scope, names, versions: [{ name: version, served: true }] } },
  );
}

const POLICY_DEFINITIONS = [
  definition("CiliumNetworkPolicy", "v2"),
  definition("CiliumClusterwideNetworkPolicy", "v2", "Cluster"),
];

async function judge(objects: readonly RawObject[], options: Partial<ClusterOptions> = {}) {
  const cluster = healthyCluster({
    parts: PARTS,
    nodes: NODES,
    manifests: [...shop(), ...objects],
    ...options,
  });
  const { report, emulator } = await scanWorld(
    world({ name: "node-configs", description: "Cilium.", accounts: [hubAccount([cluster])] }),
  );
  const [found] = report.clusters;
  assert.ok(found?.enforcement);
  const requests = [...emulator.clusters.values()].flatMap((server) => server.requests);
  const { verdict, because, missing } = found.enforcement;
  const lists = requests.filter(({ path }) => LISTED.test(path)).map(({ path, status }) => [path, status]);
  return { verdict, because, missing, lists };
}

const V2 = "/apis/cilium.io/v2/ciliumnodeconfigs";
const V2ALPHA1 = "/apis/cilium.io/v2alpha1/ciliumnodeconfigs";

test("no CiliumNodeConfig: Cilium enforces", async () => {
  const { verdict, lists } = await judge([]);
  assert.deepEqual([verdict, lists], ["enforced", [[V2, 200]]]);
});

test("one that switches policy off on a node", async () => {
  const { verdict, because, lists } = await judge([nodeConfig("v2", NEVER)]);
  assert.deepEqual([verdict, lists], ["partial", [[V2, 200]]]);
  assert.match(
    because,
    /not on 1 node that hosts pods: enable-policy is never by CiliumNodeConfig kube-system\/gpu/,
  );
});

test("one that touches no policy, and one of another namespace", async () => {
  const others = [nodeConfig("v2", { "bpf-lb-acceleration": "native" }), nodeConfig("v2", NEVER, "web")];
  assert.equal((await judge(others)).verdict, "enforced");
});

test("Cilium before 1.16, which serves them as v2alpha1 alone", async () => {
  const former = [...POLICY_DEFINITIONS, definition("CiliumNodeConfig", "v2alpha1")];
  const { verdict, lists } = await judge([...former, nodeConfig("v2alpha1", NEVER)]);
  assert.deepEqual(
    [verdict, lists],
    [
      "partial",
      [
        [V2, 404],
        [V2ALPHA1, 200],
      ],
    ],
  );
});

test("without their definition there are none", async () => {
  const { verdict, lists } = await judge(POLICY_DEFINITIONS);
  assert.deepEqual([verdict, lists], ["enforced", [[V2, 404]]]);
});

test("who may not list them knows of no node", async () => {
  const withoutResources = ["ciliumnodeconfigs.cilium.io"];
  const { verdict, because, missing } = await judge([], { withoutResources });
  assert.equal(verdict, "unknown");
  assert.match(because, /whether a CiliumNodeConfig sets it otherwise there could not be seen \(2 nodes\)/);
  assert.deepEqual(missing, ["ciliumNodeConfigs (access-denied)"]);
});

test("who may not list nodes knows of none that one may select", async () => {
  const { verdict, because } = await judge([nodeConfig("v2", NEVER)], { withoutResources: ["nodes"] });
  assert.equal(verdict, "unknown");
  assert.match(because, /whether CiliumNodeConfig kube-system\/gpu sets enable-policy there is not known/);
});

test("an engine that has none is not asked for them", async () => {
  for (const parts of [[vpcCni({ controller: true, agent: true })], [calico()]]) {
    const { lists } = await judge([], { parts, extraApiVersions: ["cilium.io/v2"] });
    assert.deepEqual(lists, []);
  }
});
