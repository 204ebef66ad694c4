// A bare HTTP server that answers as told: for what no well-behaved emulator would say.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openTransport, type CredentialSource, type Transport } from "../../lib/aws/clients.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface WireServer extends AsyncDisposable {
  readonly origin: string;
  /** Requests so far. */
  readonly requests: readonly string[];
  /** Their bodies, in the same order. */
  readonly bodies: readonly string[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  readonly transport: Transport;
}

export const SESSION_TOKEN = "FwoGZXIvYXdzEXAMPLE+session/token==";
export const credentials: CredentialSource = () =>
  Promise.resolve({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", sessionToken: SESSION_TOKEN });

export async function startWire(
  answer: Answer,
  options: {
    readonly maxAttempts?: number;
    readonly signal?: AbortSignal;
    readonly requestTimeoutMs?: number;
  } = {},
): Promise<WireServer> {
  const requests: string[] = [];
  const bodies: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString());
      answer(request, response);
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const transport = openTransport({
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    connectionTimeoutMs: 5_000,
    maxAttempts: options.maxAttempts ?? 2,
    endpointUrl: origin,
    ...(options.signal && { signal: options.signal }),
  });
  return {
    origin,
    requests,
    bodies,
    connections: () => connections,
    transport,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

export function answerWith(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  };
}
