// In which namespaces GitOps controllers may run, and what could not be looked into. Labels and the products' own
// objects tell, never a namespace's name. Pure.

import type { GitOps, GitOpsController, GitOpsProduct } from "../model/gitops.ts";
import type { Pod } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { hasGitOpsLabel } from "./gitops-components.ts";

/** Served wherever Flux was installed: without its sources nothing else of it works. */
export const FLUX_GROUP = "source.toolkit.fluxcd.io";

export type GitOpsEvidence = Pick<Facts, "apiGroups" | "argoCdProjects" | "fluxLeases">;

/** Namespaces in which a controller's pods carry its labels, or which hold what only a controller's own holds. */
export function gitOpsNamespaces(
  pods: readonly Pod[],
  { argoCdProjects, fluxLeases }: Omit<GitOpsEvidence, "apiGroups">,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const pod of pods) if (hasGitOpsLabel(pod.labels)) names.add(pod.namespace);
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
  const unread = pods.filter(isUnread);
  // Where every pod was read in full, images and commands have told.
  if (unread.length === 0) return [];
  const found = new Set(controllers.map(({ product }) => product));
  if (managedArgoCd !== null && managedArgoCd.length > 0) found.add("Argo CD");
  return [...unseenProducts(evidence, found), ...unseenNamespaces(unread, gitOpsNamespaces(pods, evidence))];
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

function unseenNamespaces(unread: readonly Pod[], candidates: ReadonlySet<string>): GitOps["unseen"] {
  const names = new Set(unread.map(({ namespace }) => namespace).filter((name) => candidates.has(name)));
  return [...names].toSorted().map((namespace) => ({
    namespace,
    because: `pods of namespace ${namespace}, which belongs to a GitOps installation, could not be read in full, so that not all of its components may be known`,
  }));
}
