// The process that is measured: takes its work as JSON from standard input and answers with what it took.

import { Agent } from "node:https";
import { text } from "node:stream/consumers";
import pLimit from "p-limit";
import { isBlindSpot } from "../lib/model/blind-spots.ts";
import type { ReportFormat } from "../lib/report/report-format.ts";
import { SILENT } from "../test/silent-terminal.ts";
import type { BareCalls } from "./bare-calls.ts";
import type { ServedCluster } from "./cloud-process.ts";
import { type List, lookForToken, readPages } from "./read-lists.ts";

export type Work =
  /** Whole lists, page after page over one connection, each page parsed and dropped: what nobody can do without. */
  | {
      readonly kind: "lists";
      readonly cluster: ServedCluster;
      readonly lists: readonly List[];
      /** Pages are dropped as they came. */
      readonly unparsed?: true;
    }
  | {
      readonly kind: "scan";
      readonly configuration: object;
      readonly publish: boolean;
      /** Absent: CSV, the cheapest to write. */
      readonly format?: ReportFormat;
      /** Absent: nowhere. */
      readonly output?: string;
    }
  /** The part of a scan that asks AWS: which accounts, Regions and clusters there are, and what they are. */
  | { readonly kind: "discovery"; readonly configuration: object }
  /** The calls of a scan and nothing else. */
  | ({ readonly kind: "calls" } & BareCalls);

export interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMb: number;
  readonly exitCode: number;
  /** What a scan could not look at, by reason. Absent: it looked at everything. */
  readonly missed?: Readonly<Record<string, number>>;
}

type Outcome = Pick<Measured, "exitCode" | "missed">;

const work: Work = JSON.parse(await text(process.stdin));
const run = await prepare(work);
const startedMs = performance.now();
const started = process.cpuUsage();
const outcome = await run();
const { user, system } = process.cpuUsage(started);
const measured: Measured = {
  wallMs: performance.now() - startedMs,
  cpuMs: (user + system) / 1_000,
  peakRssMb: process.resourceUsage().maxRSS / 1_024,
  ...outcome,
};
process.stdout.write(JSON.stringify(measured), () => process.exit(0));

/** Modules are loaded before the clock runs, and only those that this work needs. */
async function prepare(work: Work): Promise<() => Promise<Outcome>> {
  if (work.kind === "lists") return () => readLists(work).then(toSuccess);
  if (work.kind === "calls") {
    const { callBare } = await import("./bare-calls.ts");
    return () => callBare(work).then(toSuccess);
  }
  // What a scan loads at its first use.
  await Promise.all([
    import("../lib/aws/eks.ts"),
    import("../lib/aws/eks-token.ts"),
    import("../lib/aws/organizations.ts"),
    import("../lib/aws/regions.ts"),
    import("../lib/aws/sts.ts"),
  ]);
  if (work.kind === "scan") return prepareScan(work);
  const { discoverEverything } = await import("./discover-everything.ts");
  return () => discoverEverything(work.configuration).then(toSuccess);
}

function toSuccess(): Outcome {
  return { exitCode: 0 };
}

async function prepareScan({
  configuration,
  publish,
  format = "csv",
  output: file = "/dev/null",
}: Extract<Work, { kind: "scan" }>): Promise<() => Promise<Outcome>> {
  const { scanCloud } = await import("../lib/commands/scan.ts");
  const { parseConfiguration } = await import("../lib/config/config.ts");
  const { writeToFile } = await import("../lib/commands/write-to-file.ts");
  const parsed = parseConfiguration(JSON.stringify(configuration), "the configuration of the benchmark");
  const options = { format, failOn: "none", color: false, publish } as const;
  return async () => {
    const { signal } = new AbortController();
    const { exitCode, output, report } = await scanCloud(parsed, process.env, options, SILENT, signal);
    // To its end, as the command line does.
    writeToFile(file, output);
    const blind = report?.coverage.filter(isBlindSpot) ?? [];
    if (blind.length === 0) return { exitCode };
    const missed = Map.groupBy(blind, ({ why, detail }) => `${why}: ${detail}`);
    return { exitCode, missed: Object.fromEntries([...missed].map(([why, { length }]) => [why, length])) };
  };
}

async function readLists({ cluster, lists, unparsed }: Extract<Work, { kind: "lists" }>): Promise<void> {
  const ca = Buffer.from(cluster.certificateAuthorityData, "base64");
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  const limit = pLimit(1);
  await Promise.all(
    lists.map((list) =>
      limit(() => readPages(agent, cluster, list, unparsed === true ? lookForToken : undefined)),
    ),
  );
  agent.destroy();
}
