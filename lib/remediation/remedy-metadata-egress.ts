// NETPOL.28: the same rules with the instance metadata service excepted.

import type { Remediation } from "../model/finding.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { containsAddress, parseAddress, parseCidr } from "../netpol/address-range.ts";
import { isRecord, member, type RawRecord } from "../netpol/raw-record.ts";
import { editPolicy, peersOf, policiesByName, portsOf } from "./edit-policy.ts";
import { toReplacementName } from "./file-name.ts";
import { listShort } from "./list-short.ts";
import { toApplyCommand, toManifestFile, type PolicyManifest } from "./policy-manifest.ts";

/** The service's addresses (IMDS documentation), each as the block to except. */
const METADATA = [
  { address: "169.254.169.254", block: "169.254.169.254/32", everything: "0.0.0.0/0" },
  { address: "fd00:ec2::254", block: "fd00:ec2::254/128", everything: "::/0" },
] as const;
const METADATA_PORT = 80;

export function remedyMetadataEgress(
  namespace: string,
  policies: readonly string[],
  networkPolicies: Observed<readonly RawObject[]>,
): Remediation {
  const present = networkPolicies.seen
    ? policiesByName(networkPolicies.value, namespace)
    : new Map<string, RawObject>();
  const edited = policies.flatMap((name) => {
    const raw = present.get(name);
    const manifest = raw === undefined ? null : withoutMetadata(raw);
    return manifest === null ? [] : [{ name, file: toManifestFile(toReplacementName(name), [manifest]) }];
  });
  const rest = policies.filter((policy) => !edited.some(({ name }) => name === policy));
  const parts = [
    ...(edited.length === 0
      ? []
      : [
          `Replace ${listShort(edited.map(({ name }) => name))} of namespace ${namespace} by the same policy with the instance metadata service excepted.`,
        ]),
    ...(rest.length === 0
      ? []
      : [`Except 169.254.169.254/32 (IPv6: fd00:ec2::254/128) in ${listShort(rest)} by hand.`]),
    "A workload that takes its AWS credentials from the node's role needs EKS Pod Identity or IRSA first; besides, set the nodes' metadata hop limit to 1.",
  ];
  return {
    text: parts.join(" "),
    commands: edited.map(({ file }) => toApplyCommand(file)),
    files: edited.map(({ file }) => file),
  };
}

/** Null where no rule with addresses reaches it, so that there is nothing to except. */
export function withoutMetadata(raw: RawObject): PolicyManifest | null {
  return editPolicy(raw, exceptInRule);
}

function exceptInRule(rule: RawRecord, direction: Direction): readonly RawRecord[] {
  if (direction === "ingress" || !mayMatchPort(portsOf(rule))) return [rule];
  const peers = peersOf(rule, direction);
  if (peers === null) return [{ ...rule, to: EVERYONE_ELSE }];
  const next = peers.flatMap(exceptInPeer);
  if (next.length === peers.length && next.every((peer, index) => peer === peers[index])) return [rule];
  // A rule whose last peer went must go too: without peers it would allow everyone.
  return next.length === 0 ? [] : [{ ...rule, to: next }];
}

/** What "no peers" means, less the metadata service. */
const EVERYONE_ELSE = [
  { namespaceSelector: {} },
  ...METADATA.map(({ everything, block }) => ({ ipBlock: { cidr: everything, except: [block] } })),
];

function exceptInPeer(peer: unknown): readonly unknown[] {
  const ipBlock = isRecord(peer) ? member(peer, "ipBlock") : undefined;
  if (!isRecord(ipBlock)) return [peer];
  const cidr = member(ipBlock, "cidr");
  const outer = typeof cidr === "string" ? parseCidr(cidr) : null;
  const written = member(ipBlock, "except");
  const except: readonly unknown[] = Array.isArray(written) ? written : [];
  const metadata = METADATA.find(({ address }) => {
    const parsed = parseAddress(address);
    return (
      parsed !== null && outer?.family === parsed.family && containsAddress([outer.range], parsed.address)
    );
  });
  if (outer === null || metadata === undefined || except.some((hole) => holds(hole, metadata.address)))
    return [peer];
  // Nothing but the metadata service itself: an except must be smaller than its block.
  if (outer.range.from === outer.range.to) return [];
  return [{ ipBlock: { cidr, except: [...except, metadata.block] } }];
}

function holds(hole: unknown, address: string): boolean {
  const range = typeof hole === "string" ? parseCidr(hole) : null;
  const parsed = parseAddress(address);
  return range !== null && range.family === parsed?.family && containsAddress([range.range], parsed.address);
}

/** Whether one of the ports is the service's. A named port has no number for an address outside the cluster. */
function mayMatchPort(ports: readonly unknown[] | null): boolean {
  return ports === null || ports.some((port) => isRecord(port) && matchesMetadataPort(port));
}

function matchesMetadataPort(entry: RawRecord): boolean {
  // "protocol … If not specified, this field defaults to TCP." "port … If this field is not provided, this
  // matches all port names and numbers." (API reference, NetworkPolicyPort)
  const protocol = member(entry, "protocol") ?? "TCP";
  const port = member(entry, "port");
  if (protocol !== "TCP") return false;
  if (port === undefined) return true;
  const last = member(entry, "endPort") ?? port;
  return (
    typeof port === "number" && typeof last === "number" && port <= METADATA_PORT && METADATA_PORT <= last
  );
}
