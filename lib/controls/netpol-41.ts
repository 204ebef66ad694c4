import { aboutWorkloads } from "./about.ts";
import { defineControl } from "../model/control.ts";
import type { GitOpsController } from "../model/gitops.ts";
import { remedyOpenEgress } from "../remediation/remedy-gitops.ts";
import { judgeControllers, productsOf } from "./judge-controllers.ts";
import { fail, listNames, pass, unknown, type Judgement } from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

export const netpol41 = defineControl({
  id: "NETPOL.41",
  title: "GitOps controllers should have restricted egress",
  subject: "namespace",
  severity: "medium",
  severityReason:
    "Open egress lets a manifest that the controller renders, or a chart that it fetches, talk to any address with the controller next to its secrets.",
  rationale:
    "Controllers that render foreign manifests run foreign templates. They need the API server, DNS and their sources, and no more; the stock policies of Argo CD and Flux leave egress open.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "SC-7(5)", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.3.2", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "What native NetworkPolicies isolate; where none does it is unknown, because the cluster-wide policies of other APIs are not readable. Controllers without a label of their product are not looked for: where an API of Argo CD or Flux is served and none was found, it is unknown.",
  remediation:
    "Add an egress policy for the controllers that allows DNS, the Kubernetes API server and the addresses of your Git and chart sources.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
  needs: ["gitOps", "isolation"],
  remedyReads: ["networkPolicies", "cluster", "daemonSets", "services"],
  evaluate: ({ facts, reads, clusterName, settings }) =>
    judgeControllers(facts, { clusterName, settings }, (controllers, name) =>
      withRemedy(judge(controllers, name), () => remedyOpenEgress({ name, controllers }, reads)),
    ),
});

function judge(controllers: readonly GitOpsController[], namespace: string): Judgement {
  const products = productsOf(controllers);
  const open = controllers.filter(({ egress }) => egress.isolated === false || isWideOpen(egress));
  if (open.length > 0)
    return fail(
      `${open.length} of ${controllers.length} components of ${products} in namespace ${namespace} may connect anywhere: ${listNames(open.map(({ workload }) => workload).toSorted())}.`,
      { about: aboutWorkloads(open.map(({ workload }) => workload)) },
    );
  const blind = controllers.find(({ egress }) => egress.isolated === null || egress.openToExternal === null);
  if (blind !== undefined)
    return unknown(
      `Whether the egress of ${blind.workload} in namespace ${namespace} is restricted could not be decided: ${blind.egress.because ?? "a fact was not seen"}.`,
    );
  return pass(`The egress of every component of ${products} in namespace ${namespace} is restricted.`);
}

function isWideOpen({ openToCluster, openToExternal }: GitOpsController["egress"]): boolean {
  return openToCluster === true || openToExternal === true;
}
