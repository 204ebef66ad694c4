// Wires the parts for one process: which cloud, which scopes, which limits. Everything that touches the world comes
// in through here. Imports nothing that judges: that is half of the code, and only a scan needs it.

import { toEvaluationSettings } from "./evaluation-settings.ts";
import { openCloud } from "./aws/cloud.ts";
import { closeTransport, openTransport, readEndpointUrl, type Transport } from "./aws/clients.ts";
import { toUnseen as awsToUnseen } from "./aws/errors.ts";
import type { Configuration } from "./config.ts";
import { compileSelection } from "./glob.ts";
import { toUnseen as folderToUnseen } from "./folder-store.ts";
import { toUnseen as kubernetesToUnseen } from "./kubernetes/errors.ts";
import { openClusterReader } from "./kubernetes/reader.ts";
import type { AccountScope, ClusterScope, Selects } from "./scan/discover.ts";
import { createObserve, type Observe } from "./scan/observe.ts";
import type { ScanContext } from "./scan/scan-cluster.ts";
import type { Cloud, ObjectStore, SecretPlace, Spokes, Topic } from "./scan/sources.ts";
import { createSpokes } from "./spoke/create-spokes.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a scan needs besides the controls that judge. */
export type ComposedContext = Omit<ScanContext, "controls">;

export interface Composition {
  /** The scanner's own Region. */
  readonly region: string;
  readonly cloud: Cloud;
  readonly context: ComposedContext;
  readonly accounts: AccountScope;
  readonly clusters: ClusterScope;
  openTopic(topicArn: string): Promise<Topic>;
  /** The text of a secret; never for a log. */
  readSecret(place: SecretPlace): Promise<string>;
  /** Opens the bucket of a run or of the state. */
  openBucket(bucket: string): Promise<ObjectStore>;
  close(): void;
}

export interface ComposeOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Goes into the role session's name, which the member's CloudTrail shows. */
  readonly runId?: string;
}

/** Used where neither the environment nor a profile names a Region: the global services answer there. */
const FALLBACK_REGION = "us-east-1";

export function compose(configuration: Configuration, options: ComposeOptions): Composition {
  const { environment, signal, now } = options;
  const region = readRegion(environment);
  const transport = openConfiguredTransport(configuration, options);
  const accounts = toAccountScope(configuration);
  const open = (bucket: string) => openBucket(bucket, region, transport);
  return {
    region,
    cloud: openCloud({
      region,
      role: toRole(configuration),
      // The scanner's own principal is never mapped in a cluster, so even its own account is entered by the role.
      assumeInOwnAccount: accounts.source !== "caller",
      transport,
      openKubernetes: openClusterReader,
      now,
      ...(options.runId === undefined ? {} : { runId: options.runId }),
    }),
    context: { ...toScanContext(configuration, signal, now), ...toSpokes(configuration, open, now) },
    accounts,
    clusters: toClusterScope(configuration),
    openTopic: (topicArn) => openTopic(topicArn, transport),
    readSecret: (place) => readSecret(place, region, transport),
    openBucket: open,
    close: () => closeTransport(transport),
  };
}

export function readRegion(environment: Environment): string {
  return environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || FALLBACK_REGION;
}

export function openConfiguredTransport(
  { limits }: Configuration,
  { environment, signal }: Pick<ComposeOptions, "environment" | "signal">,
): Transport {
  const { requestTimeoutMs } = limits;
  return openTransport({ requestTimeoutMs, endpointUrl: readEndpointUrl(environment), signal });
}

export const observe: Observe = createObserve([awsToUnseen, kubernetesToUnseen, folderToUnseen]);

function toRole({ role }: Configuration): { name: string; externalId?: string; sessionPolicy: boolean } {
  const { name, externalId, sessionPolicy } = role;
  return externalId === undefined ? { name, sessionPolicy } : { name, externalId, sessionPolicy };
}

export function toScanContext(
  configuration: Configuration,
  signal: AbortSignal,
  now: () => Date,
): ComposedContext {
  return {
    observe,
    now,
    settings: toEvaluationSettings(configuration),
    requestTimeoutMs: configuration.limits.requestTimeoutMs,
    deadlineMs: configuration.limits.deadlineSeconds * 1000,
    excludedTags: configuration.clusters.tags.exclude,
    routedTags: [...new Set(configuration.publish.routes.flatMap(({ clusterTags }) => clusterTags))],
    signal,
  };
}

function toSpokes(
  { spokes, state }: Configuration,
  open: (bucket: string) => Promise<ObjectStore>,
  now: () => Date,
): { readonly spokes?: Spokes } {
  const bucket = state?.bucket;
  if (spokes.accounts.length === 0 || bucket === undefined) return {};
  return { spokes: createSpokes(spokes, { openStore: () => open(bucket), observe, now }) };
}

function toAccountScope({ organization, accounts }: Configuration): AccountScope {
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

function toClusterScope({ regions, clusters }: Configuration): ClusterScope {
  return { regions, selectsCluster: compileSelection(clusters) };
}

async function openTopic(topicArn: string, transport: Transport): Promise<Topic> {
  const { openTopic: open } = await import("./aws/sns.ts");
  return open(topicArn, transport);
}

async function readSecret(place: SecretPlace, region: string, transport: Transport): Promise<string> {
  if ("secretArn" in place) {
    const { getSecretValue } = await import("./aws/secrets.ts");
    return getSecretValue(place.secretArn, transport);
  }
  const { getSecureParameter } = await import("./aws/parameters.ts");
  return getSecureParameter(place.parameterName, region, transport);
}

async function openBucket(bucket: string, region: string, transport: Transport): Promise<ObjectStore> {
  const { openBucket: open } = await import("./aws/s3.ts");
  return open({ bucket, region }, transport);
}
