// One emulated cluster's Kubernetes API: HTTPS on loopback with its own certificate authority. It reads the
// world's objects and never changes them; who may see what is decided as on Amazon EKS.

import { createServer as createTcpServer } from "node:net";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { WorldCluster } from "../world.ts";
import { type Answer, toTextAnswer } from "./answer.ts";
import { createServerCertificate, type ServerCertificate } from "./certificate.ts";
import type { ClusterMemory, ClusterRequest, ClusterServerContext } from "./cluster-server-context.ts";
import { type Listener, listen, startHttpsListener } from "./https-listener.ts";
import { indexObjects } from "./object-index.ts";
import { createResponder, type LoggedRequest, type Responder } from "./responder.ts";
import { Revisions } from "./revisions.ts";
import { BodyCache } from "./send-answer.ts";

export type { ClusterRequest, ClusterServerContext } from "./cluster-server-context.ts";

export interface ClusterServer {
  /** https://127.0.0.1:PORT */
  readonly endpoint: string;
  /** The same, but for a private endpoint, which serves only who is in the VPC. */
  readonly endpointInVpc: string;
  /** PEM of the authority, base64, as DescribeCluster gives it. */
  readonly certificateAuthorityData: string;
  /** Live, in order of arrival. */
  readonly requests: readonly ClusterRequest[];
  /** TLS connections so far. */
  readonly connectionCount: number;
  /** The next continue token that arrives, and every one given out before, is answered with 410 Expired. */
  expireContinueTokens(): void;
  /** Replaces the world's objects at once; lists that were begun go on with the old ones. */
  replaceObjects(objects: readonly RawObject[]): void;
  close(): Promise<void>;
}

export async function startClusterServer(
  cluster: WorldCluster,
  context: ClusterServerContext,
): Promise<ClusterServer> {
  const certificate = await createServerCertificate();
  const requests: LoggedRequest[] = [];
  const remember = (): ClusterMemory =>
    context.memories.get(requests, () => ({
      index: indexObjects(cluster.objects, cluster.extraApiVersions),
      bodies: new BodyCache(),
    }));
  const revisions = new Revisions(() => remember().index);
  const serve = await createResponder(cluster, context, revisions);
  const start: StartHttps = (respond, own = certificate) =>
    startHttpsListener({
      certificate: own,
      respond,
      log: requests,
      bodies: () => remember().bodies,
      latencyMs: context.latencyMs,
      faults: context.faults,
    });
  const listeners = await ENDPOINTS[cluster.endpoint](serve, start);
  return {
    endpoint: listeners[0].origin,
    endpointInVpc: (cluster.endpoint === "private" ? listeners.at(-1) : listeners[0])?.origin ?? "",
    certificateAuthorityData: Buffer.from(certificate.authorityPem).toString("base64"),
    requests,
    get connectionCount() {
      return listeners.reduce((total, listener) => total + listener.connectionCount, 0);
    },
    expireContinueTokens: () => revisions.compactAtNextContinue(),
    replaceObjects: (objects) => revisions.replace(indexObjects(objects, cluster.extraApiVersions)),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

type StartHttps = (respond: Responder, certificate?: ServerCertificate) => Promise<Listener>;
type StartEndpoint = (serve: Responder, start: StartHttps) => Promise<readonly [Listener, ...Listener[]]>;

/** The first listener is the announced one. */
const ENDPOINTS: Readonly<Record<WorldCluster["endpoint"], StartEndpoint>> = {
  serves: async (serve, start) => [await start(serve)],
  private: async (serve, start) => [await listen(createTcpServer()), await start(serve)],
  unreachable: async () => [await listen(createTcpServer())],
  "wrong-ca": async (serve, start) => [await start(serve, await createServerCertificate())],
  garbage: async (_serve, start) => [await start(() => Promise.resolve(GARBAGE))],
  // The place to be led to is trusted and logs too: a client that follows shows in `requests`.
  redirects: async (_serve, start) => {
    const elsewhere = await start(() => Promise.resolve(toTextAnswer(200, "elsewhere")));
    const toElsewhere = (url: URL): Answer => toRedirect(`${elsewhere.origin}/elsewhere${url.pathname}`);
    return [await start((_request, url) => Promise.resolve(toElsewhere(url))), elsewhere];
  },
};

const GARBAGE = toTextAnswer(200, "<html><body>It works!</body></html>", "text/html");

function toRedirect(location: string): Answer {
  return { ...toTextAnswer(302, ""), headers: { location } };
}
