// A cluster with a few objects, a token that the authenticator accepts, and a client over real TLS.

import { request as httpsRequest } from "node:https";
import { gunzipSync } from "node:zlib";
import { LastUsed } from "../../emulator/kubernetes/last-used.ts";
import {
  type ClusterServer,
  type ClusterServerContext,
  startClusterServer,
} from "../../emulator/kubernetes/server.ts";
import type { WorldCluster } from "../../emulator/world.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";

export const NOW = new Date("2026-11-21T12:00:00Z");
export const ROLE_ARN = "arn:aws:iam::111122223333:role/RingfenceReader";
export const SESSION_ARN = "arn:aws:sts::111122223333:assumed-role/RingfenceReader/scan";

export function object(apiVersion: string, kind: string, place: string, rest: object = {}): RawObject {
  const [first = "", name] = place.split("/");
  const metadata = name === undefined ? { name: first } : { namespace: first, name };
  const { metadata: more, ...body } = rest as { metadata?: object };
  return { apiVersion, kind, metadata: { ...metadata, ...more }, ...body };
}

export function pod(place: string, labels: Record<string, string> = {}, spec: object = {}): RawObject {
  return object("v1", "Pod", place, {
    metadata: { labels },
    spec: { nodeName: "node-1", containers: [{ name: "main", image: "web:1" }], ...spec },
    status: { phase: "Running" },
  });
}

export function cluster(objects: readonly RawObject[], changes: Partial<WorldCluster> = {}): WorldCluster {
  return {
    name: "prod",
    region: "eu-west-1",
    status: "ACTIVE",
    createdAt: "2026-01-01T00:00:00Z",
    version: "1.33",
    platformVersion: "eks.4",
    authenticationMode: "API",
    describe: {},
    addons: [],
    capabilities: [],
    endpoint: "serves",
    access: { level: "reader", withoutResources: [] },
    objects,
    extraApiVersions: [],
    ...changes,
  };
}

/** An STS that says whose URL it is without looking at the signature, as long as the cluster is named. */
export function context(changes: Partial<ClusterServerContext> = {}): ClusterServerContext {
  return {
    accountId: "111122223333",
    region: "eu-west-1",
    partition: "aws",
    now: () => NOW,
    latencyMs: 0,
    faults: [],
    memories: new LastUsed(1),
    mappedPrincipals: [ROLE_ARN],
    verifyPresignedIdentity: (_url, clusterHeader) =>
      Promise.resolve(clusterHeader === "prod" ? { arn: SESSION_ARN, accountId: "111122223333" } : null),
    ...changes,
  };
}

export const PRESIGNED_QUERY: Readonly<Record<string, string>> = {
  Action: "GetCallerIdentity",
  Version: "2011-06-15",
  "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
  "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20261121/eu-west-1/sts/aws4_request",
  "X-Amz-Date": "20261121T115900Z",
  "X-Amz-Expires": "60",
  "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
  "X-Amz-Signature": "0".repeat(64),
};

export function toPresignedUrl(query: Readonly<Record<string, string>> = PRESIGNED_QUERY): string {
  return `https://sts.eu-west-1.amazonaws.com/?${new URLSearchParams(query).toString()}`;
}

export function toToken(url = toPresignedUrl()): string {
  return `k8s-aws-v1.${Buffer.from(url).toString("base64url")}`;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As sent, decompressed. */
  readonly text: string;
  readonly bytes: number;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly token?: string | null;
  /** PEM; the server's own authority when absent. */
  readonly ca?: string;
}

export function send(server: ClusterServer, path: string, options: RequestOptions = {}): Promise<Reply> {
  const ca = options.ca ?? Buffer.from(server.certificateAuthorityData, "base64").toString();
  const token = options.token === undefined ? toToken() : options.token;
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${server.endpoint}${path}`,
      {
        ca,
        agent: false,
        method: options.method ?? "GET",
        headers: { ...authorization, ...options.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const raw = Buffer.concat(chunks);
          const plain = response.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, text: plain.toString(), bytes: raw.length });
        });
      },
    );
    request.on("error", reject);
    request.end(options.body);
  });
}

export async function withServer(
  cluster: WorldCluster,
  changes: Partial<ClusterServerContext>,
  use: (server: ClusterServer) => Promise<void>,
): Promise<void> {
  const server = await startClusterServer(cluster, context(changes));
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

/** A list as a test expects it; the tests compare what they use of it. */
export interface ListBody {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly RawObject[];
}

export async function list(server: ClusterServer, path: string, options?: RequestOptions): Promise<ListBody> {
  const reply = await send(server, path, options);
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  const body: ListBody = JSON.parse(reply.text);
  return body;
}

export function toNames(body: ListBody): readonly string[] {
  return body.items.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
}
