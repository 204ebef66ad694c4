// Where GitOps controllers run, whatever they are called there: one short list for each product whose API is
// served. Reads names only, and never takes a list that was refused for an empty one.

import { seen, unseen, type Observed } from "../model/observed.ts";
import type { ApiGroup, RawObject } from "../model/kubernetes.ts";
import type { Facts, NamespacedName } from "../model/snapshot.ts";
import { FLUX_GROUP } from "../controls/gitops-namespaces.ts";
import type { Observe } from "./observe.ts";
import type { ClusterReader, CustomResource } from "./sources.ts";

export type GitOpsFacts = Pick<Facts, "argoCdProjects" | "fluxLeases">;

export async function readGitOps(
  { apiGroups }: Pick<Facts, "apiGroups">,
  reader: ClusterReader,
  observe: Observe,
): Promise<GitOpsFacts> {
  if (!apiGroups.seen) return { argoCdProjects: apiGroups, fluxLeases: apiGroups };
  const [argoCdProjects, fluxLeases] = await Promise.all([
    readArgoCdProjects(apiGroups.value, reader, observe),
    readFluxLeases(apiGroups.value, reader, observe),
  ]);
  return { argoCdProjects, fluxLeases };
}

const PROJECTS = { group: "argoproj.io", version: "v1alpha1", plural: "appprojects" } as const;

async function readArgoCdProjects(
  groups: readonly ApiGroup[],
  reader: ClusterReader,
  observe: Observe,
): Promise<GitOpsFacts["argoCdProjects"]> {
  const served = groups.find(({ name }) => name === PROJECTS.group)?.versions;
  if (served === undefined) return seen([]);
  if (!served.includes(PROJECTS.version))
    return unseen("not-supported", `appprojects.argoproj.io is served only as ${served.join(", ")}`);
  const projects = await observe(() => listNames(reader, { ...PROJECTS, metadataOnly: true }));
  if (projects.seen || projects.why !== "not-supported") return projects;
  // Argo Rollouts and Argo Workflows share the group: without Argo CD it has no AppProjects.
  const resources = await observe(() => reader.listApiResources(PROJECTS.group, PROJECTS.version));
  return resources.seen && !resources.value.includes(PROJECTS.plural) ? seen([]) : projects;
}

/** Every node renews a Lease in kube-node-lease: thousands of them, and none of Flux. */
const LEASES: CustomResource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  metadataOnly: true,
  fieldSelector: "metadata.namespace!=kube-node-lease",
};

/**
 * Flux's controllers: `leaderElectionId := fmt.Sprintf("%s-%s", controllerName, "leader-election")`, whatever
 * their Deployments are called; shards have a longer name. The stock arguments have --enable-leader-election.
 */
const FLUX_LEASE =
  /(?:source|kustomize|helm|notification|image-automation|image-reflector)-controller-leader-election/;

async function readFluxLeases(
  groups: readonly ApiGroup[],
  reader: ClusterReader,
  observe: Observe,
): Promise<Observed<readonly NamespacedName[]>> {
  if (!groups.some(({ name }) => name === FLUX_GROUP)) return seen([]);
  return observe(async () => (await listNames(reader, LEASES)).filter(({ name }) => FLUX_LEASE.test(name)));
}

async function listNames(
  reader: ClusterReader,
  resource: CustomResource,
): Promise<readonly NamespacedName[]> {
  return (await reader.listCustomObjects(resource)).flatMap(toNamespacedName);
}

export function toNamespacedName({ metadata: { namespace, name } }: RawObject): readonly NamespacedName[] {
  return namespace === undefined ? [] : [{ namespace, name }];
}
