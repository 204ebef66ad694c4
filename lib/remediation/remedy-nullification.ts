// NETPOL.26: which policy to narrow, and for an allow-all the concrete replacement.

import type { Remediation } from "../model/finding.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { toDnsRule, type DnsReads } from "./cluster-dns.ts";
import type { AccessReads } from "./declared-access.ts";
import { policiesByName } from "./edit-policy.ts";
import { listShort } from "./list-short.ts";
import { narrowPolicy } from "./narrow-policy.ts";
import { entranceSentences } from "./access-in-words.ts";
import { toApplyCommand, toManifestFile, type RemedyFile } from "./policy-manifest.ts";
import { toEntrancePolicies } from "./service-policies.ts";
import { toReplacementName } from "./file-name.ts";

export interface PolicyReads extends DnsReads {
  readonly networkPolicies: Observed<readonly RawObject[]>;
}

type NullificationReads = PolicyReads & AccessReads;

export interface Nullification {
  readonly namespace: string;
  readonly policies: readonly string[];
  readonly directions: readonly Direction[];
}

export function remedyNullification(
  { namespace, policies, directions }: Nullification,
  reads: NullificationReads,
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
  const rest = policies.filter((name) => !narrowed.includes(name));
  const isEntered = narrowed.length > 0 && directions.includes("ingress");
  const kept = isEntered ? keepEntrances(namespace, [...present.keys()], reads) : null;
  const all = [...(kept?.files ?? []), ...files.map(({ file }) => file)];
  return {
    text: [...toSentences(narrowed, rest, namespace), ...(kept?.sentences ?? [])].join(" "),
    commands: all.map(toApplyCommand),
    files: all,
  };
}

interface KeptEntrances {
  readonly files: readonly RemedyFile[];
  readonly sentences: readonly string[];
}

/** What load balancers and others reach on purpose; applied first, so that nothing is cut off in between. */
function keepEntrances(namespace: string, taken: readonly string[], reads: AccessReads): KeptEntrances {
  const policies = toEntrancePolicies(namespace, reads, taken);
  return {
    files: policies.length === 0 ? [] : [toManifestFile("allow-entrances.yaml", policies)],
    sentences: entranceSentences(namespace, reads),
  };
}

function toSentences(
  narrowed: readonly string[],
  rest: readonly string[],
  namespace: string,
): readonly string[] {
  const replaced = `Replace ${listShort(narrowed)} of namespace ${namespace} by the narrowed version, which allows its own namespace and DNS; add the peers that the workloads need beyond, or delete the policy. Where Helm or a GitOps controller owns it, change it there.`;
  const byHand = `Narrow ${listShort(rest)} of namespace ${namespace} to the peers and ports that the workloads need, or delete ${rest.length === 1 ? "it" : "them"}.`;
  return [...(narrowed.length === 0 ? [] : [replaced]), ...(rest.length === 0 ? [] : [byHand])];
}
