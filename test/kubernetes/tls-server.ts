// A small HTTPS server with its own certificate authority, for tests of what a client must survive. It knows
// nothing of Kubernetes: each test answers as it likes.

import "reflect-metadata";
import { webcrypto } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";

import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TlsServer {
  readonly endpoint: string;
  /** Base64 PEM, as `eks:DescribeCluster` gives it. */
  readonly certificateAuthorityData: string;
  /** TLS connections that were established. */
  readonly handshakes: number;
  /** Path and query of each request, in order. */
  readonly paths: readonly string[];
  readonly server: Server;
  close(): Promise<void>;
}

export interface Authority {
  readonly certificate: X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

export async function createAuthority(): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=test authority",
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(0),
      extensions: [new BasicConstraintsExtension(true, 1, true)],
    },
    webcrypto,
  );
  return { certificate, privateKey: keys.privateKey };
}

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface IdentityOptions {
  readonly address?: string;
  readonly expired?: boolean;
  readonly client?: boolean;
}

export async function issue(authority: Authority, options: IdentityOptions = {}): Promise<Identity> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create(
    {
      subject: options.client === true ? "CN=a client" : "CN=kube-apiserver",
      issuer: authority.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity(options.expired === true ? -10 : 0),
      extensions: [
        new SubjectAlternativeNameExtension([{ type: "ip", value: options.address ?? "127.0.0.1" }]),
        // Server and client authentication.
        new ExtendedKeyUsageExtension([`1.3.6.1.5.5.7.3.${options.client === true ? 2 : 1}`]),
      ],
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: certificate.toString("pem"), key: PemConverter.encode(pkcs8, "PRIVATE KEY") };
}

function validity(startInDays: number): { notBefore: Date; notAfter: Date } {
  const start = Date.now() + (startInDays - 1) * DAY_MS;
  return { notBefore: new Date(start), notAfter: new Date(start + 2 * DAY_MS) };
}

let shared: Promise<{ authority: Authority; identity: Identity }> | undefined;

/** One authority for a whole test run: making keys takes longer than a request. */
export function sharedAuthority(): Promise<{ authority: Authority; identity: Identity }> {
  shared ??= createAuthority().then(async (authority) => ({ authority, identity: await issue(authority) }));
  return shared;
}

export interface ServerOptions {
  readonly identity?: Identity;
  /** Demands a client certificate of the shared authority. */
  readonly clientCertificates?: boolean;
}

export async function startTlsServer(handler: Handler, options: ServerOptions = {}): Promise<TlsServer> {
  const { authority, identity } = await sharedAuthority();
  const pem = authority.certificate.toString("pem");
  const paths: string[] = [];
  const sockets = new Set<Socket>();
  let handshakes = 0;
  const server = createServer(
    {
      ...(options.identity ?? identity),
      ...(options.clientCertificates === true
        ? { ca: pem, requestCert: true, rejectUnauthorized: true }
        : {}),
    },
    (request, response) => {
      paths.push(request.url ?? "");
      handler(request, response);
    },
  );
  server.on("secureConnection", () => (handshakes += 1));
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  // A client that refuses our certificate is what some tests are about.
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `https://127.0.0.1:${portOf(server)}`,
    certificateAuthorityData: Buffer.from(pem).toString("base64"),
    get handshakes() {
      return handshakes;
    },
    paths,
    server,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on TCP");
  return address.port;
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A Kubernetes Status, as the API server sends it with an error. */
export function sendStatus(
  response: ServerResponse,
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(
    JSON.stringify({
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason,
      code: status,
      message: "said by the server",
    }),
  );
}
