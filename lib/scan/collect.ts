// Reads everything that one cluster's verdicts need into a Snapshot: cheap reads first and together, then
// the reads that only some clusters need. Decides nothing about the cluster; never defaults what it could not see.

import { recognizeGitOpsComponent } from "../controls/gitops-components.ts";
import {
  agentSelectors,
  customResourcesFor,
  podsOutsideAgents,
  uncoveredNodes,
} from "../enforcement/plan-reads.ts";
import { createPolicyEndpointReducer } from "../enforcement/reduce-policy-endpoint.ts";
import type { EvaluationSettings } from "../model/control.ts";
import type { Pod, RawObject } from "../model/kubernetes.ts";
import { seen, unseen, type Observed } from "../model/observed.ts";
import { type FactName, type FactTypes, type Facts, type Snapshot, unseenFacts } from "../model/snapshot.ts";
import type { Target } from "../model/target.ts";
import { callsForServices } from "./calls-for-services.ts";
import type { Observe } from "./observe.ts";
import { policyResources } from "./policy-resources.ts";
import { readFullPods } from "./read-full-pods.ts";
import { readGitOps, toNamespacedName } from "./read-gitops.ts";
import type { ClusterReader, CustomResource } from "./sources.ts";

/** Beyond this many uncovered nodes one full list costs the API server less than a list per node. */
const MAX_NODE_LISTS = 20;

type Draft = { -readonly [K in keyof Facts]: Facts[K] };

export interface CollectOptions {
  /** Asked only where Argo CD's resources are served and none of its controllers runs in the cluster. */
  readonly readCapabilities?: () => Promise<FactTypes["capabilities"]>;
  readonly observe: Observe;
  readonly now: () => Date;
  /** Which namespaces nobody judges, so that nothing is read to mend them. */
  readonly settings: EvaluationSettings;
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
    await readWhereNeeded(facts, reader.value, options);
    await readManaged(facts, options);
  }
  return { schemaVersion: 1, target, observedFrom, facts };
}

/** A snapshot that was collected elsewhere, with what the EKS API told here: its word is AWS's own. */
export async function adoptSnapshot(
  collected: Snapshot,
  cloudFacts: CloudFacts,
  options: CollectOptions,
): Promise<Snapshot> {
  const facts: Draft = { ...collected.facts, ...cloudFacts };
  await readManaged(facts, options);
  return { ...collected, facts };
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

async function readWhereNeeded(
  facts: Draft,
  reader: ClusterReader,
  { observe, settings }: CollectOptions,
): Promise<void> {
  // An engine's configuration says which of its objects are worth a list; most clusters have none to read.
  await readEngineConfiguration(facts, reader, observe);
  await Promise.all([
    readAgents(facts, reader, observe),
    readPolicyResources(facts, reader, observe),
    readJobs(facts, reader, observe),
    readSpecs(facts, reader, observe),
    readServices(facts, reader, observe, settings),
  ]);
}

/** EKS runs Argo CD outside the cluster as a capability: then its resources are here and its controllers are not. */
async function readManaged(facts: Draft, { readCapabilities, observe }: CollectOptions): Promise<void> {
  if (readCapabilities === undefined || !facts.apiGroups.seen || !facts.pods.seen) return;
  if (!facts.apiGroups.value.some(({ name }) => name === "argoproj.io")) return;
  if (facts.pods.value.some((pod) => recognizeGitOpsComponent(pod)?.product === "Argo CD")) return;
  await into(facts, "capabilities", observe(readCapabilities));
}

async function readEngineConfiguration(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  if (!facts.daemonSets.seen) return;
  const engines = new Set(agentSelectors(facts.daemonSets.value).map(({ engine }) => engine));
  const readConfigMap = (fact: "ciliumConfigMap" | "antreaConfigMap", name: string): Promise<void> =>
    into(
      facts,
      fact,
      observe(() => reader.getConfigMap("kube-system", name)),
    );
  await Promise.all([
    engines.has("cilium") || engines.has("gke-dataplane-v2")
      ? readConfigMap("ciliumConfigMap", "cilium-config")
      : undefined,
    engines.has("antrea") ? readConfigMap("antreaConfigMap", "antrea-config") : undefined,
  ]);
}

/** Agent pods in full, and then who runs where no ready agent was seen. */
async function readAgents(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  if (!facts.daemonSets.seen) {
    facts.agentPods = facts.daemonSets;
    return;
  }
  const selectors = agentSelectors(facts.daemonSets.value);
  await into(
    facts,
    "agentPods",
    observe(async () => (await Promise.all(selectors.map((selector) => reader.listPods(selector)))).flat()),
  );
  await readPodsElsewhere(facts, reader, observe);
}

/** One list per node without an agent; where those are many, or not known, one list of all pods outside agents. */
async function readPodsElsewhere(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  const names = uncoveredNodes(facts);
  if (names !== null && names.length <= MAX_NODE_LISTS)
    return into(
      facts,
      "podsOnUncoveredNodes",
      observe(() => listPerNode(reader, names)),
    );
  const elsewhere = podsOutsideAgents(facts);
  if (elsewhere !== null)
    await into(
      facts,
      "podsOnUncoveredNodes",
      observe(() => listElsewhere(reader, elsewhere, names ?? [])),
    );
}

async function listPerNode(
  reader: ClusterReader,
  names: readonly string[],
): Promise<FactTypes["podsOnUncoveredNodes"]> {
  const lists = await Promise.all(
    names.map(async (name) => [name, await reader.listPodMetadataOfNode(name)] as const),
  );
  return Object.fromEntries(lists);
}

/** A pod that is still Pending has no network yet: a node that is just starting hosts nothing to protect. */
const WITH_NETWORK = "status.phase!=Succeeded,status.phase!=Failed,status.phase!=Pending";
/** Longer URLs are refused by some load balancers in front of an API server. */
const MAX_SELECTOR_LENGTH = 6000;

/** `names`: nodes that must have an entry, even where nothing runs on them. */
async function listElsewhere(
  reader: ClusterReader,
  selector: string,
  names: readonly string[],
): Promise<FactTypes["podsOnUncoveredNodes"]> {
  const narrowed = selector.length <= MAX_SELECTOR_LENGTH ? `${selector},${WITH_NETWORK}` : WITH_NETWORK;
  const byNode = new Map<string, Pod[]>(names.map((name) => [name, []]));
  for (const pod of await reader.listPods({ fieldSelector: narrowed })) {
    if (pod.hostNetwork || pod.detail?.nodeName == null) continue;
    const onNode = byNode.get(pod.detail.nodeName) ?? [];
    onNode.push(pod);
    byNode.set(pod.detail.nodeName, onNode);
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
        Object.assign(facts, { [fact]: await observe(() => readResource(reader, fact, resource)) });
    }),
  );
}

