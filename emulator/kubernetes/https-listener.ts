// Sockets: listens on a free port of loopback, logs each request, lets a responder decide, and ends cleanly.

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openInterception } from "../interception.ts";
import type { WorldFault } from "../world.ts";
import type { ServerCertificate } from "./certificate.ts";
import type { LoggedRequest, Outcome, Responder } from "./responder.ts";
import { type BodyCache, sendAnswer } from "./send-answer.ts";

export interface Listener {
  /** https://127.0.0.1:PORT */
  readonly origin: string;
  /** TLS connections so far. */
  readonly connectionCount: number;
  /** Ends every connection, too. */
  close(): Promise<void>;
}

export interface HttpsListenerOptions {
  readonly certificate: ServerCertificate;
  readonly respond: Responder;
  readonly log: LoggedRequest[];
  readonly bodies: () => BodyCache;
  /** Milliseconds that every answer waits first. */
  readonly latencyMs: number;
  /** Of the world; asked at every connection. */
  readonly faults: readonly WorldFault[];
}

// As patient as the load balancer in front of a real API server; Node's own default is five seconds.
const KEEP_ALIVE_MS = 60_000;

export function startHttpsListener(options: HttpsListenerOptions): Promise<Listener> {
  const { keyPem, certificatePem } = options.certificate;
  const server = createServer(
    { key: keyPem, cert: certificatePem, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void handle(request, response),
  );
  const sockets = trackSockets(server);
  const interception = openInterception(server, options.certificate, options.faults);
  return listen(server, sockets);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "https://kubernetes.invalid");
    const logged = toLogged(request, url);
    options.log.push(logged);
    if (options.latencyMs > 0) await sleep(options.latencyMs);
    const outcome = await respondWhileConnected(request, url, logged);
    if (outcome === "hang") return;
    if (outcome === "reset") return resetConnection(request, sockets);
    if ("intercepted" in outcome) {
      await interception.begin(outcome.intercepted);
      return resetConnection(request, sockets);
    }
    logged.status = outcome.status;
    await sendAnswer(request, response, outcome, options.bodies());
  }

  /** A client that leaves in the middle of its body gets no answer; that is no error of ours. */
  async function respondWhileConnected(
    request: IncomingMessage,
    url: URL,
    logged: LoggedRequest,
  ): Promise<Outcome> {
    try {
      return await options.respond(request, url, logged);
    } catch (error) {
      if (request.destroyed && !request.complete) return "hang";
      throw error;
    }
  }
}

/** Listens, and answers nothing that `server` does not answer itself. */
export async function listen(server: Server, sockets = trackSockets(server)): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  let connectionCount = 0;
  server.on("connection", () => (connectionCount += 1));
  return {
    origin: `https://127.0.0.1:${address.port}`,
    get connectionCount() {
      return connectionCount;
    },
    close: () => close(server, sockets),
  };
}

/** The TCP sockets below TLS. A client that goes away is no error of ours. */
function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  return sockets;
}

/** RST instead of FIN. Only the TCP socket can do it, not the TLS socket that Node puts on top. */
function resetConnection(request: IncomingMessage, sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) {
    if (socket.remotePort === request.socket.remotePort) socket.resetAndDestroy();
  }
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}

function toLogged({ method = "", headers }: IncomingMessage, url: URL): LoggedRequest {
  const { accept = "" } = headers;
  return { method, path: url.pathname, query: url.search, accept, principal: null, status: 0 };
}
