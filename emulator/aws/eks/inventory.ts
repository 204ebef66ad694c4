// The clusters of a caller's account and Region, their ARNs, and the words in which EKS says that one is missing.

import { sha256Hex } from "../../sigv4.ts";
import type { WorldAddon, WorldCluster } from "../../world.ts";
import { AwsError } from "../aws-error.ts";
import { pageSize } from "../json-body.ts";
import type { CallContext, CallTarget } from "../operation.ts";
import { toPage } from "../page.ts";
import type { Page } from "../page.ts";
import { label, queryParameter } from "../rest-json-protocol.ts";
import type { RestInput } from "../rest-json-protocol.ts";

const INVALID = "InvalidParameterException";
/** "maxResults … a maximum of 100", which is also the default. (API reference, every list) */
const MAX_RESULTS = 100;

export function clustersOf({ account, region }: CallContext): readonly WorldCluster[] {
  return account.clusters.filter((cluster) => cluster.region === region);
}

/** The cluster that the path names. */
export function requireCluster(input: RestInput, context: CallContext): WorldCluster {
  const name = label(input, "name");
  const cluster = clustersOf(context).find((candidate) => candidate.name === name);
  if (cluster !== undefined) return cluster;
  throw new AwsError("ResourceNotFoundException", 404, `No cluster found for name: ${name}.`, {
    members: { clusterName: name },
  });
}

export function requireAddon(input: RestInput, context: CallContext): WorldAddon {
  const cluster = requireCluster(input, context);
  const name = label(input, "addonName");
  const addon = cluster.addons.find((candidate) => candidate.name === name);
  if (addon !== undefined) return addon;
  throw new AwsError(
    "ResourceNotFoundException",
    404,
    `No addon: ${name} found in cluster: ${cluster.name}`,
    { members: { clusterName: cluster.name, addonName: name } },
  );
}

/** A connected cluster is registered with EKS and run by someone else: `connectorConfig` is set. */
export function isConnected(cluster: WorldCluster): boolean {
  return Object.hasOwn(cluster.describe, "connectorConfig");
}

export function toClusterTarget(input: RestInput): CallTarget {
  return { cluster: label(input, "name") };
}

export function toClusterArn({ world, account, region }: CallContext, name: string): string {
  return `arn:${world.partition}:eks:${region}:${account.id}:cluster/${name}`;
}

/** `…:addon/<cluster>/<addon>/<uuid>`, the same uuid each time, also for one that is not installed. */
export function toAddonArn(context: CallContext, clusterName: string, addonName: string): string {
  const { world, account, region } = context;
  const path = `${clusterName}/${addonName}`;
  const id = toUuid(`${account.id}/${region}/${path}`);
  return `arn:${world.partition}:eks:${region}:${account.id}:addon/${path}/${id}`;
}

function toUuid(text: string): string {
  const hex = sha256Hex(text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** One page of a list, its size and token from the query. */
export function eksPage<Item>(input: RestInput, list: string, items: readonly Item[]): Page<Item> {
  return toPage({
    items,
    size: pageSize(queryParameter(input, "maxResults"), "maxResults", MAX_RESULTS, INVALID),
    token: queryParameter(input, "nextToken"),
    list,
    invalidToken: INVALID,
  });
}

/** REST JSON sends times as seconds since 1970. */
export function toSeconds(time: string): number {
  return new Date(time).getTime() / 1000;
}
