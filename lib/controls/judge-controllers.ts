// What the GitOps controls share: one verdict per namespace that runs GitOps controllers, and one sentence for a
// cluster that runs none. The namespace's name plays no part.

import type { ControlInput, Isolation, Verdict } from "../model/control.ts";
import type { GitOps, GitOpsController } from "../model/gitops.ts";
import {
  createPictures,
  createSetAside,
  notApplicable,
  unknown,
  withReservation,
  type Judgement,
} from "./judge-namespaces.ts";

export function judgeControllers(
  { gitOps, isolation }: { readonly gitOps: GitOps; readonly isolation: Isolation },
  { clusterName, settings }: Pick<ControlInput<never, never>, "clusterName" | "settings">,
  judge: (controllers: readonly GitOpsController[], namespace: string) => Judgement,
): readonly Verdict[] {
  const ofCluster = { kind: "cluster", name: clusterName } as const;
  if (gitOps.controllers.length === 0 && gitOps.unseen.length === 0)
    return [{ subject: ofCluster, ...notApplicable(whyNone(gitOps)) }];
  const pictureOf = createPictures(isolation);
  const setAside = createSetAside(settings);
  const judged = [...Map.groupBy(gitOps.controllers, ({ namespace }) => namespace)].map(
    ([name, controllers]) => {
      const picture = pictureOf(name);
      return [name, setAside(picture.detail) ?? withReservation(judge(controllers, name), picture)] as const;
    },
  );
  const judgements = new Map<string, Judgement>(judged);
  const ofWhole = gitOps.unseen.filter(({ namespace }) => namespace === null);
  for (const { namespace, because } of gitOps.unseen) {
    if (namespace === null || DECIDED.has(judgements.get(namespace)?.status)) continue;
    const detail = isolation.details.find(({ name }) => name === namespace);
    const aside = detail === undefined ? null : setAside(detail);
    judgements.set(namespace, aside ?? unknown(toSentence([because])));
  }
  return [
    ...[...judgements].map(([name, judgement]) => ({
      subject: { kind: "namespace", name } as const,
      ...judgement,
    })),
    ...(ofWhole.length === 0
      ? []
      : [{ subject: ofCluster, ...unknown(toSentence(ofWhole.map(({ because }) => because))) }]),
  ];
}

/** What was found open stays open, and a namespace that is set aside stays so, whatever else there is. */
const DECIDED: ReadonlySet<Judgement["status"] | undefined> = new Set(["fail", "not-applicable"]);

function toSentence(clauses: readonly string[]): string {
  const text = clauses.join("; and ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
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
