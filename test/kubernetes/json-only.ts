// A reader that takes no protobuf: what it reads is what reading protobuf has to say, too.

import type { HttpClient } from "../../lib/kubernetes/http-client.ts";
import { openClusterClient } from "../../lib/kubernetes/cluster-client.ts";
import { HttpClusterReader } from "../../lib/kubernetes/reader.ts";
import type { ClusterAccess, ClusterReader } from "../../lib/scan/sources.ts";

const OPTIONS = { requestTimeoutMs: 10_000, signal: new AbortController().signal };

export interface BothReaders {
  readonly json: ClusterReader;
  readonly protobuf: ClusterReader;
  /** How many answers came in protobuf. */
  readonly protobufAnswers: () => number;
  close(): void;
}

export function openBothReaders(access: ClusterAccess): BothReaders {
  const [one, other] = [openClusterClient(access, OPTIONS), openClusterClient(access, OPTIONS)];
  let protobufAnswers = 0;
  const json: HttpClient = {
    ...one,
    get: (path, accept) => one.get(path, accept.replace(/application\/vnd\.kubernetes\.protobuf[^,]*,/, "")),
  };
  const protobuf: HttpClient = {
    ...other,
    get: async (path, accept) => {
      const answer = await other.get(path, accept);
      if (Buffer.isBuffer(answer.body)) protobufAnswers += 1;
      return answer;
    },
  };
  return {
    json: new HttpClusterReader(json),
    protobuf: new HttpClusterReader(protobuf),
    protobufAnswers: () => protobufAnswers,
    close: () => {
      one.close();
      other.close();
    },
  };
}

/** Every list that the reader asks for in protobuf where it can have it. */
export const PROTOBUF_LISTS: Readonly<
  Record<string, (reader: ClusterReader) => Promise<readonly unknown[]>>
> = {
  pods: (reader) => reader.listPodMetadata(),
  "pods of a node": (reader) => reader.listPodMetadataOfNode("node-1"),
  namespaces: (reader) => reader.listNamespaces(),
  jobs: (reader) => reader.listJobs(),
  networkPolicies: (reader) => reader.listNetworkPolicies(),
};

const MAPS: ReadonlySet<string> = new Set(["matchLabels", "labels", "annotations"]);

/**
 * As Go writes it: lists and maps of texts are left out where they are empty. A world may say `from: []`, of which an
 * API server stores nothing.
 */
export function withoutEmpties(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpties);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([member, inner]) => !isLeftOut(member, inner));
  return Object.fromEntries(entries.map(([member, inner]) => [member, withoutEmpties(inner)]));
}

function isLeftOut(member: string, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return MAPS.has(member) && typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
