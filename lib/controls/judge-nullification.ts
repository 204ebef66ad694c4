// Whether policies open what other policies isolate, per workload and direction, and which policies they are.

import { aboutPolicies, aboutWorkloads } from "./about.ts";
import type { ObjectReference } from "../model/control.ts";
import type { Remediation } from "../model/finding.ts";
import { DIRECTIONS, type Direction, type PolicyOpening } from "../model/isolation-detail.ts";
import type { DirectionReport, NamespaceReport, WorkloadReport } from "../model/posture.ts";
import {
  countedWorkloads,
  fail,
  hasNoEffectivePolicy,
  listNames,
  notApplicable,
  pass,
  unknown,
  workloadName,
  type Judgement,
} from "./judge-namespaces.ts";

/** CONTRACTS: from half of the address space on, for any port, isolation counts as nullified. */
const NULLIFIED_SHARE = 0.5;

interface Selected {
  readonly direction: Direction;
  readonly workload: WorkloadReport;
  readonly report: DirectionReport;
}

/** `remedy` for the policies that are at fault, and the directions that they open. */
export function judgeNullification(
  namespace: NamespaceReport,
  openings: readonly PolicyOpening[],
  remedy: (policies: readonly string[], directions: readonly Direction[]) => Remediation,
): Judgement {
  const selected = DIRECTIONS.flatMap((direction) =>
    countedWorkloads(namespace)
      .filter((workload) => workload[direction].isolated !== false)
      .map((workload): Selected => ({ direction, workload, report: workload[direction] })),
  );
  if (selected.length === 0) return notApplicable(whyNothingIsIsolated(namespace));
  const open = selected.filter(
    ({ report }) => report.openToCluster === true || report.openToExternal === true,
  );
  const remedyFor = (ones: readonly Selected[]): Remediation =>
    remedy(policiesOf(ones, openings), directionsOf(ones));
  if (open.length > 0)
    return fail(toSentence(namespace, open, openings, "open"), {
      remediation: remedyFor(open),
      about: aboutOf(open, openings),
    });
  const wide = selected.filter(({ report }) => (report.externalShare ?? 0) >= NULLIFIED_SHARE);
  // Some ports only: an ingress controller may mean it, so it is said with less weight.
  if (wide.length > 0)
    return fail(
      toSentence(namespace, wide, openings, "open some ports, to half of all addresses or more, of"),
      { severity: "medium", remediation: remedyFor(wide), about: aboutOf(wide, openings) },
    );
  const blind = selected.find(({ report }) => isBlind(report));
  if (blind !== undefined)
    return unknown(
      `Whether policies open ${workloadName(blind.workload)} for ${blind.direction} could not be decided: ${blind.report.because ?? "a fact was not seen"}.`,
      { about: aboutOf([blind], openings) },
    );
  return pass(`No policy of namespace ${namespace.name} opens a workload that another one isolates.`);
}

function whyNothingIsIsolated(namespace: NamespaceReport): string {
  return hasNoEffectivePolicy(namespace) && countedWorkloads(namespace).length > 0
    ? `No policy selects a pod of namespace ${namespace.name}, so there is no isolation to nullify; NETPOL.20 says so.`
    : `No workload of namespace ${namespace.name} is isolated, so there is nothing to nullify.`;
}

function isBlind({ openToCluster, openToExternal, externalShare }: DirectionReport): boolean {
  return openToCluster === null || openToExternal === null || externalShare === null;
}

/** One clause for each set of directions and workloads that the same policies open. */
function toSentence(
  namespace: NamespaceReport,
  nullified: readonly Selected[],
  openings: readonly PolicyOpening[],
  verb: string,
): string {
  const byEffect = Map.groupBy(policiesOf(nullified, openings), (policy) => {
    const opened = nullified.filter((one) => policiesBehind(one, openings).includes(policy));
    const workloads = [...new Set(opened.map(({ workload }) => workloadName(workload)))].toSorted();
    return `${listNames(workloads)} for ${directionsOf(opened).join(" and ")}`;
  });
  const clauses = [...byEffect].map(([effect, policies]) =>
    policies.length === 1
      ? `policy ${listNames(policies)} ${verb.replace("open", "opens")} ${effect}`
      : `the policies ${listNames(policies)} ${verb} ${effect}`,
  );
  return `In namespace ${namespace.name} ${listClauses(clauses)}.`;
}

const MAX_CLAUSES = 5;

function listClauses(clauses: readonly string[]): string {
  const shown = clauses.slice(0, MAX_CLAUSES).join("; ");
  const rest = clauses.length - MAX_CLAUSES;
  return rest > 0 ? `${shown}; and others in ${rest} more ways` : shown;
}

function policiesOf(nullified: readonly Selected[], openings: readonly PolicyOpening[]): readonly string[] {
  return [...new Set(nullified.flatMap((one) => policiesBehind(one, openings)))].toSorted();
}

function aboutOf(ones: readonly Selected[], openings: readonly PolicyOpening[]): readonly ObjectReference[] {
  const workloads = ones.map(({ workload }) => workloadName(workload));
  return [...aboutPolicies(policiesOf(ones, openings)), ...aboutWorkloads(workloads)];
}

function directionsOf(nullified: readonly Selected[]): readonly Direction[] {
  return DIRECTIONS.filter((direction) => nullified.some((one) => one.direction === direction));
}

/** The smallest set that ends the openness; below that, every policy that opens some of it. */
function policiesBehind(
  { direction, workload, report }: Selected,
  openings: readonly PolicyOpening[],
): readonly string[] {
  if (report.nullifiedBy.length > 0) return report.nullifiedBy;
  const opening = openings.filter(
    (one) => one.direction === direction && one.workloads.includes(workloadName(workload)),
  );
  return opening.length > 0 ? opening.map(({ policy }) => policy) : report.policies;
}
