// Opens the one cluster that a kubeconfig's context names, of any kind and without AWS. client-node reads the
// file and gets the credentials, and is loaded only here; the requests are our own.

import { readFileSync } from "node:fs";
import { validateHeaderValue } from "node:http";
import type { RequestOptions } from "node:https";
import { dirname } from "node:path";
import { createSecureContext } from "node:tls";

import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import * as v from "valibot";

import { decodeFile, SAVE_AS_UTF_8 } from "../model/decode-file.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { shorten } from "../model/shorten.ts";
import { UsageError } from "../model/usage-error.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { ClusterReader, ReadOptions } from "../scan/sources.ts";
import { CredentialError, RequestAbortedError } from "./errors.ts";
import { openHttpClient } from "./http-client.ts";
import { HttpClusterReader } from "./reader.ts";
import { untilAborted } from "../model/until-aborted.ts";

/** Told wrong: says which file and context, what is wrong and what to do. Never holds a part of the file. */
export class KubeconfigError extends UsageError {
  override readonly name = "KubeconfigError";
}

export interface OpenedKubeconfig {
  /** As the kubeconfig calls it. */
  readonly clusterName: string;
  readonly reader: ClusterReader;
}

/** `context` null: the file's current-context. Throws KubeconfigError. */
export async function openKubeconfig(
  file: string,
  context: string | null,
  options: ReadOptions,
): Promise<OpenedKubeconfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  load(config, file);
  if (context !== null) config.setCurrentContext(context);
  const place = `kubeconfig ${file}, context ${toLine(config.getCurrentContext() ?? "(none)")}`;
  const cluster = chooseCluster(config, place);
  refuseUnsafe(cluster, place);
  const toError = () => new RequestAbortedError("credential of the kubeconfig");
  const credential = untilAborted(authenticate(config), options.signal, toError);
  const opened = await credential.catch((error: unknown) => {
    throw new KubeconfigError(explainCredential(config, place, error));
  });
  refuseAnonymous(opened, place);
  const tls = toTls(opened, cluster);
  refuseUnusable(tls, toHeaders(opened), place);
  const client = openHttpClient({
    endpoint: cluster.server,
    tls,
    // client-node keeps a plugin's token until it expires and then runs the plugin again.
    credentials: async () => toHeaders(await renew(config, place)),
    requestTimeoutMs: options.requestTimeoutMs,
    signal: options.signal,
  });
  return { clusterName: cluster.name, reader: new HttpClusterReader(client) };
}

function load(config: KubeConfig, file: string): void {
  try {
    const text = decodeFile(readFileSync(file));
    if (text === null) throw new KubeconfigError(`kubeconfig ${file} is ${SAVE_AS_UTF_8}`);
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(file));
  } catch (error) {
    if (error instanceof KubeconfigError) throw error;
    throw new KubeconfigError(`kubeconfig ${file}: ${explainLoading(file, error)}`);
  }
  const { currentContext, contexts, clusters, users } = config;
  const parts = v.safeParse(
    KubeconfigParts,
    { currentContext, contexts, clusters, users },
    { abortEarly: true },
  );
  if (parts.success) return;
  const path = v.getDotPath(parts.issues[0]) ?? "content";
  throw new KubeconfigError(`kubeconfig ${file}: ${path} is missing or not a text`);
}

/** The parser's own message quotes the file, tokens and all; its errors have names in place of the system's codes. */
function explainLoading(file: string, error: unknown): string {
  const isOfSystem = error instanceof Error && "syscall" in error;
  return isOfSystem
    ? `cannot be read as a kubeconfig: ${explainFileError(error)}`
    : `cannot be read as a kubeconfig; kubectl config view --kubeconfig ${quoteForShell(file)} shows what is wrong`;
}

const Text = v.string();

/** client-node takes whatever stands in the file for the texts that its types promise. */
const KubeconfigParts = v.object({
  currentContext: v.nullish(Text),
  contexts: v.array(v.object({ name: Text, cluster: Text, user: Text })),
  clusters: v.array(
    v.object({ name: Text, server: Text, proxyUrl: v.nullish(Text), tlsServerName: v.nullish(Text) }),
  ),
  users: v.array(v.object({ name: Text })),
});

