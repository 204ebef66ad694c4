// What the GitOps controls share: one verdict per namespace that runs GitOps controllers, and one sentence for a
// cluster that runs none. The namespace's name plays no part.

import type { Isolation, Verdict } from "../model/control.ts";
import type { GitOps, GitOpsController } from "../model/gitops.ts";
import { createDetails, notApplicable, withReservation, type Judgement } from "./judge-namespaces.ts";

export function judgeControllers(
  { gitOps, isolation }: { readonly gitOps: GitOps; readonly isolation: Isolation },
  clusterName: string,
  judge: (controllers: readonly GitOpsController[], namespace: string) => Judgement,
): readonly Verdict[] {
  if (gitOps.controllers.length === 0)
    return [
      {
        subject: { kind: "cluster", name: clusterName },
        ...notApplicable(whyNone(gitOps)),
      },
    ];
  const detailOf = createDetails(isolation);
  const byNamespace = Map.groupBy(gitOps.controllers, ({ namespace }) => namespace);
  return [...byNamespace].map(([name, controllers]) => ({
    subject: { kind: "namespace", name },
    ...withReservation(judge(controllers, name), detailOf(name)),
  }));
}

function whyNone({ managedArgoCd }: GitOps): string {
  if (managedArgoCd === null || managedArgoCd.length === 0)
    return "No Argo CD, Flux or Fleet controller runs in the cluster.";
  return `Argo CD runs as the EKS capability ${managedArgoCd.join(", ")}, outside of the cluster: there is no controller here to close.`;
}

/** `Argo CD and Flux`, in code-unit order. */
export function productsOf(controllers: readonly GitOpsController[]): string {
  return [...new Set(controllers.map(({ product }) => product))].toSorted().join(" and ");
}
