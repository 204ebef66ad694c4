// How much of a report the writers hold while they read it, counted on the heap.

import assert from "node:assert/strict";
import { test } from "node:test";
import { queryObjects } from "node:v8";
import { toAsffExport } from "../../../lib/commands/asff-export.ts";
import type { ReportView } from "../../../lib/model/report.ts";
import { render } from "../../../lib/report/formats.ts";
import { toBlocks } from "../../../lib/report/output.ts";
import { REPORT_FORMATS } from "../../../lib/report/report-format.ts";
import { toHugeReport } from "../huge-report.ts";
import { sampleControls } from "./sample-controls.ts";

const CLUSTERS = 20;
const NAMESPACES = 5;
const report = toHugeReport(CLUSTERS, NAMESPACES);
const findingsPerCluster = report.findings.length / CLUSTERS;
const context = {
  text: { color: false, columns: 100, verbose: true },
  controls: sampleControls,
  toAsff: toAsffExport,
};

/** A finding or a cluster, as the report hands it out. */
function Held(): void {}

/** Made anew at each reading. Near the end of each, what is still alive of all of them is counted. */
function watchReport(counted: number[]): ReportView {
  function* handOut<T extends object>(values: readonly T[]): Generator<T, void> {
    const look = Math.round(0.9 * values.length);
    for (const [index, value] of values.entries()) {
      if (index === look) counted.push(queryObjects(Held, { format: "count" }));
      yield Object.setPrototypeOf({ ...value }, Held.prototype) as T;
    }
  }
  return {
    ...report,
    clusters: { [Symbol.iterator]: () => handOut(report.clusters) },
    findings: { [Symbol.iterator]: () => handOut(report.findings) },
  };
}

// The page holds what it shows (bounded-page.ts).
for (const format of REPORT_FORMATS.filter((one) => one !== "html"))
  test(`${format}: whatever the number of clusters, few of them are held`, () => {
    const counted: number[] = [];
    for (const block of toBlocks(render(watchReport(counted), format, context))) assert.ok(block.length > 0);
    assert.ok(counted.length > 0);
    assert.ok(Math.max(...counted) <= 3 * findingsPerCluster, counted.join());
  });
