// Finds the GitOps controllers of a cluster and asks, for each port that must stay closed, how pods of other
// namespaces get through. Reachability decides, not the presence of a policy.

import type { GitOps, GitOpsController } from "../model/gitops.ts";
import type { Labels } from "../model/kubernetes.ts";
import type { NamespaceReport, WorkloadReport } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import type { IsolationInput } from "../netpol/isolation-input.ts";
import { createReachability, type Reachability } from "../netpol/reachability.ts";
import { indexCronJobs, workloadOfPod } from "../netpol/workload-of-pod.ts";
import { recognizeGitOpsComponents, type GitOpsComponent } from "./gitops-components.ts";
import { unseenInstallations, type GitOpsEvidence } from "./gitops-namespaces.ts";

interface Found {
  readonly namespace: string;
  readonly component: GitOpsComponent;
  readonly podLabels: Labels;
  readonly report: WorkloadReport;
}

export function assessGitOps(
  input: IsolationInput,
  namespaces: readonly NamespaceReport[],
  evidence: GitOpsEvidence & Pick<Facts, "capabilities">,
): GitOps {
  const { capabilities } = evidence;
  const managedArgoCd = capabilities.seen
    ? capabilities.value.filter(({ type }) => type === "ARGOCD").map(({ name }) => name)
    : null;
  const controllers = findControllers(input, namespaces);
  const unseen = unseenInstallations(input.pods, evidence, controllers, managedArgoCd);
  return { managedArgoCd, controllers, unseen };
}

function findControllers(
  input: IsolationInput,
  namespaces: readonly NamespaceReport[],
): GitOps["controllers"] {
  const components = recognizeWorkloads(input);
  const found = namespaces.flatMap(({ name, workloads }) =>
    workloads.flatMap((report): Found[] => {
      const recognized = components.get(keyOf(name, report));
      return recognized === undefined || report.pods.counted === 0
        ? []
        : [{ namespace: name, ...recognized, report }];
    }),
  );
  if (found.length === 0) return [];
  const reachability = createReachability(input);
  return found.map((one) => toController(one, reachability));
}

type Recognized = Pick<Found, "component" | "podLabels">;

function recognizeWorkloads(input: IsolationInput): ReadonlyMap<string, Recognized> {
  const components = new Map<string, Recognized>();
  const cronJobs = indexCronJobs(input.jobs);
  for (const { pod, component } of recognizeGitOpsComponents(input.pods))
    components.set(keyOf(pod.namespace, workloadOfPod(pod, cronJobs)), { component, podLabels: pod.labels });
  return components;
}

function keyOf(namespace: string, { kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${namespace}/${kind}/${name}`;
}

function toController(
  { namespace, component, podLabels, report }: Found,
  reachability: Reachability,
): GitOpsController {
  const { kind, name, ingress, egress } = report;
  const target = { kind: "workload", namespace, workload: { kind, name } } as const;
  return {
    namespace,
    product: component.product,
    component: component.name,
    workload: `${kind}/${name}`,
    podLabels,
    mayBeOpen: component.mayBeOpen,
    restrictedPorts: component.restricted.map(({ port, behind }) => ({
      port,
      behind,
      openPaths: reachability.openPaths(target, { port, protocol: "TCP" }) ?? [
        { policy: null, path: "", certain: false, detail: "none of its pods is live" },
      ],
    })),
    ingress,
    egress,
  };
}
