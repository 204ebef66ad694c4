// The step of an explanation that is about workloads: what selects each of them, and what is open all the same.

import { count, enumerate } from "../model/counts.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { DirectionReport, NamespaceReport, WorkloadReport } from "../model/posture.ts";
import { hanging, segment, type Line } from "./layout.ts";
import { toDirectionText } from "./text-cluster.ts";

export interface WorkloadsView {
  readonly width: number;
  readonly verbose: boolean;
}

const INDENT: Line = [segment("   ")];
const MAX_WORKLOADS = 20;
const MAX_POLICIES = 20;

export function toWorkloadLines({ workloads }: NamespaceReport, view: WorkloadsView): Line[] {
  if (workloads.length === 0)
    return hanging(INDENT, "It runs no workload that a policy could select.", view.width);
  const shown = view.verbose ? workloads : workloads.slice(0, MAX_WORKLOADS);
  const rest = workloads.length - shown.length;
  const tellOnce = createReasons();
  return [
    ...shown.flatMap((workload) => toWorkload(tellOnce(workload), view)),
    ...(rest === 0 ? [] : hanging(INDENT, `… and ${rest} more (--verbose shows them)`, view.width, "dim")),
  ];
}

/** One thing that could not be read is the reason for every workload: it is told in full for the first one. */
function createReasons(): (workload: WorkloadReport) => WorkloadReport {
  const told = new Map<string, string>();
  const once = (report: DirectionReport, whose: string): DirectionReport => {
    const { because } = report;
    if (because === undefined) return report;
    const first = told.get(because);
    if (first === undefined) told.set(because, whose);
    return first === undefined ? report : { ...report, because: `as for the ${first}` };
  };
  return (workload) => {
    if (workload.hostNetwork) return workload;
    const whose = `of ${workload.kind} ${workload.name}`;
    const ingress = once(workload.ingress, `ingress ${whose}`);
    return { ...workload, ingress, egress: once(workload.egress, `egress ${whose}`) };
  };
}

function toWorkload(workload: WorkloadReport, view: WorkloadsView): Line[] {
  const { kind, name, pods, hostNetwork } = workload;
  // Pods on the host's network are out of every count.
  const title = hostNetwork ? `${kind} ${name}` : `${kind} ${name}, ${count(pods.counted, "pod")}`;
  const heading = hanging(INDENT, title, view.width, "bold");
  const indent = [...INDENT, ...INDENT];
  if (hostNetwork)
    return [
      ...heading,
      ...hanging(indent, "on the host's network, which no NetworkPolicy covers", view.width),
    ];
  return [
    ...heading,
    ...(["ingress", "egress"] as const).flatMap((direction) =>
      hanging([...indent, segment(`${direction}: `)], toText(workload, direction, view), view.width),
    ),
  ];
}

function toText(
  { pods, ...workload }: WorkloadReport,
  direction: Direction,
  { verbose }: WorkloadsView,
): string {
  const report = workload[direction];
  const { policies, isolated } = report;
  const isolatedPods = direction === "ingress" ? pods.isolatedIngress : pods.isolatedEgress;
  if (policies.length === 0) {
    if (isolated === null) return `no policy is known to select it: ${toDirectionText(report)}`;
    const why = isolated ? ", because the engine denies what no policy selects" : "";
    return `no policy selects it: ${toDirectionText(report)}${why}`;
  }
  const selected = `selected by ${nameSome(policies, verbose ? policies.length : MAX_POLICIES)}`;
  const isInPart = isolated === false && isolatedPods !== null && isolatedPods > 0;
  return isInPart
    ? `${selected}: only ${isolatedPods} of ${count(pods.counted, "pod")} isolated`
    : `${selected}: ${toDirectionText(report)}`;
}

/** `a, b and c`, or `a, b and 7 more` */
export function nameSome(names: readonly string[], max: number): string {
  if (names.length <= max) return enumerate(names);
  return `${names.slice(0, max).join(", ")} and ${names.length - max} more`;
}
