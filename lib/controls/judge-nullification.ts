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
  const failFor = (ones: readonly Selected[], verb: string): Judgement => {
    const index = indexOpenings(openings);
    return fail(toSentence(namespace, ones, index, verb), {
      remediation: remedy(policiesOf(ones, index), directionsOf(ones)),
      about: aboutOf(ones, index),
    });
  };
  if (open.length > 0) return failFor(open, "open");
  const wide = selected.filter(({ report }) => (report.externalShare ?? 0) >= NULLIFIED_SHARE);
  // Some ports only: an ingress controller may mean it, so it is said with less weight.
  if (wide.length > 0)
    return {
      ...failFor(wide, "open some ports, to half of all addresses or more, of"),
      severity: "medium",
    };
  const blind = selected.find(({ report }) => isBlind(report));
  if (blind !== undefined)
    return unknown(
      `Whether policies open ${workloadName(blind.workload)} for ${blind.direction} could not be decided: ${blind.report.because ?? "a fact was not seen"}.`,
      { about: aboutOf([blind], indexOpenings(openings)) },
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
  openings: Openings,
  verb: string,
): string {
  const openedBy = indexPolicies(nullified, openings);
  const byEffect = Map.groupBy([...openedBy.keys()].toSorted(), (policy) => {
    const opened = openedBy.get(policy) ?? [];
    const workloads = [...new Set(opened.map(({ workload }) => workloadName(workload)))].toSorted();
    return `${listNames(workloads)} for ${directionsOf(opened).join(" and ")}`;
  });
  const shown = [...byEffect].slice(0, MAX_CLAUSES).map(([effect, policies]) => {
    const others = accomplicesOf(policies, nullified, openings);
    const company = others.length === 0 ? "" : `, together with ${listNames(others)},`;
    return policies.length === 1
      ? `policy ${listNames(policies)}${company} ${verb.replace("open", "opens")} ${effect}`
      : `the policies ${listNames(policies)}${company} ${verb} ${effect}`;
  });
  const rest = byEffect.size - shown.length;
  const more = rest > 0 ? `; and others in ${rest} more ways` : "";
  return `In namespace ${namespace.name} ${shown.join("; ")}${more}.`;
}

const MAX_CLAUSES = 5;

/** What a set that is named opens only in sum with others, which look as narrow: without them nobody would believe it. */
function accomplicesOf(
  named: readonly string[],
  nullified: readonly Selected[],
  openings: Openings,
): readonly string[] {
  const isNamed = new Set(named);
  const others = nullified
    .filter(({ report }) => report.nullifiedBy.some((policy) => isNamed.has(policy)))
    .flatMap((one) => {
      const inPart = openingsFor(one, openings);
      const cause = new Set(one.report.nullifiedBy);
      const isWhole = inPart.some(
        ({ policy, openToCluster, openToExternal }) => cause.has(policy) && (openToCluster || openToExternal),
      );
      return isWhole ? [] : inPart.map(({ policy }) => policy).filter((policy) => !cause.has(policy));
    });
  return [...new Set(others)].toSorted();
}

function policiesOf(nullified: readonly Selected[], openings: Openings): readonly string[] {
  return [...indexPolicies(nullified, openings).keys()].toSorted();
}

/** What each policy is behind. */
function indexPolicies(
  nullified: readonly Selected[],
  openings: Openings,
): ReadonlyMap<string, readonly Selected[]> {
  const index = new Map<string, Selected[]>();
  for (const one of nullified)
    for (const policy of new Set(policiesBehind(one, openings))) {
      const known = index.get(policy);
      if (known === undefined) index.set(policy, [one]);
      else known.push(one);
    }
  return index;
}

function aboutOf(ones: readonly Selected[], openings: Openings): readonly ObjectReference[] {
  const workloads = ones.map(({ workload }) => workloadName(workload));
  return [...aboutPolicies(policiesOf(ones, openings)), ...aboutWorkloads(workloads)];
}

function directionsOf(nullified: readonly Selected[]): readonly Direction[] {
  return DIRECTIONS.filter((direction) => nullified.some((one) => one.direction === direction));
}

/** The smallest set that ends the openness; below that, every policy that opens some of it. */
function policiesBehind(one: Selected, openings: Openings): readonly string[] {
  const { nullifiedBy, policies } = one.report;
  if (nullifiedBy.length > 0) return nullifiedBy;
  const opening = openingsFor(one, openings);
  return opening.length > 0 ? opening.map(({ policy }) => policy) : policies;
}

/** Of each direction of each workload. */
type Openings = ReadonlyMap<string, readonly PolicyOpening[]>;

function indexOpenings(openings: readonly PolicyOpening[]): Openings {
  const index = new Map<string, PolicyOpening[]>();
  for (const opening of openings)
    for (const workload of opening.workloads) {
      const key = `${opening.direction} ${workload}`;
      const known = index.get(key);
      if (known === undefined) index.set(key, [opening]);
      else known.push(opening);
    }
  return index;
}

/** Of the policies that open some of it when alone. */
function openingsFor({ direction, workload }: Selected, openings: Openings): readonly PolicyOpening[] {
  return openings.get(`${direction} ${workloadName(workload)}`) ?? [];
}
