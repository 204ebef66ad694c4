// One cluster in the terminal: is anything enforced, which namespaces are isolated, what is worst.

import { count, countFailed, toSeverityText } from "../model/counts.ts";
import { toNodeEngineText } from "../model/enforcement-phrases.ts";
import type { Finding } from "../model/finding.ts";
import type {
  DirectionReport,
  NamespaceReport,
  NodeEnforcement,
  Posture,
  WorkloadReport,
} from "../model/posture.ts";
import type { ClusterReport } from "../model/report.ts";
import type { ClusterPart } from "./by-cluster.ts";
import { hanging, nameList, pad, ruled, segment, type Line, type Segment, type Style } from "./layout.ts";
import { separated, toEvidenceLines, toFindingLines, type FindingsView } from "./text-findings.ts";
import { POSTURE_ORDER } from "./posture-order.ts";
import { POSTURE_STYLES, toEngineText, VERDICT_WORDING } from "./wording.ts";

/** Nothing for what is about no cluster. */
export function toClusterLines(part: ClusterPart, view: FindingsView): Line[] {
  if (part.name === null) return [];
  return separated([
    [...toHeading(part, part.name, view.width), ...toEnforcementLines(part, view)],
    toNamespaceLines(part.cluster?.namespaces ?? [], view),
    toFindingsLines(part.findings, toFindingsView(part, view)),
  ]);
}

function toFindingsView({ cluster }: ClusterPart, view: FindingsView): FindingsView {
  return cluster === null ? view : { ...view, told: cluster.enforcement.because };
}

function toHeading({ account, region, cluster }: ClusterPart, name: string, width: number): Line[] {
  const version = cluster?.version === undefined ? null : `Kubernetes ${cluster.version}`;
  return ruled(
    name,
    [account, region, version].filter((text) => text !== null),
    width,
  );
}

function toEnforcementLines({ cluster }: ClusterPart, { width, verbose }: FindingsView): Line[] {
  if (cluster === null)
    return hanging([segment("  ? NOT LOOKED AT  ", "magenta")], "see Coverage below", width);
  const { enforcement } = cluster;
  const { label, style, mark } = VERDICT_WORDING[enforcement.verdict];
  const saysNothing = enforcement.verdict === "unknown" && enforcement.engines.length === 0;
  return [
    ...hanging([segment(`  ${mark} ${label}  `, style)], saysNothing ? "" : toEngineText(enforcement), width),
    ...hanging([segment("    ")], enforcement.because, width),
    ...(verbose ? toLadderLines(cluster, width) : []),
  ];
}

/** How the verdict was reached: the evidence in its order, what was missing, and the nodes. */
export function toLadderLines({ enforcement }: Pick<ClusterReport, "enforcement">, width: number): Line[] {
  const { evidence, missing, nodes } = enforcement;
  const indent = segment("    ");
  return [
    ...toEvidenceLines(evidence, indent, width),
    ...(missing.length === 0
      ? []
      : hanging([indent, segment("not seen: ", "magenta")], missing.join(", "), width)),
    ...nodes.flatMap((node) => hanging([indent, segment("node ")], toNodeText(node), width)),
  ];
}

function toNodeText(node: NodeEnforcement): string {
  const { name, computeType, verdict, pods, because } = node;
  const amount = pods === null ? "pods not counted" : count(pods, "pod");
  return `${name}: ${computeType}, ${toNodeEngineText(node)}, ${verdict}, ${amount}; ${because}`;
}

const LABEL_WIDTH = 15;
const POSTURE_WIDTH = 17;

function labelled(label: string, text: string, width: number, style: Style | null = null): Line[] {
  return hanging([segment(pad(`  ${label}`, LABEL_WIDTH), "bold")], text, width, style);
}

