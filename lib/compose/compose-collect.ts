// Wires a spoke: its own account, the way into its clusters, and the hub's bucket. It has no controls and no sinks,
// because it does not judge: the function in member accounts stays small.

import { toEvaluationSettings } from "../config/evaluation-settings.ts";
import { openClusters } from "../aws/account-clusters.ts";
import { openInventory } from "../aws/account-inventory.ts";
import { openEntrance } from "../aws/entrance.ts";
import { toUnseen as awsToUnseen } from "../aws/errors.ts";
import { openOwnIdentity } from "../aws/own-identity.ts";
import { openBucket, openConfiguredTransport, toEntranceOptions } from "./compose-parts.ts";
import { readEnvironment } from "../config/config-environment.ts";
import type { ParsedFile } from "../config/config-yaml.ts";
import { compileSelection } from "../glob.ts";
import { toUnseen as kubernetesToUnseen } from "../kubernetes/errors.ts";
import { ConfigurationError } from "../model/configuration-error.ts";
import { openKubernetes } from "./open-kubernetes.ts";
import { requireBucket } from "../config/require-bucket.ts";
import { createObserve } from "../scan/observe.ts";
import type { Entrance } from "../scan/sources.ts";
import type { CollectRegionOptions, SpokeAccount } from "../spoke/collect-region.ts";

export interface CollectComposition {
  /** The spoke's own: its clusters are there. */
  readonly region: string;
  readonly cloud: Pick<Entrance<SpokeAccount>, "enterOwnAccount">;
  readonly openOptions: (signal: AbortSignal) => Promise<CollectRegionOptions>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function composeCollect(environment: Environment): CollectComposition {
  const configuration = readEnvironment(environment, refuseFile);
  const bucket = requireBucket(configuration);
  const { limits, clusters, namespaces } = configuration;
  const region = environment["AWS_REGION"] ?? "";
  const transport = openConfiguredTransport(configuration, environment);
  const now = () => new Date();
  const settings = {
    selectsCluster: compileSelection(clusters),
    concurrency: limits.concurrency,
    context: {
      observe: createObserve([awsToUnseen, kubernetesToUnseen]),
      now,
      settings: toEvaluationSettings({ namespaces }),
      requestTimeoutMs: limits.requestTimeoutMs,
      deadlineMs: limits.deadlineSeconds * 1000,
    },
  };
  const places = { region, transport, now };
  return {
    region,
    cloud: openEntrance(openOwnIdentity(places), toEntranceOptions(configuration, places), (account) => ({
      ...openInventory(account),
      ...openClusters(account, openKubernetes),
    })),
    async openOptions(signal) {
      // The hub's bucket may be in another Region than the spoke.
      const bucketRegion = environment["RINGFENCE_BUCKET_REGION"] || region;
      const store = await openBucket(bucket, bucketRegion, transport);
      return { ...settings, store, context: { ...settings.context, signal } };
    },
  };
}

/** The spoke's template sets single variables; with the parser of YAML the function would be a fifth larger. */
function refuseFile(text: string, name: string): ParsedFile {
  if (text === "") return { value: {}, lineOf: () => null };
  const expected = "single variables, such as RINGFENCE_CLUSTERS: a spoke reads no configuration file";
  const problem = { path: name, line: null, seen: "a configuration file", expected, hint: null };
  throw new ConfigurationError("the environment", [problem]);
}
