import { count } from "../model/counts.ts";
import { defineControl } from "../model/control.ts";
import type { PodException } from "../model/enforcement-detail.ts";
import type { NamespaceDetail } from "../model/isolation-detail.ts";
import type { NamespaceReport } from "../model/posture.ts";
import {
  fail,
  judgeNamespaces,
  listNames,
  notApplicable,
  pass,
  unknown,
  type Judgement,
} from "./judge-namespaces.ts";
import { remedyInertPolicies } from "../remediation/remedy-inert-policies.ts";
import { withRemedy } from "./with-remedy.ts";

export const netpol21 = defineControl({
  id: "NETPOL.21",
  title: "Policies should be enforced, not inert",
  subject: "namespace",
  severity: "high",
  severityReason:
    "People rely on policies that nothing applies; a namespace without policies at least deceives nobody.",
  rationale:
    "A namespace with policies in a cluster, or on nodes, without an enforcing engine looks isolated in every review. Its policies would also all take effect at once on the day when somebody switches enforcement on.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.1", origin: "mapping" },
    { framework: "CIS Kubernetes", id: "5.3.1", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "SC-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.1", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1: "Everything where NETPOL.2 has a verdict.",
  remediation:
    "Read what the policies would cut off, then switch the engine on (NETPOL.2 says how), or move the pods to nodes on which it runs.",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html",
  needs: ["isolation", "enforcementDetail"],
  evaluate({ facts: { isolation, enforcementDetail }, settings }) {
    const unreached = enforcementDetail.exceptions.filter(({ effect }) => effect === "not-enforced");
    const exceptionsIn = Map.groupBy(unreached, ({ namespace }) => namespace);
    return judgeNamespaces(isolation, settings, (namespace, { selected }) =>
      withRemedy(judge(namespace, selected, exceptionsIn.get(namespace.name) ?? []), () =>
        remedyInertPolicies(namespace),
      ),
    );
  },
});

function judge(
  { name, policies, assumesEnforcement, unprocessedPolicies = [] }: NamespaceReport,
  { enforced, notEnforced, unknown: undecided }: NamespaceDetail["selected"],
  exceptions: readonly PodException[],
): Judgement {
  if (policies.length === 0) return notApplicable(`Namespace ${name} has no policy that could be inert.`);
  const selected = enforced + notEnforced + undecided;
  if (selected === 0) return notApplicable(`No policy selects a running pod of namespace ${name}.`);
  if (assumesEnforcement === true)
    return unknown(`Whether the policies of namespace ${name} are enforced is not in the input.`);
  if (notEnforced === selected)
    return fail(
      `The policies of namespace ${name} select ${count(selected, "pod")}, but nothing enforces them: ${listNames(policies)}.${toReason(exceptions)}`,
    );
  if (notEnforced > 0)
    // Where the others are enforced somebody has seen to it; the cluster's NETPOL.3 names the nodes.
    return fail(
      `For ${notEnforced} of the ${count(selected, "pod")} that policies of namespace ${name} select nothing enforces them; NETPOL.3 names nodes and pods.`,
      { severity: "medium" },
    );
  if (undecided > 0)
    return unknown(
      `Whether the policies of namespace ${name} are enforced could not be decided; NETPOL.2 says why.`,
    );
  // One root cause, one failure.
  if (unprocessedPolicies.length > 0)
    return notApplicable(
      `The controller has not processed policies of namespace ${name} as they stand (${listNames(unprocessedPolicies)}), so it was not seen that the agents apply them; NETPOL.5 says so.`,
    );
  return pass(
    `An engine enforces the policies of namespace ${name} for every pod that they select (${count(selected, "pod")}).`,
  );
}

/** Said here, because NETPOL.2 and .3 may not know about the rest of the cluster. */
function toReason(exceptions: readonly PodException[]): string {
  return [...Map.groupBy(exceptions, ({ because }) => because)]
    .map(([because, pods]) => ` Pods ${listNames(pods.map(({ name }) => name).toSorted())}: ${because}.`)
    .join("");
}
