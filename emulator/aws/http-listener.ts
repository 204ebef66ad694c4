// The HTTP server of the emulated AWS on loopback, with TLS where it is asked for: bytes to WireRequest, Reply to
// bytes.

import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { deliver } from "../deliver.ts";
import { openInterception, type Interception } from "../interception.ts";
import type { ServerCertificate } from "../kubernetes/certificate.ts";
import type { WorldFault } from "../world.ts";
import type { Reply } from "./answer-request.ts";
import { parseTarget } from "./wire.ts";
import type { WireRequest } from "./wire.ts";

/** No call of a scanner is larger; more is refused before it fills the memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface ListenerOptions {
  /** Milliseconds that every answer waits first. */
  readonly latencyMs: number;
  readonly now: () => Date;
  readonly answer: (request: WireRequest) => Reply;
  /** Absent: without TLS. */
  readonly certificate: ServerCertificate | undefined;
  /** Of the world; asked at every connection. */
  readonly faults: readonly WorldFault[];
}

export interface HttpListener {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly origin: string;
  /** Also ends what hangs. */
  readonly close: () => Promise<void>;
}

export async function startHttpListener(options: ListenerOptions): Promise<HttpListener> {
  const { certificate, faults } = options;
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    respond(message, response, wire).catch((error: unknown) => fail(response, error));
  };
  const tls =
    certificate === undefined
      ? null
      : createTlsServer({ key: certificate.keyPem, cert: certificate.certificatePem }, onRequest);
  const server = tls ?? createServer(onRequest);
  const interception =
    tls === null || certificate === undefined ? null : openInterception(tls, certificate, faults);
  const wire: Wire = { ...options, interception, connections: trackConnections(server) };
  const port = await listen(server);
  return {
    origin: `${tls === null ? "http" : "https"}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

interface Wire extends ListenerOptions {
  readonly interception: Interception | null;
  /** The TCP connections below TLS, by the client's port. */
  readonly connections: ReadonlyMap<number, Socket>;
}

function trackConnections(server: Server): ReadonlyMap<number, Socket> {
  const connections = new Map<number, Socket>();
  server.on("connection", (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    connections.set(remotePort, socket);
    socket.on("close", () => connections.delete(remotePort));
  });
  return connections;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server has no port");
  return address.port;
}

async function respond(message: IncomingMessage, response: ServerResponse, wire: Wire): Promise<void> {
  const body = await readBody(message);
  if (body === null) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  if (wire.latencyMs > 0) await sleep(wire.latencyMs);
  const reply = wire.answer({
    method: message.method ?? "GET",
    ...parseTarget(message.url ?? "/"),
    headers: toHeaders(message.rawHeaders),
    body,
  });
  await send(message, response, reply, wire);
}

/** Null: more than the limit. */
async function readBody(message: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

/** "Headers with more than one value are joined by a comma." (IAM guide, canonical request) */
function toHeaders(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? "";
    const value = raw[index + 1] ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** The Date header is the emulated clock: SDKs correct theirs by it. */
async function send(
  message: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  { now, interception, connections }: Wire,
): Promise<void> {
  if (reply === "hang") return;
  const reset = (): void => void connections.get(message.socket.remotePort ?? 0)?.resetAndDestroy();
  if (reply === "reset") return reset();
  if ("intercepted" in reply) {
    if (interception === null) throw new TypeError("a foreign certificate needs a cloud that speaks TLS");
    await interception.begin(reply.intercepted);
    return reset();
  }
  const headers = { date: now().toUTCString(), ...reply.headers };
  await deliver(response, { ...reply, headers }, reply.delivery);
}

/** A request that ends early is the client's doing; anything else is a bug of the emulator, shown as such. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) return;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  response.writeHead(500, { "content-type": "text/plain" }).end(`emulator bug: ${text}`);
}
