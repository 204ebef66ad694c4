// A default deny for a namespace, with the DNS that its pods need. What the present policies allow stays allowed,
// because NetworkPolicies only add; the text says what else is closed.

import type { Remediation } from "../model/finding.ts";
import { DIRECTIONS, type Direction } from "../model/isolation-detail.ts";
import type { NamespaceReport, WorkloadReport } from "../model/posture.ts";
import { toDnsRule, type DnsReads } from "./cluster-dns.ts";
import { listShort } from "./list-short.ts";
import { toApplyCommand, toFreeName, toManifestFile, toPolicy, type RemedyFile } from "./policy-manifest.ts";

export function remedyDefaultDeny(
  namespace: NamespaceReport,
  directions: readonly Direction[],
  reads: DnsReads,
): Remediation {
  const files = DIRECTIONS.filter((direction) => directions.includes(direction)).map((direction) =>
    direction === "ingress" ? denyIngress(namespace) : denyEgress(namespace, reads),
  );
  return { text: toText(namespace, directions), commands: files.map(toApplyCommand), files };
}

function denyIngress({ name, policies }: NamespaceReport): RemedyFile {
  const deny = toPolicy(name, toFreeName("ringfence-default-deny-ingress", policies), {
    podSelector: {},
    policyTypes: ["Ingress"],
  });
  return toManifestFile("default-deny-ingress.yaml", [deny]);
}

/** The allowance for DNS comes first: applied the other way round no name resolves in between. */
function denyEgress({ name, policies }: NamespaceReport, reads: DnsReads): RemedyFile {
  const dns = toPolicy(name, toFreeName("ringfence-allow-dns", policies), {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [toDnsRule(reads)],
  });
  const deny = toPolicy(name, toFreeName("ringfence-default-deny-egress", policies), {
    podSelector: {},
    policyTypes: ["Egress"],
  });
  return toManifestFile("default-deny-egress.yaml", [dns, deny]);
}

function toText(namespace: NamespaceReport, directions: readonly Direction[]): string {
  const { name, policies, deadPolicies } = namespace;
  const live = policies.filter((policy) => !deadPolicies.includes(policy));
  const kept =
    live.length === 0 ? "" : ` What the present policies allow (${listShort(live)}) stays allowed.`;
  const closed = [
    ...new Set(directions.flatMap((direction) => workloadsWithout(namespace, direction))),
  ].toSorted();
  const warning =
    closed.length === 0
      ? ""
      : ` No policy allows anything for ${listShort(closed)} today: write their policies first, or they are cut off.`;
  const dns = directions.includes("egress") ? ", with DNS allowed" : "";
  return `Apply a default deny for ${directions.join(" and ")} in namespace ${name}${dns}.${kept}${warning}`;
}

/** Workloads that nothing selects in the direction: the default deny closes them entirely. */
function workloadsWithout({ workloads }: NamespaceReport, direction: Direction): readonly string[] {
  return workloads
    .filter((workload) => workload.pods.counted > 0 && workload[direction].isolated !== true)
    .map(({ kind, name }: WorkloadReport) => `${kind}/${name}`);
}
