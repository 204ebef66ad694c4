// One run of the terminal over thousands of small clusters, to the end of its report: time, and the most memory that it
// ever held. No SARIF: what is measured is bundled like a function, without the words of the controls.
// Run: npm run bench:terminal [clusters…]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReportFormat } from "../lib/report/report-format.ts";
import { type CloudProcess, startCloudProcess } from "./cloud-process.ts";
import { type Measured, measure, TERMINAL } from "./measured-process.ts";
import { printTable } from "./spread.ts";

const given = process.argv.slice(2).map(Number);
const SIZES = given.length === 0 ? [1_000, 4_000, 10_000] : given;
const FORMATS = ["text", "json"] as const satisfies readonly ReportFormat[];
const LATENCY_MS = 10;
const SHAPE = { namespacesPerCluster: 40, podsPerCluster: 400, policiesPerCluster: 80 } as const;

const rows: (readonly string[])[] = [];
for (const [index, clusters] of SIZES.entries()) {
  const cloud = await startCloudProcess({
    scale: { accounts: Math.ceil(clusters / 20), regionsPerAccount: 2, clusters, ...SHAPE },
    latencyMs: LATENCY_MS,
  });
  const keep = (report: string, measured: Measured): void => {
    const row = toRow(clusters, report, measured);
    rows.push(row);
    console.error(row.join(", "));
  };
  for (const format of FORMATS) keep(format, await scan(cloud, format));
  if (index === 0) {
    keep("html", await scan(cloud, "html"));
    keep("text, --publish", await publish(cloud));
  }
  cloud.stop();
}
console.log(
  `Clusters of ${SHAPE.namespacesPerCluster} namespaces and ${SHAPE.podsPerCluster} pods, 20 in an account, ${LATENCY_MS} ms latency; once for each size; Node ${process.version}\n`,
);
printTable([["clusters", "report", "wall s", "CPU s", "CPU ms a cluster", "peak RSS MB"], ...rows]);

function scan({ served }: CloudProcess, format: ReportFormat): Promise<Measured> {
  const configuration = { organization: {} };
  return measure({ kind: "scan", configuration, publish: false, format }, served.environment, TERMINAL);
}

/** The first run of all, which tells Security Hub everything that it has room for. */
async function publish({ served }: CloudProcess): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  const configuration = { organization: {}, state: { folder } };
  try {
    return await measure(
      { kind: "scan", configuration, publish: true, format: "text" },
      served.environment,
      TERMINAL,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toRow(clusters: number, report: string, measured: Measured): readonly string[] {
  const { wallMs, cpuMs, peakRssMb, exitCode, missed = {} } = measured;
  if (exitCode !== 0) console.error(`${clusters} clusters, ${report}: exit code ${exitCode}`, missed);
  const cells = [wallMs / 1_000, cpuMs / 1_000].map((seconds) => seconds.toFixed(0));
  return [String(clusters), report, ...cells, (cpuMs / clusters).toFixed(1), peakRssMb.toFixed(0)];
}
