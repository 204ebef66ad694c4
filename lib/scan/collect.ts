// Reads everything that one cluster's verdicts need into a Snapshot: cheap reads first and together, then
// the reads that only some clusters need. Decides nothing about the cluster; never defaults what it could not see.

import { agentSelectors, customResourcesFor, uncoveredNodes } from "../enforcement/plan-reads.ts";
import type { Pod } from "../model/kubernetes.ts";
import { seen, unseen, type Observed } from "../model/observed.ts";
import { type FactTypes, type Facts, type Snapshot, unseenFacts } from "../model/snapshot.ts";
import type { Target } from "../model/target.ts";
import { namespacesReadInFull } from "./namespaces-read-in-full.ts";
import type { Observe } from "./observe.ts";
import { policyResources } from "./policy-resources.ts";
import type { ClusterReader } from "./sources.ts";

/** Beyond this many uncovered nodes one full list costs the API server less than a list per node. */
const MAX_NODE_LISTS = 20;

type Draft = { -readonly [K in keyof Facts]: Facts[K] };

export interface CollectOptions {
  readonly observe: Observe;
  readonly now: () => Date;
}

/** What the Amazon EKS API told; `not-attempted` where there is no AWS around the cluster. */
export type CloudFacts = Pick<Facts, "cluster" | "vpcCniAddon" | "capabilities">;

/** `reader` is what opening the cluster's API gave: without it every Kubernetes fact has that reason. */
export async function collectSnapshot(
  target: Target,
  cloudFacts: CloudFacts,
  reader: Observed<ClusterReader>,
  options: CollectOptions,
): Promise<Snapshot> {
  const observedFrom = options.now().toISOString();
  const facts: Draft = {
    ...unseenFacts(reader.seen ? unseen("not-attempted", "this cluster did not call for it") : reader),
    ...cloudFacts,
  };
  if (reader.seen) {
    await readAlways(facts, reader.value, options.observe);
    await readWhereNeeded(facts, reader.value, options.observe);
  }
  return { schemaVersion: 1, target, observedFrom, facts };
}

async function readAlways(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  await Promise.all([
    into(
      facts,
      "apiGroups",
      observe(() => reader.listApiGroups()),
    ),
    into(
      facts,
      "namespaces",
      observe(() => reader.listNamespaces()),
    ),
    into(
      facts,
      "pods",
      observe(() => reader.listPodMetadata()),
    ),
    into(
      facts,
      "nodes",
      observe(() => reader.listNodes()),
    ),
    into(
      facts,
      "daemonSets",
      observe(() => reader.listDaemonSets()),
    ),
    into(
      facts,
      "networkPolicies",
      observe(() => reader.listNetworkPolicies()),
    ),
    into(
      facts,
      "vpcCniConfigMap",
      observe(() => reader.getConfigMap("kube-system", "amazon-vpc-cni")),
    ),
  ]);
}

async function readWhereNeeded(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  await Promise.all([
    readAgents(facts, reader, observe),
    readPolicyResources(facts, reader, observe),
    readJobs(facts, reader, observe),
    readFullPods(facts, reader, observe),
  ]);
}

/** Agent pods in full, their engines' ConfigMaps, and then who runs where no ready agent was seen. */
async function readAgents(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  if (!facts.daemonSets.seen) {
    facts.agentPods = facts.daemonSets;
    return;
  }
  const selectors = agentSelectors(facts.daemonSets.value);
  const engines = new Set(selectors.map((selector) => selector.engine));
  await Promise.all([
    into(
      facts,
      "agentPods",
      observe(async () => (await Promise.all(selectors.map((selector) => reader.listPods(selector)))).flat()),
    ),
    engines.has("cilium") || engines.has("gke-dataplane-v2")
      ? into(
          facts,
          "ciliumConfigMap",
          observe(() => reader.getConfigMap("kube-system", "cilium-config")),
        )
      : undefined,
    engines.has("antrea")
      ? into(
          facts,
          "antreaConfigMap",
          observe(() => reader.getConfigMap("kube-system", "antrea-config")),
        )
      : undefined,
  ]);
  await readUncoveredNodes(facts, reader, observe);
}

async function readUncoveredNodes(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  const names = uncoveredNodes(facts);
  if (names === null) return;
  await into(
    facts,
    "podsOnUncoveredNodes",
    observe(() => podsOfNodes(reader, names)),
  );
}

async function podsOfNodes(
  reader: ClusterReader,
  names: readonly string[],
): Promise<FactTypes["podsOnUncoveredNodes"]> {
  if (names.length <= MAX_NODE_LISTS) {
    const lists = await Promise.all(
      names.map(async (name) => [name, await reader.listPodMetadataOfNode(name)] as const),
    );
    return Object.fromEntries(lists);
  }
  const byNode = new Map<string, Pod[]>(names.map((name) => [name, []]));
  for (const pod of await reader.listPods({})) {
    if (pod.hostNetwork || pod.finished || pod.detail?.nodeName == null) continue;
    byNode.get(pod.detail.nodeName)?.push(pod);
  }
  return Object.fromEntries(byNode);
}

/** Policies of other APIs and the engines' own custom resources, where discovery says that they are served. */
async function readPolicyResources(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  const { apiGroups } = facts;
  if (!apiGroups.seen) {
    for (const { fact } of policyResources([])) Object.assign(facts, { [fact]: apiGroups });
    return;
  }
  const wanted = new Set(customResourcesFor(facts));
  await Promise.all(
    policyResources(apiGroups.value).map(async ({ fact, resource, policy }) => {
      if (resource === "absent") Object.assign(facts, { [fact]: seen([]) });
      else if ("why" in resource) Object.assign(facts, { [fact]: resource });
      else if (policy || wanted.has(fact))
        Object.assign(facts, { [fact]: await observe(() => reader.listCustomObjects(resource)) });
    }),
  );
}

/** Jobs are listed only to name the CronJob of a pod; a cluster without Job pods needs none. */
async function readJobs(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  if (!facts.pods.seen) return;
  const hasJobPods = facts.pods.value.some((pod) => pod.owner?.kind === "Job");
  await into(facts, "jobs", hasJobPods ? observe(() => reader.listJobs()) : Promise.resolve(seen([])));
}

/** Replaces the metadata-only pods of the few namespaces whose verdict depends on a pod's spec. */
async function readFullPods(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  if (!facts.pods.seen || !facts.networkPolicies.seen) return;
  const names = namespacesReadInFull(facts.pods.value, facts.networkPolicies.value);
  if (names.size === 0) return;
  const full = await Promise.all(
    [...names].map(async (namespace) => ({
      namespace,
      pods: await observe(() => reader.listPods({ namespace })),
    })),
  );
  // A namespace whose full read failed keeps its metadata-only pods: `detail` null says so to whoever asks.
  const replaced = new Set(full.filter(({ pods }) => pods.seen).map(({ namespace }) => namespace));
  facts.pods = seen([
    ...facts.pods.value.filter((pod) => !replaced.has(pod.namespace)),
    ...full.flatMap(({ pods }) => (pods.seen ? pods.value : [])),
  ]);
}

async function into<K extends keyof Facts>(facts: Draft, name: K, read: Promise<Facts[K]>): Promise<void> {
  facts[name] = await read;
}
