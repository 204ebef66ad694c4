// Reads everything that one cluster's verdicts need into a Snapshot: the reads that each cluster gets, and those that
// only some need as soon as it is known. Decides nothing about the cluster; never defaults what it could not see.

import { recognizeGitOpsComponent } from "../controls/gitops-components.ts";
import { agentSelectors } from "../enforcement/plan-reads.ts";
import type { EvaluationSettings } from "../model/control.ts";
import { seen, unseen, type Observed } from "../model/observed.ts";
import { type FactTypes, type Facts, type Snapshot, unseenFacts } from "../model/snapshot.ts";
import type { Target } from "../model/target.ts";
import { callsForServices } from "./calls-for-services.ts";
import type { Observe } from "./observe.ts";
import { planPodsElsewhere, readAgents } from "./read-agents.ts";
import { readNodeConfigurations, readPolicyResources } from "./read-custom-resources.ts";
import { readFullPods } from "./read-full-pods.ts";
import { readGitOps } from "./read-gitops.ts";
import type { ClusterReader } from "./sources.ts";

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
    await readCluster(facts, reader.value, options);
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

/** Each read starts when there is what it follows from: the pods of a big cluster are 200 round trips. */
async function readCluster(
  facts: Draft,
  reader: ClusterReader,
  { observe, settings }: CollectOptions,
): Promise<void> {
  const always = readAlways(facts, reader, observe);
  const { apiGroups, daemonSets, nodes, pods, networkPolicies } = always;
  const everywhere = Promise.all(Object.values(always));
  // An engine's configuration says which of its objects are worth a list; most clusters have none to read.
  const configMaps = daemonSets.then(() => readEngineConfiguration(facts, reader, observe));
  const nodeConfigurations = Promise.all([apiGroups, daemonSets]).then(async () =>
    Object.assign(facts, await readNodeConfigurations(facts, reader, observe)),
  );
  const configuration = Promise.all([configMaps, nodeConfigurations]);
  const agents = daemonSets.then(() => into(facts, "agentPods", readAgents(facts, reader, observe)));
  const gitOps = apiGroups.then(() => readGitOps(facts, reader, observe));
  await Promise.all([
    Promise.all([apiGroups, nodes, configuration]).then(async () =>
      Object.assign(facts, await readPolicyResources(facts, reader, observe)),
    ),
    Promise.all([everywhere, configuration, agents]).then(() => readElsewhere(facts, reader, observe)),
    Promise.all([everywhere, gitOps]).then(([, read]) =>
      readSpecs(Object.assign(facts, read), reader, observe),
    ),
    pods.then(() => readJobs(facts, reader, observe)),
    Promise.all([pods, networkPolicies]).then(() => readServices(facts, reader, observe, settings)),
  ]);
}

function readAlways(facts: Draft, reader: ClusterReader, observe: Observe) {
  return {
    apiGroups: into(
      facts,
      "apiGroups",
      observe(() => reader.listApiGroups()),
    ),
    namespaces: into(
      facts,
      "namespaces",
      observe(() => reader.listNamespaces()),
    ),
    pods: into(
      facts,
      "pods",
      observe(() => reader.listPodMetadata()),
    ),
    nodes: into(
      facts,
      "nodes",
      observe(() => reader.listNodes()),
    ),
    daemonSets: into(
      facts,
      "daemonSets",
      observe(() => reader.listDaemonSets()),
    ),
    networkPolicies: into(
      facts,
      "networkPolicies",
      observe(() => reader.listNetworkPolicies()),
    ),
    vpcCniConfigMap: into(
      facts,
      "vpcCniConfigMap",
      observe(() => reader.getConfigMap("kube-system", "amazon-vpc-cni")),
    ),
  };
}

async function readElsewhere(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  const read = planPodsElsewhere(facts, reader);
  if (read !== null) await into(facts, "podsOnUncoveredNodes", observe(read));
}

/** Which namespaces are read in full depends on where GitOps controllers run. */
async function readSpecs(facts: Draft, reader: ClusterReader, observe: Observe): Promise<void> {
  await into(facts, "pods", readFullPods(facts, reader, observe));
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

async function into<K extends keyof Facts>(facts: Draft, name: K, read: Promise<Facts[K]>): Promise<void> {
  facts[name] = await read;
}