async function readResource(
  reader: ClusterReader,
  fact: FactName,
  resource: CustomResource,
): Promise<readonly RawObject[] | FactTypes["ciliumEndpoints"]> {
  if (fact === "policyEndpoints")
    return reader.listCustomObjects({ ...resource, reduce: createPolicyEndpointReducer() });
  const objects = await reader.listCustomObjects(resource);
  // A CiliumEndpoint has the namespace and the name of its pod, and nothing else of it counts here.
  return fact === "ciliumEndpoints" ? objects.flatMap(toNamespacedName) : objects;
}

/** Jobs are listed only to name the CronJob of a pod; a cluster without Job pods needs none. */
async function readJobs(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  if (!facts.pods.seen) return;
  const hasJobPods = facts.pods.value.some((pod) => pod.owner?.kind === "Job");
  await into(facts, "jobs", hasJobPods ? observe(() => reader.listJobs()) : Promise.resolve(seen([])));
}

/** Who is meant to reach the pods, where a remedy has to keep it so. Verdicts rest on none of it. */
async function readServices(
  facts: Draft,
  reader: ClusterReader,
  observe: Observe,
  settings: EvaluationSettings,
): Promise<void> {
  const { pods, networkPolicies } = facts;
  if (!pods.seen || !networkPolicies.seen) return;
  if (!callsForServices(pods.value, networkPolicies.value, settings)) return;
  await Promise.all([
    into(
      facts,
      "services",
      observe(() => reader.listServices()),
    ),
    into(
      facts,
      "ingresses",
      observe(() => reader.listIngresses()),
    ),
    into(
      facts,
      "admissionWebhooks",
      observe(async () =>
        (
          await Promise.all([
            reader.listAdmissionWebhooks("mutating"),
            reader.listAdmissionWebhooks("validating"),
          ])
        ).flat(),
      ),
    ),
  ]);
}

/** Which namespaces are read in full depends on where GitOps controllers run. */
async function readSpecs(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  Object.assign(facts, await readGitOps(facts, reader, observe));
  await into(facts, "pods", readFullPods(facts, reader, observe));
}

async function into<K extends keyof Facts>(facts: Draft, name: K, read: Promise<Facts[K]>): Promise<void> {
  facts[name] = await read;
}
