// Wires a spoke: its own account, the way into its clusters, and the hub's bucket. It has no controls and no sinks,
// because it does not judge: the function in member accounts stays small.

import { toEvaluationSettings } from "./evaluation-settings.ts";
import { openCloud } from "./aws/cloud.ts";
import { openTransport, readEndpointUrl } from "./aws/clients.ts";
import { toUnseen as awsToUnseen } from "./aws/errors.ts";
import { compileSelection } from "./glob.ts";
import { readHandlerConfiguration } from "./handler-configuration.ts";
import { toUnseen as kubernetesToUnseen } from "./kubernetes/errors.ts";
import { openClusterReader } from "./kubernetes/reader.ts";
import { requireBucket } from "./require-bucket.ts";
import { createObserve } from "./scan/observe.ts";
import type { Cloud } from "./scan/sources.ts";
import type { CollectRegionOptions } from "./spoke/collect-region.ts";

export interface CollectComposition {
  /** The spoke's own: its clusters are there. */
  readonly region: string;
  readonly cloud: Cloud;
  readonly openOptions: (signal: AbortSignal) => Promise<CollectRegionOptions>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export async function composeCollect(environment: Environment): Promise<CollectComposition> {
  const configuration = await readHandlerConfiguration(environment);
  const bucket = requireBucket(configuration);
  const { limits, role, clusters, namespaces } = configuration;
  const region = environment["AWS_REGION"] ?? "";
  const transport = openTransport({
    requestTimeoutMs: limits.requestTimeoutMs,
    endpointUrl: readEndpointUrl(environment),
  });
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
  return {
    region,
    cloud: openCloud({
      region,
      role: { name: role.name, sessionPolicy: role.sessionPolicy },
      assumeInOwnAccount: false,
      transport,
      openKubernetes: openClusterReader,
      now,
    }),
    async openOptions(signal) {
      const { openBucket } = await import("./aws/s3.ts");
      // The hub's bucket may be in another Region than the spoke.
      const bucketRegion = environment["RINGFENCE_BUCKET_REGION"] || region;
      const store = openBucket({ bucket, region: bucketRegion }, transport);
      return { ...settings, store, context: { ...settings.context, signal } };
    },
  };
}
