// The parts that a process is wired of: what the configuration means to the scan, and how the AWS services are opened.
// Each handler takes what it asks and no more, so that its bundle carries no client that it never calls.

import type { EntranceOptions } from "../aws/entrance.ts";
import { openTransport, readEndpointUrl, type Transport } from "../aws/clients.ts";
import type { Configuration } from "../config/config.ts";
import { toEvaluationSettings } from "../config/evaluation-settings.ts";
import { compileSelection } from "../glob.ts";
import type { AccountScope, ClusterScope, Selects } from "../scan/discover.ts";
import type { ScanContext } from "../scan/scan-cluster.ts";
import type { ObjectStore } from "../scan/sources.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a scan needs besides the controls that judge, and the end of its time. */
export type ComposedContext = Omit<ScanContext, "controls" | "signal">;

/** Used where neither the environment nor a profile names a Region: the global services answer there. */
const FALLBACK_REGION = "us-east-1";

export function readRegion(environment: Environment): string {
  return environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || FALLBACK_REGION;
}

export function openConfiguredTransport(
  { limits }: Configuration,
  environment: Environment,
  signal?: AbortSignal,
): Transport {
  const { requestTimeoutMs } = limits;
  const endpointUrl = readEndpointUrl(environment);
  return openTransport({ requestTimeoutMs, endpointUrl, ...(signal === undefined ? {} : { signal }) });
}

export function toEntranceOptions(
  configuration: Configuration,
  places: Pick<EntranceOptions, "region" | "transport" | "now">,
): EntranceOptions {
  return {
    ...places,
    role: toRole(configuration),
    // The scanner's own principal is never mapped in a cluster, so even its own account is entered by the role.
    assumeInOwnAccount: toAccountScope(configuration).source !== "caller",
  };
}

function toRole({ role }: Configuration): EntranceOptions["role"] {
  const { name, externalId, sessionPolicy } = role;
  return externalId === undefined ? { name, sessionPolicy } : { name, externalId, sessionPolicy };
}

export function toScanContext(
  configuration: Configuration,
  world: Pick<ScanContext, "observe" | "now">,
): ComposedContext {
  return {
    ...world,
    settings: toEvaluationSettings(configuration),
    requestTimeoutMs: configuration.limits.requestTimeoutMs,
    deadlineMs: configuration.limits.deadlineSeconds * 1000,
    excludedTags: configuration.clusters.tags.exclude,
    routedTags: [...new Set(configuration.publish.routes.flatMap(({ clusterTags }) => clusterTags))],
  };
}

export function toAccountScope({ organization, accounts }: Configuration): AccountScope {
  const everything: Selects = () => true;
  if (organization !== undefined)
    return {
      source: "organization",
      accountIds: organization.accounts.include.filter((id) => id !== "*"),
      selectsAccount: compileSelection(organization.accounts),
      selectsUnitPath: compileSelection(organization.organizationalUnits),
    };
  if (accounts !== undefined)
    return {
      source: "listed",
      accountIds: accounts,
      selectsAccount: everything,
      selectsUnitPath: everything,
    };
  return { source: "caller", accountIds: [], selectsAccount: everything, selectsUnitPath: everything };
}

export function toClusterScope({ regions, clusters }: Configuration): ClusterScope {
  return { regions, selectsCluster: compileSelection(clusters) };
}

export async function openBucket(bucket: string, region: string, transport: Transport): Promise<ObjectStore> {
  const { openBucket: open } = await import("../aws/s3.ts");
  return open({ bucket, region }, transport);
}
