// The rule that NETPOL.24 and NETPOL.25 share, for one direction. Openness through a policy is NETPOL.26's
// failure, so a workload that is selected but opened is not failed a second time here.

import { aboutPolicies, aboutWorkloads } from "./about.ts";
import { count } from "../model/counts.ts";
import type { EvaluationSettings, Isolation, Verdict } from "../model/control.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { DirectionReport, NamespaceReport, WorkloadReport } from "../model/posture.ts";
import type { AccessReads } from "../remediation/declared-access.ts";
import { remedyDefaultDeny } from "../remediation/default-deny.ts";
import {
  countedWorkloads,
  fail,
  hasNoEffectivePolicy,
  judgeNamespaces,
  listNames,
  notApplicable,
  pass,
  unknown,
  workloadName,
  type Judgement,
} from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

export function judgeDirection(
  direction: Direction,
  facts: { readonly isolation: Isolation },
  reads: AccessReads,
  settings: EvaluationSettings,
): readonly Verdict[] {
  return judgeNamespaces(facts.isolation, settings, (namespace) =>
    withRemedy(judgeNamespace(direction, namespace), () => remedyDefaultDeny(namespace, [direction], reads)),
  );
}

function judgeNamespace(direction: Direction, namespace: NamespaceReport): Judgement {
  const workloads = countedWorkloads(namespace);
  if (workloads.length === 0)
    return notApplicable(`Namespace ${namespace.name} runs no pod that a policy could isolate.`);
  const open = workloads.filter((workload) => workload[direction].isolated === false);
  if (open.length > 0 && hasNoEffectivePolicy(namespace))
    return notApplicable(`No policy selects a pod of namespace ${namespace.name}; NETPOL.20 says so.`);
  if (open.length > 0) return failFor(direction, open, workloads, namespace);
  const blind = workloads.find((workload) => workload[direction].isolated === null);
  if (blind !== undefined)
    return unknown(blindSentence(direction, blind), {
      about: [...aboutPolicies(blind[direction].policies), ...aboutWorkloads([workloadName(blind)])],
    });
  const opened = workloads.filter((workload) => isOpen(workload[direction]));
  if (opened.length > 0)
    return notApplicable(
      `Every workload is selected for ${direction}, but policies open ${names(opened)}; NETPOL.26 judges that.`,
    );
  return pass(
    `Every workload of namespace ${namespace.name} is isolated for ${direction} (${count(workloads.length, "workload")}).`,
  );
}

function failFor(
  direction: Direction,
  open: readonly WorkloadReport[],
  workloads: readonly WorkloadReport[],
  namespace: NamespaceReport,
): Judgement {
  return fail(
    `${open.length} of ${count(workloads.length, "workload")} of namespace ${namespace.name} ${open.length === 1 ? "is" : "are"} not isolated for ${direction}: ${names(open)}.`,
    { about: aboutWorkloads(open.map(workloadName)) },
  );
}

function blindSentence(direction: Direction, workload: WorkloadReport): string {
  const reason = workload[direction].because ?? "a fact was not seen";
  return `Whether ${workloadName(workload)} is isolated for ${direction} could not be decided: ${reason}.`;
}

/** `openTo…` is true only when it was proved; null (unknown) is not openness. */
function isOpen(direction: DirectionReport): boolean {
  return direction.openToCluster === true || direction.openToExternal === true;
}

function names(workloads: readonly WorkloadReport[]): string {
  return listNames(workloads.map(workloadName).toSorted());
}
