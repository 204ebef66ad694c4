// TCP ports on which GitOps components serve others by design: metrics and webhooks. Everything else is for the
// product's own components. Source: the policies that Argo CD and Flux ship with their manifests.

import type { GitOpsController } from "../model/gitops.ts";

const ENTRANCES: ReadonlyMap<string, readonly number[]> = new Map([
  ["Argo CD/application-controller", [8082]],
  ["Argo CD/applicationset-controller", [7000, 8080]],
  ["Argo CD/dex-server", [5558]],
  ["Argo CD/notifications-controller", [9001]],
  ["Argo CD/repo-server", [8084]],
  ["Flux/helm-controller", [8080]],
  ["Flux/image-automation-controller", [8080]],
  ["Flux/image-reflector-controller", [8080]],
  ["Flux/kustomize-controller", [8080]],
  ["Flux/notification-controller", [8080, 9292]],
  ["Flux/source-controller", [8080]],
]);

export function entrancesOf({ product, component }: GitOpsController): readonly number[] {
  return ENTRANCES.get(`${product}/${component}`) ?? [];
}
