// Replaces the metadata-only pods of the few namespaces whose verdicts depend on a pod's spec. A namespace whose
// full read failed keeps its metadata-only pods: `detail` null says so to whoever asks.

import type { Pod } from "../model/kubernetes.ts";
import { seen, type Observed } from "../model/observed.ts";
import type { Facts } from "../model/snapshot.ts";
import { namespacesReadInFull } from "./namespaces-read-in-full.ts";
import type { Observe } from "./observe.ts";
import type { ClusterReader } from "./sources.ts";

/** Beyond this many namespaces one list of the whole cluster is fewer requests, where its pages are fewer. */
const MAX_NAMESPACE_LISTS = 20;
/** lib/kubernetes asks for as many objects with one request. */
const PODS_PER_PAGE = 500;

export async function readFullPods(
  facts: Facts,
  reader: ClusterReader,
  observe: Observe,
): Promise<Facts["pods"]> {
  if (!facts.pods.seen) return facts.pods;
  const pods = facts.pods.value;
  // Leftovers of an installation keep no pods: those cost nothing.
  const wanted = namespacesReadInFull(facts);
  const names = new Set(pods.map(({ namespace }) => namespace).filter((name) => wanted.has(name)));
  if (names.size === 0) return facts.pods;
  const pages = Math.ceil(pods.length / PODS_PER_PAGE);
  const full = await (names.size > Math.max(MAX_NAMESPACE_LISTS, pages)
    ? listTogether(names, reader, observe)
    : listEach(names, reader, observe));
  const replaced = new Set(full.filter((list) => list.pods.seen).map(({ namespace }) => namespace));
  return seen([
    ...pods.filter((pod) => !replaced.has(pod.namespace)),
    ...full.flatMap((list) => (list.pods.seen ? list.pods.value : [])),
  ]);
}

interface NamespaceList {
  readonly namespace: string;
  readonly pods: Observed<readonly Pod[]>;
}

function listEach(
  names: ReadonlySet<string>,
  reader: ClusterReader,
  observe: Observe,
): Promise<readonly NamespaceList[]> {
  return Promise.all(
    [...names].map(async (namespace) => ({
      namespace,
      pods: await observe(() => reader.listPods({ namespace })),
    })),
  );
}

async function listTogether(
  names: ReadonlySet<string>,
  reader: ClusterReader,
  observe: Observe,
): Promise<readonly NamespaceList[]> {
  const all = await observe(() => reader.listPods({}));
  if (!all.seen) return [];
  const byNamespace = Map.groupBy(all.value, ({ namespace }) => namespace);
  return [...names].map((namespace) => ({ namespace, pods: seen(byNamespace.get(namespace) ?? []) }));
}
