// The policies that keep what Services declare reachable when a namespace is denied by default. Each says in an
// annotation why it is there, so that the person who reads it can strike it out.

import type { Labels } from "../model/kubernetes.ts";
import { entranceInWords } from "./access-in-words.ts";
import { toEntrancePeers } from "./audience-peers.ts";
import {
  MAX_SERVED,
  servedPodsOf,
  type AccessReads,
  type Entrance,
  type ServedPods,
} from "./declared-access.ts";
import { toNamePart } from "./file-name.ts";
import { OWN_NAMESPACE } from "./narrow-policy.ts";
import { toFreeName, toPolicy, type PolicyManifest } from "./policy-manifest.ts";

/** Ingress from the own namespace on the ports of each Service, and its entrances. One policy per set of pods. */
export function toServingPolicies(
  namespace: string,
  reads: AccessReads,
  taken: readonly string[],
): readonly PolicyManifest[] {
  return toPolicies(namespace, servedBySelector(namespace, reads), "ringfence-serve", taken, (served) => [
    { from: [OWN_NAMESPACE], ports: uniqueOf(served.flatMap(({ ports }) => ports)) },
    ...served.flatMap(({ entrances }) => entrances).map((entrance) => toEntranceRule(entrance, reads)),
  ]);
}

/** The entrances alone, for namespaces whose own pods are let in by another policy. */
export function toEntrancePolicies(
  namespace: string,
  reads: AccessReads,
  taken: readonly string[],
): readonly PolicyManifest[] {
  const entered = servedBySelector(namespace, reads)
    .map((served) => served.filter(({ entrances }) => entrances.length > 0))
    .filter((served) => served.length > 0);
  return toPolicies(namespace, entered, "ringfence-enter", taken, (served) =>
    served.flatMap(({ entrances }) => entrances).map((entrance) => toEntranceRule(entrance, reads)),
  );
}

/** Egress to the namespace's own Services. None where it has none. */
export function toOwnServicesPolicy(
  namespace: string,
  reads: AccessReads,
  taken: readonly string[],
): PolicyManifest | null {
  const groups = servedBySelector(namespace, reads);
  if (groups.length === 0) return null;
  const name = toFreeName("ringfence-allow-own-services", taken);
  return withReason(
    toPolicy(namespace, name, {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: groups.map((served) => ({
        to: [{ podSelector: { matchLabels: served[0]?.selector ?? {} } }],
        ports: uniqueOf(served.flatMap(({ portsFromInside }) => portsFromInside)),
      })),
    }),
    `pods of the namespace use its Services ${namesOf(groups.flat())}`,
  );
}

/** Services with the same pods together, the first ones of very many. */
function servedBySelector(namespace: string, reads: AccessReads): readonly (readonly ServedPods[])[] {
  const served = servedPodsOf(namespace, reads).slice(0, MAX_SERVED);
  const groups = Map.groupBy(served, ({ selector }) => keyOf(selector));
  return [...groups.values()];
}

function keyOf(selector: Labels): string {
  const terms = Object.entries(selector).map((term) => JSON.stringify(term));
  return terms.toSorted().join();
}

function toPolicies(
  namespace: string,
  groups: readonly (readonly ServedPods[])[],
  prefix: string,
  taken: readonly string[],
  toRules: (served: readonly ServedPods[]) => readonly unknown[],
): readonly PolicyManifest[] {
  const names = [...taken];
  return groups.flatMap((served) => {
    const [first] = served;
    if (first === undefined) return [];
    const name = toFreeName(`${prefix}-${toNamePart(first.service)}`, names);
    names.push(name);
    const policy = toPolicy(namespace, name, {
      podSelector: { matchLabels: first.selector },
      policyTypes: ["Ingress"],
      ingress: toRules(served),
    });
    return [withReason(policy, reasonOf(served))];
  });
}

function toEntranceRule(entrance: Entrance, reads: AccessReads): unknown {
  return { from: toEntrancePeers(entrance, reads).peers, ports: entrance.ports };
}

function reasonOf(served: readonly ServedPods[]): string {
  const entrances = served.flatMap((one) => one.entrances);
  return [`Service ${namesOf(served)}`, ...entrances.map(entranceInWords)].join("; ");
}

function namesOf(served: readonly ServedPods[]): string {
  return served.map(({ service }) => service).join(", ");
}

function uniqueOf<T>(values: readonly T[]): readonly T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

const REASON = "ringfence.dev/because";

function withReason(policy: PolicyManifest, reason: string): PolicyManifest {
  return { ...policy, metadata: { ...policy.metadata, annotations: { [REASON]: reason } } };
}
