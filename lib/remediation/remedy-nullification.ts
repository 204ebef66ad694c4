// NETPOL.26: which policy to narrow, and for an allow-all the concrete replacement.

import type { Remediation } from "../model/finding.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { toDnsRule, type DnsReads } from "./cluster-dns.ts";
import { policiesByName } from "./edit-policy.ts";
import { listShort } from "./list-short.ts";
import { narrowPolicy } from "./narrow-policy.ts";
import { toApplyCommand, toManifestFile } from "./policy-manifest.ts";
import { toReplacementName } from "./file-name.ts";

export interface PolicyReads extends DnsReads {
  readonly networkPolicies: Observed<readonly RawObject[]>;
}

export interface Nullification {
  readonly namespace: string;
  readonly policies: readonly string[];
  readonly directions: readonly Direction[];
}

export function remedyNullification(
  { namespace, policies, directions }: Nullification,
  reads: PolicyReads,
): Remediation {
  const present = reads.networkPolicies.seen
    ? policiesByName(reads.networkPolicies.value, namespace)
    : new Map<string, RawObject>();
  const dnsRule = toDnsRule(reads);
  const files = policies.flatMap((name) => {
    const raw = present.get(name);
    const narrowed = raw === undefined ? null : narrowPolicy(raw, directions, dnsRule);
    return narrowed === null
      ? []
      : [{ policy: name, file: toManifestFile(toReplacementName(name), [narrowed]) }];
  });
  const narrowed = files.map(({ policy }) => policy);
  return {
    text: toText(
      narrowed,
      policies.filter((name) => !narrowed.includes(name)),
      namespace,
    ),
    commands: files.map(({ file }) => toApplyCommand(file)),
    files: files.map(({ file }) => file),
  };
}

function toText(narrowed: readonly string[], rest: readonly string[], namespace: string): string {
  const replaced =
    narrowed.length === 0
      ? ""
      : `Replace ${listShort(narrowed)} of namespace ${namespace} by the narrowed version, which allows its own namespace and DNS; add the peers that the workloads need beyond, or delete the policy. Where Helm or a GitOps controller owns it, change it there.`;
  const byHand =
    rest.length === 0
      ? ""
      : `Narrow ${listShort(rest)} of namespace ${namespace} to the peers and ports that the workloads need, or delete them.`;
  return [replaced, byHand].filter((part) => part !== "").join(" ");
}
