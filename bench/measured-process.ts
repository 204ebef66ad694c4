// One measured piece of work in a process of its own: its wall and processor time from the first request on, and the
// most memory that the process ever held.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:https";
import { text } from "node:stream/consumers";
import pLimit from "p-limit";
import { scanCloud } from "../lib/commands/scan.ts";
import { parseConfiguration } from "../lib/config.ts";
import type { BareCalls } from "./bare-calls.ts";
import type { ServedCluster } from "./cloud-process.ts";
import { type List, readPages } from "./read-lists.ts";

export type { List } from "./read-lists.ts";

export type Work =
  /** Whole lists, page after page over one connection, each page parsed and dropped: what nobody can do without. */
  | { readonly kind: "lists"; readonly cluster: ServedCluster; readonly lists: readonly List[] }
  | { readonly kind: "scan"; readonly configuration: object; readonly publish: boolean }
  /** The part of a scan that asks AWS: which accounts, Regions and clusters there are, and what they are. */
  | { readonly kind: "discovery"; readonly configuration: object }
  /** The calls of a scan and nothing else. */
  | ({ readonly kind: "calls" } & BareCalls);

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

/** What a scan loads at its first use. */
const LAZY = ["eks", "eks-token", "organizations", "regions", "sts"].map((name) => `../lib/aws/${name}.ts`);

if (process.argv[2] === "work") {
  const work: Work = JSON.parse(await text(process.stdin));
  const run = await prepare(work);
  const startedMs = performance.now();
  const started = process.cpuUsage();
  const exitCode = await run();
  const { user, system } = process.cpuUsage(started);
  const measured: Measured = {
    wallMs: performance.now() - startedMs,
    cpuMs: (user + system) / 1_000,
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
    exitCode,
  };
  process.stdout.write(JSON.stringify(measured), () => process.exit(0));
}

/** Modules are loaded before the clock runs: a bundle has them at hand, and the bare calls need fewer. */
async function prepare(work: Work): Promise<() => Promise<number>> {
  if (work.kind === "lists") return () => readLists(work);
  const { callBare } = await import("./bare-calls.ts");
  if (work.kind === "calls") return () => callBare(work).then(() => 0);
  await Promise.all(LAZY.map((module) => import(module)));
  if (work.kind === "scan") return () => scan(work);
  const { discoverEverything } = await import("./discover-everything.ts");
  return () => discoverEverything(work.configuration).then(() => 0);
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
