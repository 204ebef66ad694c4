// One measured piece of work in a process of its own: its wall and processor time from the first request on, and the
// most memory that the process ever held.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:https";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import pLimit from "p-limit";
import { scanCloud } from "../lib/commands/scan.ts";
import { parseConfiguration } from "../lib/config.ts";
import { isRecord } from "../lib/kubernetes/foreign-json.ts";
import type { ServedCluster } from "./cloud-process.ts";

export type Work =
  /** Whole lists, page after page over one connection, each page parsed and dropped: what nobody can do without. */
  | { readonly kind: "lists"; readonly cluster: ServedCluster; readonly lists: readonly List[] }
  | { readonly kind: "scan"; readonly configuration: object; readonly publish: boolean };

export interface List {
  /** Path and query, without a continue token. */
  readonly uri: string;
  readonly accept: string;
}

export interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMb: number;
  readonly exitCode: number;
}

/** What the Lambda sets, too (serverless.yml). */
const NODE_OPTIONS = "--max-semi-space-size=16";

export async function measure(work: Work, environment: object): Promise<Measured> {
  const child = spawn(process.execPath, [new URL(import.meta.url).pathname, "work"], {
    env: { PATH: process.env["PATH"], NODE_OPTIONS, ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(work));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`The measured process ended with ${String(code)}`);
  const measured: Measured = JSON.parse(output);
  return measured;
}

if (process.argv[2] === "work") {
  const work: Work = JSON.parse(await text(process.stdin));
  const startedMs = performance.now();
  const started = process.cpuUsage();
  const exitCode = work.kind === "scan" ? await scan(work) : await readLists(work);
  const { user, system } = process.cpuUsage(started);
  const measured: Measured = {
    wallMs: performance.now() - startedMs,
    cpuMs: (user + system) / 1_000,
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
    exitCode,
  };
  process.stdout.write(JSON.stringify(measured), () => process.exit(0));
}

async function scan({ configuration, publish }: Extract<Work, { kind: "scan" }>): Promise<number> {
  const parsed = parseConfiguration(JSON.stringify(configuration), "the configuration of the benchmark");
  const options = { format: "csv", failOn: "none", color: false, publish } as const;
  const silent = {
    out: () => {},
    remark: () => {},
    live: () => {},
    columns: 80,
    color: false,
    interactive: false,
  };
  const { exitCode } = await scanCloud(parsed, process.env, options, silent, new AbortController().signal);
  return exitCode;
}

async function readLists({ cluster, lists }: Extract<Work, { kind: "lists" }>): Promise<number> {
  const ca = Buffer.from(cluster.certificateAuthorityData, "base64");
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  const limit = pLimit(1);
  await Promise.all(lists.map((list) => limit(() => readPages(agent, cluster, list))));
  agent.destroy();
  return 0;
}

async function readPages(
  agent: Agent,
  { endpoint, token }: ServedCluster,
  { uri, accept }: List,
): Promise<void> {
  let next: string | null = null;
  do {
    const path: string = next === null ? uri : `${uri}&continue=${encodeURIComponent(next)}`;
    next = continueOf(JSON.parse(await read(agent, `${endpoint}${path}`, token, accept)));
  } while (next !== null);
}

/** ListMeta: absent or empty on the last page. */
function continueOf(page: unknown): string | null {
  const metadata = isRecord(page) ? page["metadata"] : undefined;
  const token = isRecord(metadata) ? metadata["continue"] : undefined;
  return typeof token === "string" && token !== "" ? token : null;
}

function read(agent: Agent, url: string, token: string, accept: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, accept, "accept-encoding": "gzip" };
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} is answered ${response.statusCode}`));
      const isGzip = response.headers["content-encoding"] === "gzip";
      text(isGzip ? response.pipe(createGunzip()) : response).then(resolve, reject);
    });
    request.once("error", reject);
  });
}
