// Sentences of a remedy about what Services declare: what stays reachable for whom, and what was not seen.

import type { Observed } from "../model/observed.ts";
import { toEntrancePeers } from "./audience-peers.ts";
import { MAX_SERVED, servedPodsOf, type AccessReads, type Entrance } from "./declared-access.ts";
import { listShort } from "./list-short.ts";

const AUDIENCES: Readonly<Record<Entrance["audience"], string>> = {
  "load-balancer": "load balancer of Service",
  "internal-load-balancer": "internal load balancer of Service",
  "node-port": "node port of Service",
  ingress: "Ingress",
  webhook: "admission webhook",
};

export function entranceInWords({ audience, name }: Entrance): string {
  return `${AUDIENCES[audience]} ${name}`;
}

/** Which Services the namespace's own pods go on using. */
export function serviceSentences(namespace: string, reads: AccessReads): readonly string[] {
  const served = servedPodsOf(namespace, reads);
  const listed = served.slice(0, MAX_SERVED).map(({ service }) => service);
  return [
    ...(listed.length === 0
      ? []
      : [`Pods of the namespace go on using its Services (${listShort(listed)}).`]),
    ...(served.length > listed.length
      ? [
          `It has ${served.length - listed.length} more Services, for which nothing is written: allow them by hand.`,
        ]
      : []),
    ...unseenSentence([["Services", reads.services]]),
  ];
}

/** What is reached from beyond the namespace on purpose, and what could not be seen of it. */
export function entranceSentences(namespace: string, reads: AccessReads): readonly string[] {
  const entrances = servedPodsOf(namespace, reads)
    .slice(0, MAX_SERVED)
    .flatMap((served) => served.entrances);
  const told = entrances.map((entrance) => ({ entrance, reach: toEntrancePeers(entrance, reads).reach }));
  const isWide = told.some(({ reach }) => reach.includes("every address"));
  return [
    ...(told.length === 0
      ? []
      : [
          `Kept open on purpose: ${listShort(told.map(({ entrance, reach }) => `${entranceInWords(entrance)} (${reach.join(" and ")})`))}; narrow that to the addresses or namespaces that you know.`,
        ]),
    ...(isWide ? ["Until a port is no longer open to every address NETPOL.26 names it."] : []),
    ...unseenSentence([
      ["Ingresses", reads.ingresses],
      ["admission webhooks", reads.admissionWebhooks],
    ]),
  ];
}

function unseenSentence(facts: readonly (readonly [string, Observed<unknown>])[]): readonly string[] {
  const unseen = facts.flatMap(([name, fact]) => (fact.seen ? [] : [{ name, why: fact.why }]));
  const [first] = unseen;
  if (first === undefined) return [];
  const names = unseen.map(({ name }) => name).join(" and ");
  return [
    `Ringfence did not see the ${names} (${first.why}), so nothing is kept open for them: look at them yourself before you apply it.`,
  ];
}
