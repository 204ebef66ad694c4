// The findings of many clusters of one account and Region, published as a scan does and by nothing but the calls: over
// real HTTP against the emulated cloud in a process of its own.

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { BatchImportFindingsCommand, SecurityHubClient } from "@aws-sdk/client-securityhub";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { toSdkFinding } from "../../lib/aws/asff-wire.ts";
import { openTransport } from "../../lib/aws/clients.ts";
import { openCloud } from "../../lib/aws/cloud.ts";
import { toUnseen } from "../../lib/aws/errors.ts";
import { openBucket } from "../../lib/aws/s3.ts";
import { sendPacedAgain } from "../../lib/aws/pacing.ts";
import { IMPORT_RATE } from "../../lib/aws/security-hub-calls.ts";
import { createTokenBucket } from "../../lib/aws/token-bucket.ts";
import { openHubSink } from "../../lib/publishing/hub-sink.ts";
import { toFindingId } from "../../lib/model/finding-id.ts";
import type { AsffFinding } from "../../lib/model/asff.ts";
import type { Finding } from "../../lib/model/finding.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import type { SecurityHub } from "../../lib/scan/sources.ts";
import { toStateKey, type StatePlace } from "../../lib/scan/state.ts";
import { takeTurn } from "../../lib/scan/turns.ts";
import { shareImports } from "../../lib/publishing/share-imports.ts";
import { finding, namespace, observe, place } from "../../test/scan/life.ts";
import type { CloudProcess } from "../cloud-process.ts";

/** limits.concurrency as it is by default. */
const CONCURRENCY = 10;
const [ACCOUNT, REGION, BUCKET] = ["100000000000", "eu-central-1", "ringfence-state"];
const IMPORT_SIZE = 100;

export interface Estate {
  readonly clusters: number;
  /** Of each. */
  readonly findings: number;
}

/** Of one cluster: which of its findings, by number, fail. */
export type Failing = (index: number) => boolean;

export interface Published {
  readonly sent: number;
  /** What was imported, for the bare calls. */
  readonly imported: readonly AsffFinding[];
}

export async function openManyClusters({ served }: CloudProcess, { clusters, findings }: Estate) {
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } =
    served.environment;
  const identity = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
  const credentials = () => Promise.resolve(identity);
  const placesOf = (generation: string): readonly StatePlace[] =>
    Array.from({ length: clusters }, (_, index) => ({
      ...place,
      account: ACCOUNT,
      region: REGION,
      cluster: `${generation}-${index}`,
    }));
  return {
    placesOf,
    /** A process of its own, as far as connections, pacing and memory go. */
    async publish(generation: string, failing: Failing): Promise<Published> {
      const transport = openTransport({ requestTimeoutMs: 30_000, endpointUrl: AWS_ENDPOINT_URL });
      const cloud = openCloud({
        region: REGION,
        role: { name: "RingfenceReader", sessionPolicy: true },
        assumeInOwnAccount: false,
        transport,
        credentials,
        openKubernetes: () => {
          throw new Error("no cluster is read here");
        },
        now: () => new Date(),
      });
      const imported: AsffFinding[] = [];
      const hub = noting((await cloud.enterOwnAccount()).securityHub(REGION), imported);
      const join = shareImports({ sleep, startTimer });
      const context = {
        observe: createObserve([toUnseen]),
        now: () => new Date(),
        store: openBucket({ bucket: BUCKET, region: REGION, credentials }, transport),
        include: "changes",
        runId: "bench",
      } as const;
      const limit = pLimit(CONCURRENCY);
      const publications = await Promise.all(
        placesOf(generation).map((one) =>
          takeTurn(limit, join(ACCOUNT, REGION), ({ seat, release }) => {
            const sink = openHubSink(
              hub,
              { accountId: ACCOUNT, region: REGION, cluster: null },
              (all, to) => seat?.deliver(all, to, release) ?? Promise.resolve({ sent: 0, failed: [] }),
            );
            const seen = observe(toFindings(one, findings, failing));
            return publishFindings(one, { ...seen, observedFrom: new Date().toISOString() }, sink, context);
          }),
        ),
      );
      const failed = publications.flatMap(({ delivery }) => delivery.failed);
      if (failed.length > 0) throw new Error(`${failed.length} findings were refused: ${failed[0]?.code}`);
      return { sent: publications.reduce((sum, { delivery }) => sum + delivery.sent, 0), imported };
    },
    /** The imports and nothing else, within the documented rate; what is refused all the same waits and goes again. */
    async importBare(all: readonly AsffFinding[]): Promise<void> {
      const client = new SecurityHubClient({
        region: REGION,
        endpoint: AWS_ENDPOINT_URL,
        credentials: identity,
        maxAttempts: 1,
      });
      const transport = openTransport({ requestTimeoutMs: 30_000, endpointUrl: AWS_ENDPOINT_URL });
      const bucket = createTokenBucket(IMPORT_RATE, transport.clock);
      const calls = Array.from({ length: Math.ceil(all.length / IMPORT_SIZE) }, (_, index) =>
        all.slice(index * IMPORT_SIZE, (index + 1) * IMPORT_SIZE).map(toSdkFinding),
      );
      const limit = pLimit(CONCURRENCY);
      await Promise.all(
        calls.map((Findings) =>
          limit(() =>
            sendPacedAgain(bucket, transport, () =>
              client.send(new BatchImportFindingsCommand({ Findings })),
            ),
          ),
        ),
      );
      client.destroy();
    },
    /** Of each cluster: a list, a read where there is a state, and so many writes of what it has. */
    async touchStatesBare(generation: string, writes: number): Promise<void> {
      const client = new S3Client({
        region: REGION,
        endpoint: AWS_ENDPOINT_URL,
        credentials: identity,
        forcePathStyle: true,
      });
      const limit = pLimit(CONCURRENCY);
      await Promise.all(
        placesOf(generation).map((one) =>
          limit(async () => {
            const [Bucket, Key] = [BUCKET, toStateKey(one)];
            await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
            const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
            const text = (await Body?.transformToString()) ?? "";
            for (let write = 0; write < writes; write += 1)
              await client.send(new PutObjectCommand({ Bucket, Key, Body: text }));
          }),
        ),
      );
      client.destroy();
    },
  };
}

function noting(hub: SecurityHub, imported: AsffFinding[]): SecurityHub {
  return {
    productArn: hub.productArn,
    listFindings: (filter) => hub.listFindings(filter),
    importFindings(batch) {
      imported.push(...batch);
      return hub.importFindings(batch);
    },
  };
}

function toFindings(one: StatePlace, amount: number, failing: Failing): readonly Finding[] {
  return Array.from({ length: amount }, (_, index) => {
    const subject = namespace(`team-${index}`);
    const id = toFindingId({ ...one, controlId: "NETPOL.20", subject });
    const { account, region, cluster } = one;
    return finding(failing(index) ? "fail" : "pass", { id, account, region, cluster, subject });
  });
}

function startTimer(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}
