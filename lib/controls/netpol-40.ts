import { aboutPolicies, aboutWorkloads } from "./about.ts";
import { defineControl, type ObjectReference } from "../model/control.ts";
import type { GitOpsController } from "../model/gitops.ts";
import { inWords, openingsOf, toOpeningEvidence, type Opening } from "./gitops-openings.ts";
import { remedyOpenComponents } from "../remediation/remedy-gitops.ts";
import { judgeControllers, productsOf } from "./judge-controllers.ts";
import { fail, pass, unknown, type Judgement } from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

export const netpol40 = defineControl({
  id: "NETPOL.40",
  title: "GitOps controllers should be closed to other namespaces",
  subject: "namespace",
  severity: "high",
  severityReason:
    "Who reaches the repo-server, Redis or the artifacts of a GitOps controller can change what it applies, with its rights.",
  rationale:
    "A GitOps controller may write everything in the cluster. Its internal ports trust the network: only its own components may reach them. The Argo CD manual asks for policies before Redis and the repo-server, and for an engine that enforces them.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "SC-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.3.1", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "What native NetworkPolicies isolate; where none does it is unknown, because the cluster-wide policies of other APIs are not readable. Controllers without a label of their product are not looked for: where an API of Argo CD or Flux is served and none was found, it is unknown.",
  remediation:
    "Allow the named port only from the product's own components with a podSelector (Argo CD ships such policies since chart 10; Flux with --network-policy), and remove the rule that opens it.",
  link: "https://argo-cd.readthedocs.io/en/stable/operator-manual/secret-management/",
  needs: ["gitOps", "isolation"],
  remedyReads: ["networkPolicies", "cluster", "daemonSets", "services"],
  evaluate: ({ facts, reads, clusterName, settings }) =>
    judgeControllers(facts, { clusterName, settings }, (controllers, name) =>
      withRemedy(judge(controllers, name), () => remedyOpenComponents({ name, controllers }, reads)),
    ),
});

function judge(controllers: readonly GitOpsController[], namespace: string): Judgement {
  const openings = controllers.flatMap(openingsOf);
  const products = productsOf(controllers);
  const certain = openings.filter((opening) => opening.certain);
  if (certain.length > 0)
    return {
      ...fail(`Other namespaces can reach ${products} in namespace ${namespace}: ${inWords(certain)}.`, {
        about: aboutOf(certain),
      }),
      evidence: toOpeningEvidence(namespace, certain),
    };
  if (openings.length > 0)
    return {
      ...unknown(
        `Whether other namespaces can reach ${products} in namespace ${namespace} could not be decided: ${inWords(openings)}.`,
        { about: aboutOf(openings) },
      ),
      evidence: toOpeningEvidence(namespace, openings),
    };
  return pass(
    `What ${products} in namespace ${namespace} must keep closed (${controllers.length} components) is closed to other namespaces.`,
  );
}

function aboutOf(openings: readonly Opening[]): readonly ObjectReference[] {
  const policies = openings.flatMap(({ policy }) => (policy === null ? [] : [policy]));
  return [...aboutPolicies(policies), ...aboutWorkloads(openings.map(({ workload }) => workload))];
}
