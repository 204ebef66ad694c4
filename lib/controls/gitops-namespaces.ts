// In which namespaces GitOps controllers may run, and what could not be looked into. Labels and the products' own
// objects tell, never a namespace's name. Pure.

import type { GitOps, GitOpsController, GitOpsProduct } from "../model/gitops.ts";
import type { Labels, Pod } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { hasGitOpsLabel } from "./gitops-components.ts";

/** Served wherever Flux was installed: without its sources nothing else of it works. */
export const FLUX_GROUP = "source.toolkit.fluxcd.io";

export type GitOpsEvidence = Pick<Facts, "apiGroups" | "argoCdProjects" | "fluxLeases">;

/** Pods of one workload share their labels and come one after the other: such labels are looked at once. */
export function* podsWithGitOpsLabel(pods: readonly Pod[]): Generator<Pod, void> {
  let last: Labels | null = null;
  let has = false;
  for (const pod of pods) {
    if (pod.labels !== last) has = hasGitOpsLabel(pod.labels);
    last = pod.labels;
    if (has) yield pod;
  }
}

/** Namespaces in which a controller's pods carry its labels, or which hold what only a controller's own holds. */
export function gitOpsNamespaces(
  pods: readonly Pod[],
  { argoCdProjects, fluxLeases }: Omit<GitOpsEvidence, "apiGroups">,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { namespace } of podsWithGitOpsLabel(pods)) names.add(namespace);
  for (const evidence of [argoCdProjects, fluxLeases])
    if (evidence.seen) for (const { namespace } of evidence.value) names.add(namespace);
  return names;
}

/** Installations that nobody could look for, or into: a controller that was not seen is not one that is not there. */
export function unseenInstallations(
  pods: readonly Pod[],
  evidence: GitOpsEvidence,
  controllers: readonly GitOpsController[],
  managedArgoCd: GitOps["managedArgoCd"],
): GitOps["unseen"] {
  // Where every pod was read in full, images and commands have told.
  if (!pods.some(isUnread)) return [];
  const found = new Set(controllers.map(({ product }) => product));
  if (managedArgoCd !== null && managedArgoCd.length > 0) found.add("Argo CD");
  return [...unseenProducts(evidence, found), ...unseenNamespaces(pods, gitOpsNamespaces(pods, evidence))];
}

function isUnread({ detail, hostNetwork, finished }: Pod): boolean {
  return detail === null && !hostNetwork && !finished;
}

function unseenProducts(
  { apiGroups, argoCdProjects, fluxLeases }: GitOpsEvidence,
  found: ReadonlySet<GitOpsProduct>,
): GitOps["unseen"] {
  const because: string[] = [];
  if (!found.has("Argo CD") && !argoCdProjects.seen)
    because.push(
      `whether Argo CD runs here under another name is not known, because its AppProjects could not be listed: ${argoCdProjects.detail}`,
    );
  if (!found.has("Flux") && !fluxLeases.seen)
    because.push(
      `whether Flux runs here under another name is not known, because the Leases of its controllers could not be listed: ${fluxLeases.detail}`,
    );
  const servesFlux = apiGroups.seen && apiGroups.value.some(({ name }) => name === FLUX_GROUP);
  if (!found.has("Flux") && fluxLeases.seen && servesFlux)
    because.push(
      `the API ${FLUX_GROUP} is served, but neither labels nor leader-election Leases tell where Flux's controllers run`,
    );
  return because.map((text) => ({ namespace: null, because: text }));
}

function unseenNamespaces(pods: readonly Pod[], candidates: ReadonlySet<string>): GitOps["unseen"] {
  if (candidates.size === 0) return [];
  const unread = pods.filter((pod) => candidates.has(pod.namespace) && isUnread(pod));
  const names = new Set(unread.map(({ namespace }) => namespace));
  return [...names].toSorted().map((namespace) => ({
    namespace,
    because: `pods of namespace ${namespace}, which belongs to a GitOps installation, could not be read in full, so that not all of its components may be known`,
  }));
}