function chooseCluster(config: KubeConfig, place: string): Cluster {
  if (config.getContextObject(config.getCurrentContext()) === null) {
    const names = config.getContexts().map(({ name }) => name);
    throw new KubeconfigError(
      `${place}: no such context; the file has ${toLine(names.join(", ")) || "none"}`,
    );
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeconfigError(`${place}: its cluster is not in the file`);
  // client-node takes the certificate authority only together with a user.
  if (config.getCurrentUser() === null) throw new KubeconfigError(`${place}: its user is not in the file`);
  return cluster;
}

function refuseUnsafe(cluster: Cluster, place: string): void {
  if (cluster.skipTLSVerify)
    throw new KubeconfigError(
      `${place}: insecure-skip-tls-verify would send the token to whoever answers; remove it and set ` +
        `certificate-authority-data to the cluster's certificate authority`,
    );
  if ((cluster.proxyUrl ?? "") !== "")
    throw new KubeconfigError(
      `${place}: proxy-url is not supported; scan from where the API server can be reached directly`,
    );
  if (URL.parse(cluster.server)?.protocol !== "https:")
    throw new KubeconfigError(
      `${place}: its server is not an https URL, so the token would be sent in the clear`,
    );
}

/** client-node passes over what it does not know, such as tokenFile; the server would then see a stranger. */
function refuseAnonymous(opened: RequestOptions, place: string): void {
  if (opened.cert !== undefined || Object.hasOwn(toHeaders(opened), "Authorization")) return;
  throw new KubeconfigError(
    `${place}: its user has no token, client certificate, exec plugin or password; other ways are not supported`,
  );
}

/** What Node would throw at the first request, as if it were a bug of ours. */
function refuseUnusable(
  tls: ReturnType<typeof toTls>,
  headers: Readonly<Record<string, string>>,
  place: string,
): void {
  try {
    createSecureContext(tls);
  } catch {
    throw new KubeconfigError(
      `${place}: its certificate authority, client certificate or key is no PEM, or the two do not belong together`,
    );
  }
  try {
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  } catch {
    // Node's own message names the header alone, but nobody promises that.
    throw new KubeconfigError(`${place}: its token has characters that no token has`);
  }
}

async function authenticate(config: KubeConfig): Promise<RequestOptions> {
  const request: RequestOptions = {};
  await config.applyToHTTPSOptions(request);
  return request;
}

async function renew(config: KubeConfig, place: string): Promise<RequestOptions> {
  try {
    return await authenticate(config);
  } catch (error) {
    throw new CredentialError(explainCredential(config, place, error));
  }
}

/** Without the error's own message: it is a plugin's output, in which a token may stand. */
function explainCredential(config: KubeConfig, place: string, error: unknown): string {
  const user = toLine(config.getCurrentUser()?.name ?? "");
  if (error instanceof RequestAbortedError) return `${place}: the credential of user ${user} took too long`;
  const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
  return missing
    ? `${place}: a file or command that user ${user} needs does not exist on this machine`
    : `${place}: user ${user} got no credential; \`kubectl get --raw /version\` with this context shows why`;
}

function toTls(request: RequestOptions, cluster: Cluster) {
  const { ca, cert, key } = request;
  return {
    ...(isPem(ca) ? { ca } : {}),
    ...(isPem(cert) ? { cert } : {}),
    ...(isPem(key) ? { key } : {}),
    ...(cluster.tlsServerName == null ? {} : { servername: cluster.tlsServerName }),
  };
}

function isPem(value: unknown): value is string | Buffer {
  return typeof value === "string" || Buffer.isBuffer(value);
}

function toHeaders({ auth, headers }: RequestOptions): Record<string, string> {
  const basic =
    typeof auth === "string" ? { Authorization: `Basic ${Buffer.from(auth).toString("base64")}` } : {};
  const texts = Object.entries(headers ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  // A token read from a file ends with a newline, which no header may have.
  return { ...basic, ...Object.fromEntries(texts.map(([name, value]) => [name, value.trim()])) };
}

function toLine(text: string): string {
  return shorten(toVisibleText(text), 200);
}
