// The podSelector that picks one GitOps component's pods, and the policies' names.

import type { GitOpsController } from "../model/gitops.ts";
import type { Labels } from "../model/kubernetes.ts";

/** What tells a component apart; versions and hashes change with each release and would select nothing then. */
const IDENTITY = [
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/component",
  "app",
];

export interface SelectableController {
  readonly controller: GitOpsController;
  readonly selector: { readonly matchLabels: Labels };
}

/** Controllers whose pods carry identifying labels; others cannot be selected without guessing. */
export function toSelectable(controllers: readonly GitOpsController[]): readonly SelectableController[] {
  return controllers.flatMap((controller) => {
    const labels = controller.podLabels ?? {};
    const identity = IDENTITY.filter((key) => Object.hasOwn(labels, key)).map((key) => [
      key,
      labels[key] ?? "",
    ]);
    return identity.length === 0
      ? []
      : [{ controller, selector: { matchLabels: Object.fromEntries(identity) } }];
  });
}

/** The product's own components as peers, the only ones whom the internal ports trust. */
export function ownPeers(
  all: readonly SelectableController[],
  product: GitOpsController["product"],
): readonly unknown[] {
  const own = all.filter(({ controller }) => controller.product === product);
  const distinct = new Map(own.map(({ selector }) => [JSON.stringify(selector), { podSelector: selector }]));
  return [...distinct.values()];
}

/** `ringfence-argo-cd-repo-server-ingress` */
export function toComponentPolicyName(
  { product, component }: GitOpsController,
  direction: "ingress" | "egress",
): string {
  return `ringfence-${product.toLowerCase().replaceAll(" ", "-")}-${component}-${direction}`;
}
