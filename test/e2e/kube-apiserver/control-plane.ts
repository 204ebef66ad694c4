// One real control plane on loopback: etcd and kube-apiserver as processes, RBAC on, every request in an audit log.
// No controller and no kubelet runs, so that what a test stores stays as it is.

import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createServerCertificate } from "../../../emulator/kubernetes/certificate.ts";
import type { ServerBinaries } from "./binaries.ts";

const READY_LIMIT_MS = 60_000;

export interface ControlPlane {
  /** https://127.0.0.1:PORT */
  readonly endpoint: string;
  /** PEM of the authority, base64, as DescribeCluster gives it. */
  readonly certificateAuthorityData: string;
  /** Of a member of system:masters; only for setting up. */
  readonly adminToken: string;
  /** Throws where the status is not below 400. */
  asAdmin(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Compacts etcd's history, so that lists that were begun before are gone (410). */
  compact(): Promise<void>;
  /** Everything that reached the API server so far, as its own audit log tells. */
  readAuditLog(): Promise<readonly AuditEvent[]>;
  close(): Promise<void>;
}

/** audit.k8s.io/v1 Event, the members that the tests ask for. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username?: string };
  readonly responseStatus?: { readonly code?: number };
}

export class RequestRefusedError extends Error {
  readonly status: number;
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path} is answered ${status}: ${body.slice(0, 500)}`);
    this.status = status;
  }
}

/** `webhookConfig` is a kubeconfig file's text that says where TokenReviews go. */
export async function startControlPlane(
  { apiServer, etcd }: ServerBinaries,
  webhookConfig: string,
  flags: readonly string[] = [],
): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), "ringfence-control-plane-"));
  const [etcdPort, peerPort, port] = await Promise.all([findPort(), findPort(), findPort()]);
  const certificate = await createServerCertificate();
  const adminToken = randomBytes(24).toString("hex");
  const files = await writeFiles(folder, {
    "server.crt": certificate.certificatePem,
    "server.key": certificate.keyPem,
    "service-accounts.key": generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    }).privateKey,
    "tokens.csv": `${adminToken},ringfence-test-admin,admin,system:masters\n`,
    "webhook.yaml": webhookConfig,
    "audit-policy.yaml":
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata, omitStages: [RequestReceived] }]\n",
  });
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const processes = [
    start(etcd, folder, [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
      "--unsafe-no-fsync",
    ]),
    start(apiServer, folder, [
      `--etcd-servers=${etcdUrl}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      `--tls-cert-file=${files["server.crt"]}`,
      `--tls-private-key-file=${files["server.key"]}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-signing-key-file=${files["service-accounts.key"]}`,
      `--service-account-key-file=${files["service-accounts.key"]}`,
      "--service-cluster-ip-range=172.20.0.0/16",
      "--allow-privileged=true",
      "--anonymous-auth=false",
      "--authorization-mode=RBAC",
      `--token-auth-file=${files["tokens.csv"]}`,
      `--authentication-token-webhook-config-file=${files["webhook.yaml"]}`,
      "--authentication-token-webhook-version=v1",
      "--authentication-token-webhook-cache-ttl=0s",
      // These wait for a controller, or change what is stored; neither is what a test is about.
      "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition,Priority,DefaultTolerationSeconds,StorageObjectInUseProtection",
      `--audit-policy-file=${files["audit-policy.yaml"]}`,
      `--audit-log-path=${join(folder, "audit.log")}`,
      "--audit-log-maxsize=1000",
      ...flags,
    ]),
  ];
  const agent = new Agent({ keepAlive: true, maxSockets: 20, ca: certificate.authorityPem });
  const endpoint = `https://127.0.0.1:${port}`;
  const controlPlane: ControlPlane = {
    endpoint,
    certificateAuthorityData: Buffer.from(certificate.authorityPem).toString("base64"),
    adminToken,
    asAdmin: (method, path, body) => send(agent, { endpoint, adminToken, method, path, body }),
    compact: () => compact(etcdUrl),
    readAuditLog: async () => {
      // The log's backend writes in batches of its own.
      await sleep(500);
      return (await readFile(join(folder, "audit.log"), "utf8"))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as AuditEvent);
    },
    close: async () => {
      agent.destroy();
      await Promise.all(processes.toReversed().map(stop));
      await rm(folder, { recursive: true, force: true });
    },
  };
  await waitUntilReady(controlPlane, processes, folder);
  return controlPlane;
}

async function writeFiles<Name extends string>(
  folder: string,
  contents: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<string, string>>> {
  const paths: Record<string, string> = {};
  for (const [name, content] of Object.entries<string>(contents)) {
    paths[name] = join(folder, name);
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  return paths;
}

function start(program: string, folder: string, args: readonly string[]): ChildProcess {
  const log = createWriteStream(join(folder, "servers.log"), { flags: "a" });
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

async function waitUntilReady(
  controlPlane: ControlPlane,
  processes: readonly ChildProcess[],
  folder: string,
): Promise<void> {
  const giveUpAtMs = Date.now() + READY_LIMIT_MS;
  while (Date.now() < giveUpAtMs && processes.every(({ exitCode }) => exitCode === null)) {
    const isReady = await controlPlane.asAdmin("GET", "/readyz").then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await sleep(250);
  }
  const log = await readFile(join(folder, "servers.log"), "utf8");
  await controlPlane.close();
  throw new Error(`The control plane did not become ready:\n${log.slice(-4_000)}`);
}

interface AdminRequest {
  readonly endpoint: string;
  readonly adminToken: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

async function send(
  agent: Agent,
  { endpoint, adminToken, method, path, body }: AdminRequest,
): Promise<unknown> {
  const isPatch = method === "PATCH";
  const outgoing = request(`${endpoint}${path}`, {
    agent,
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      accept: "application/json",
      "content-type": isPatch ? "application/merge-patch+json" : "application/json",
    },
  });
  const response = new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    outgoing.once("error", reject);
    outgoing.once("response", (incoming) => {
      text(incoming).then(
        (received) => resolve({ status: incoming.statusCode ?? 0, body: received }),
        reject,
      );
    });
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const received = await response;
  if (received.status >= 400) throw new RequestRefusedError(method, path, received.status, received.body);
  return received.body.startsWith("{") ? JSON.parse(received.body) : received.body;
}

/** etcd's JSON gateway: the newest revision, and everything older is gone. */
async function compact(etcdUrl: string): Promise<void> {
  const post = async (
    path: string,
    body: unknown,
  ): Promise<{ readonly header: { readonly revision: string } }> => {
    const response = await fetch(`${etcdUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`etcd answers ${response.status} to ${path}`);
    return (await response.json()) as { readonly header: { readonly revision: string } };
  };
  const { header } = await post("/v3/kv/range", { key: Buffer.from("a").toString("base64") });
  await post("/v3/kv/compaction", { revision: header.revision, physical: true });
}

/** A port that is free now; kube-apiserver takes none itself. */
async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}
