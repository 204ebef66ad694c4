// GitOps controllers that were found in a cluster, and who can get at what they must keep closed. Plain data,
// derived once per cluster (lib/controls/assess-gitops.ts).

import type { Labels } from "./kubernetes.ts";
import type { DirectionReport } from "./posture.ts";

const GITOPS_PRODUCTS = ["Argo CD", "Flux", "Rancher Fleet"] as const;
export type GitOpsProduct = (typeof GITOPS_PRODUCTS)[number];

export interface GitOpsController {
  readonly namespace: string;
  readonly product: GitOpsProduct;
  /** As the product names it: repo-server, redis, source-controller, ... */
  readonly component: string;
  /** `Kind/name`. */
  readonly workload: string;
  /** Of one of its pods: what a podSelector can pick it by. */
  readonly podLabels?: Labels;
  /** Whether users and webhooks are meant to reach it from anywhere (argocd-server). */
  readonly mayBeOpen: boolean;
  readonly restrictedPorts: readonly RestrictedPort[];
  readonly ingress: DirectionReport;
  readonly egress: DirectionReport;
}

/** A TCP port that only the product's own components may reach. */
export interface RestrictedPort {
  readonly port: number;
  /** What stands behind it. */
  readonly behind: string;
  /** How pods of other namespaces get through; `certain` false: they may, and `detail` says what is not known. */
  readonly openPaths: readonly {
    readonly policy: string | null;
    readonly path: string;
    readonly certain: boolean;
    readonly detail: string;
  }[];
}

export interface GitOps {
  /** Names of the EKS capabilities that run Argo CD outside of the cluster; null: not asked, or not seen. */
  readonly managedArgoCd: readonly string[] | null;
  /** By namespace, then workload, in code-unit order. */
  readonly controllers: readonly GitOpsController[];
  /** What may run here and could not be looked for (`namespace` null) or into; `because` is one clause. */
  readonly unseen: readonly { readonly namespace: string | null; readonly because: string }[];
}
