// A default deny for a namespace, with the DNS that its pods need and what its Services declare. What the present
// policies allow stays allowed, because NetworkPolicies only add; the text says what else is closed.

import type { Remediation } from "../model/finding.ts";
import { DIRECTIONS, type Direction } from "../model/isolation-detail.ts";
import { livePolicies } from "../model/live-policies.ts";
import type { NamespaceReport, WorkloadReport } from "../model/posture.ts";
import { entranceSentences, serviceSentences } from "./access-in-words.ts";
import { toDnsRule } from "./cluster-dns.ts";
import type { AccessReads } from "./declared-access.ts";
import { listShort } from "./list-short.ts";
import { toApplyCommand, toFreeName, toManifestFile, toPolicy, type RemedyFile } from "./policy-manifest.ts";
import { toOwnServicesPolicy, toServingPolicies } from "./service-policies.ts";

export function remedyDefaultDeny(
  namespace: NamespaceReport,
  directions: readonly Direction[],
  reads: AccessReads,
): Remediation {
  const files = DIRECTIONS.filter((direction) => directions.includes(direction)).map((direction) =>
    direction === "ingress" ? denyIngress(namespace, reads) : denyEgress(namespace, reads),
  );
  return { text: toText(namespace, directions, reads), commands: files.map(toApplyCommand), files };
}

/** What stays allowed comes first: applied the other way round it is cut off in between. */
function denyIngress({ name, policies }: NamespaceReport, reads: AccessReads): RemedyFile {
  const serving = toServingPolicies(name, reads, policies);
  const deny = toPolicy(name, toFreeName("ringfence-default-deny-ingress", policies), {
    podSelector: {},
    policyTypes: ["Ingress"],
  });
  return toManifestFile("default-deny-ingress.yaml", [...serving, deny]);
}

function denyEgress({ name, policies }: NamespaceReport, reads: AccessReads): RemedyFile {
  const dns = toPolicy(name, toFreeName("ringfence-allow-dns", policies), {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [toDnsRule(reads)],
  });
  const services = toOwnServicesPolicy(name, reads, policies);
  const deny = toPolicy(name, toFreeName("ringfence-default-deny-egress", policies), {
    podSelector: {},
    policyTypes: ["Egress"],
  });
  return toManifestFile("default-deny-egress.yaml", [dns, ...(services === null ? [] : [services]), deny]);
}

function toText(namespace: NamespaceReport, directions: readonly Direction[], reads: AccessReads): string {
  const { name } = namespace;
  const live = livePolicies(namespace);
  const dns = directions.includes("egress") ? ", with DNS allowed" : "";
  const closed = [
    ...new Set(directions.flatMap((direction) => workloadsWithout(namespace, direction))),
  ].toSorted();
  return [
    `Apply a default deny for ${directions.join(" and ")} in namespace ${name}${dns}.`,
    ...(live.length === 0 ? [] : [`What the present policies allow (${listShort(live)}) stays allowed.`]),
    ...serviceSentences(name, reads),
    ...(directions.includes("ingress") ? entranceSentences(name, reads) : []),
    ...(closed.length === 0
      ? []
      : [
          `No policy selects ${listShort(closed)} today: what they need beyond this, such as other namespaces${directions.includes("egress") ? " and addresses outside" : ""}, has to be allowed first, or it is cut off.`,
        ]),
  ].join(" ");
}

/** Workloads that nothing selects in the direction: the default deny closes all that is not allowed here. */
function workloadsWithout({ workloads }: NamespaceReport, direction: Direction): readonly string[] {
  return workloads
    .filter((workload) => workload.pods.counted > 0 && workload[direction].isolated !== true)
    .map(({ kind, name }: WorkloadReport) => `${kind}/${name}`);
}
