// A scanner in front of an emulated cloud: credentials of a role of the world, everything else as the product
// would have it.

import { openCloud, type CloudOptions } from "../../lib/aws/cloud.ts";
import {
  closeTransport,
  openTransport,
  type CredentialSource,
  type Transport,
} from "../../lib/aws/clients.ts";
import { openClusterReader } from "../../lib/kubernetes/reader.ts";
import type { Cloud as Scanner } from "../../lib/scan/sources.ts";
import { startCloud, type CallerEnvironment, type Cloud } from "../../emulator/cloud.ts";
import type { World } from "../../emulator/world.ts";

export interface OpenWorld extends AsyncDisposable {
  readonly emulator: Cloud;
  readonly scanner: Scanner;
  readonly transport: Transport;
  readonly credentials: CredentialSource;
  /** `service:Operation` of the calls that arrived, in order. */
  calls(): readonly string[];
}

export async function openWorld(world: World, options: Partial<CloudOptions> = {}): Promise<OpenWorld> {
  const emulator = await startCloud(world);
  const transport = openTransport({ requestTimeoutMs: 10_000, endpointUrl: emulator.endpoint });
  const credentials = toCredentials(emulator.environment);
  const scanner = openCloud({
    region: world.scanner.region,
    role: {
      name: "RingfenceReader",
      sessionPolicy: true,
      ...(world.scanner.externalId !== null && { externalId: world.scanner.externalId }),
    },
    assumeInOwnAccount: false,
    transport,
    credentials,
    openKubernetes: openClusterReader,
    now: () => new Date(),
    ...options,
  });
  return {
    emulator,
    scanner,
    transport,
    credentials,
    calls: () => emulator.calls.map(({ service, operation }) => `${service}:${operation}`),
    async [Symbol.asyncDispose]() {
      closeTransport(transport);
      await emulator.close();
    },
  };
}

function toCredentials(environment: CallerEnvironment): CredentialSource {
  return () =>
    Promise.resolve({
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      sessionToken: environment.AWS_SESSION_TOKEN,
    });
}