function toNamespaceLines(namespaces: readonly NamespaceReport[], { width, verbose }: FindingsView): Line[] {
  if (namespaces.length === 0) return [];
  const groups = POSTURE_ORDER.map((posture) => ({
    posture,
    names: namespaces.filter((namespace) => namespace.posture === posture).map(({ name }) => name),
  })).filter(({ names }) => names.length > 0);
  const counts = groups.map(({ posture, names }) => `${names.length} ${posture}`).join(", ");
  const bad = groups.filter(({ posture }) => posture !== "isolated" && posture !== "empty");
  return [
    ...labelled("Namespaces", `${namespaces.length}: ${counts}`, width),
    ...toAssumptionLines(namespaces, width),
    ...(verbose
      ? namespaces.flatMap((namespace) => toNamespaceDetail(namespace, width))
      : bad.flatMap(({ posture, names }) => nameList([toPostureLabel(posture)], names, width, 2))),
  ];
}

function toPostureLabel(posture: Posture): Segment {
  return segment(pad(`    ${posture}`, POSTURE_WIDTH), POSTURE_STYLES[posture]);
}

function toAssumptionLines(namespaces: readonly NamespaceReport[], width: number): Line[] {
  if (!namespaces.some(({ assumesEnforcement }) => assumesEnforcement === true)) return [];
  const sentence = "As the policies say: whether anything enforces them was not in the input.";
  return hanging([segment("    ")], sentence, width, "yellow");
}

function toNamespaceDetail(namespace: NamespaceReport, width: number): Line[] {
  const { name, posture, defaultDeny, workloads, deadPolicies, unprocessedPolicies = [] } = namespace;
  const indent = segment(" ".repeat(POSTURE_WIDTH));
  const toPolicyLine = (label: string, names: readonly string[]): Line[] =>
    names.length === 0 ? [] : hanging([indent, segment(label)], names.join(", "), width);
  const declared = `default-deny: ingress ${defaultDeny.ingress}, egress ${defaultDeny.egress}`;
  return [
    ...hanging([toPostureLabel(posture)], name, width, "bold"),
    ...hanging([indent], declared, width, "dim"),
    ...workloads.flatMap((workload) => hanging([indent], toWorkloadText(workload), width)),
    ...toPolicyLine("select nothing: ", deadPolicies),
    ...toPolicyLine("not processed: ", unprocessedPolicies),
  ];
}

function toWorkloadText({ kind, name, pods, hostNetwork, ingress, egress }: WorkloadReport): string {
  if (hostNetwork) return `${kind} ${name}: on the host's network, which no NetworkPolicy covers`;
  return `${kind} ${name} (${count(pods.counted, "pod")}): in ${toDirectionText(ingress)}; out ${toDirectionText(egress)}`;
}

export function toDirectionText(direction: DirectionReport): string {
  const { isolated, openToCluster, openToExternal, nullifiedBy, because } = direction;
  const reason = because === undefined ? "" : ` (${because})`;
  if (isolated === null) return `not known${reason}`;
  if (!isolated) return "not isolated";
  const open = [openToCluster === true ? "the cluster" : "", toExternalText(direction)].filter(
    (to) => to !== "",
  );
  const by = nullifiedBy.length === 0 ? "" : ` by ${nullifiedBy.join(", ")}`;
  if (open.length > 0) return `open to ${open.join(" and ")}${by}`;
  const isKnown = openToCluster !== null && openToExternal !== null;
  return isKnown ? "isolated" : `isolated, but how open is not known${reason}`;
}

/** From half of the address space on, as NETPOL.26 counts it: on any port. */
function toExternalText({ openToExternal, externalShare }: DirectionReport): string {
  if (openToExternal === true) return "any address";
  if (externalShare === null || externalShare < 0.5) return "";
  if (externalShare === 1 && openToExternal === false) return "any address, on some ports";
  return `${Math.floor(externalShare * 100)} % of all addresses`;
}

function toFindingsLines(findings: readonly Finding[], view: FindingsView): Line[] {
  if (findings.length === 0) return [];
  const unknown = findings.filter(({ status }) => status === "unknown").length;
  const undecided = unknown === 0 ? "" : `${unknown} not decided`;
  const counts = [toSeverityText(countFailed(findings)), undecided].filter((text) => text !== "").join(", ");
  const heading =
    counts === ""
      ? labelled("Findings", "nothing fails", view.width, "green")
      : labelled("Findings", counts, view.width);
  return heading.concat(toFindingLines(findings, view));
}
