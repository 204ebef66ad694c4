// Worlds of any size. Objects of a cluster are made only when somebody asks for that cluster's objects, and pods
// of one workload share what they have in common.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { World, WorldCluster } from "../world.ts";
import { vpcCni, vpcCniAddon } from "./addons.ts";
import { account, cluster, world } from "./build.ts";
import { nodes } from "./nodes.ts";
import { deployment, namespace } from "./objects.ts";
import { addresses, allowDns, allowEgress, allowIngress, denyByDefault, podsOf, tcp } from "./policies.ts";

export interface ClusterScale {
  readonly namespacesPerCluster: number;
  /** Beside those of kube-system. */
  readonly podsPerCluster: number;
  readonly policiesPerCluster: number;
}

export interface WorldScale extends ClusterScale {
  readonly accounts: number;
  readonly regionsPerAccount: number;
  /** Of the whole world, dealt out over accounts and their Regions in turns. */
  readonly clusters: number;
}

/** Those that every account has without asking. */
const REGIONS = [
  "eu-central-1",
  "eu-west-1",
  "us-east-1",
  "us-west-2",
  "ap-southeast-1",
  "ap-northeast-1",
  "sa-east-1",
  "ca-central-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-2",
  "eu-north-1",
  "eu-west-2",
  "eu-west-3",
  "us-east-2",
  "us-west-1",
];
const PODS_PER_WORKLOAD = 10;
const PODS_PER_NODE = 100;
const ROOT = "r-scal";

export function scaleWorld(scale: WorldScale): World {
  const regions = REGIONS.slice(0, scale.regionsPerAccount);
  if (regions.length < scale.regionsPerAccount) {
    throw new RangeError(`regionsPerAccount ${scale.regionsPerAccount} is more than ${REGIONS.length}`);
  }
  const numbers = Map.groupBy(range(scale.clusters), (number) => number % scale.accounts);
  const accounts = range(scale.accounts).map((index) =>
    account({
      id: String(100_000_000_000 + index),
      name: `account-${index}`,
      parentId: ROOT,
      enabledRegions: regions,
      clusters: (numbers.get(index) ?? []).map((number) => {
        const turn = Math.floor(number / scale.accounts);
        return scaleCluster(`cluster-${number}`, regions[turn % regions.length] ?? "eu-central-1", scale);
      }),
    }),
  );
  return world({
    name: "scale",
    description: `Built to measure: ${scale.clusters} clusters in ${scale.accounts} accounts.`,
    organization: {
      id: "o-scaleworld",
      managementAccountId: accounts[0]?.id ?? "",
      rootId: ROOT,
      units: [],
      emptyPages: false,
    },
    accounts,
  });
}

/** One enforced cluster. Pods and policies are dealt out over the namespaces in turns. */
export function scaleCluster(name: string, region: string, scale: ClusterScale): WorldCluster {
  return cluster({
    name,
    region,
    nodes: nodes(Math.max(1, Math.ceil(scale.podsPerCluster / PODS_PER_NODE)), "ec2"),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}')],
    parts: [vpcCni({ controller: true, agent: true })],
    manifests: () => range(scale.namespacesPerCluster).flatMap((index) => tenant(index, scale)),
  });
}

function tenant(index: number, scale: ClusterScale): readonly RawObject[] {
  const home = `tenant-${String(index).padStart(5, "0")}`;
  return [
    namespace(home, { "scale.example/tenant": home }),
    ...workloads(home, share(scale.podsPerCluster, scale.namespacesPerCluster, index)),
    ...policies(home, share(scale.policiesPerCluster, scale.namespacesPerCluster, index)),
  ];
}

function workloads(home: string, pods: number): readonly RawObject[] {
  return range(Math.ceil(pods / PODS_PER_WORKLOAD)).map((index) => {
    const name = `app-${index}`;
    const replicas = Math.min(PODS_PER_WORKLOAD, pods - index * PODS_PER_WORKLOAD);
    return deployment(home, name, { replicas, labels: { app: name, tier: index === 0 ? "web" : "backend" } });
  });
}

/** The first ones close the namespace, the others open it application by application. */
function policies(home: string, count: number): readonly RawObject[] {
  const closing = [denyByDefault(home), allowDns(home)].slice(0, count);
  const opening = range(count - closing.length).map((index) => {
    const pods = { app: `app-${Math.floor(index / 2)}` };
    return index % 2 === 0
      ? allowIngress(home, `in-${index}`, { pods, peers: [podsOf({ tier: "web" })], ports: [tcp(8080)] })
      : allowEgress(home, `out-${index}`, { pods, peers: [addresses("203.0.113.0/24")], ports: [tcp(443)] });
  });
  return [...closing, ...opening];
}

/** The part of the index-th of `parts` when `total` is dealt out one by one. */
function share(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
