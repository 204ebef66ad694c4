// What became better or worse over the runs that the state remembers: three small charts, and all numbers as a table.

import { count } from "../model/counts.ts";
import { SEVERITIES, type Severity } from "../model/finding.ts";
import type { TrendPoint } from "../model/trend.ts";
import { type Chart, drawChart } from "./html-trend-chart.ts";
import { html, NOTHING, type Markup } from "./markup.ts";

/** `undefined`: no run is remembered, so there is nothing to say. */
export function toTrend(points: readonly TrendPoint[] | undefined): Markup {
  const last = points?.at(-1);
  if (points === undefined || last === undefined) return NOTHING;
  return html`<section id="trend" aria-labelledby="trend-title">
    <h2 id="trend-title">Trend</h2>
    ${points.length === 1 ? FIRST_RUN : html`<div class="trends">${toCharts(points, last)}</div>`}
    ${points.length > 1 ? toTable(points) : NOTHING}
  </section>`;
}

const FIRST_RUN = html`<p class="muted">
  This is the only run that is remembered so far. The next one begins the trend.
</p>`;

function toCharts(points: readonly TrendPoint[], last: TrendPoint): readonly Markup[] {
  return [
    toShareChart("Clusters that enforce", points, last, ({ enforcement }) => [
      enforcement.enforced,
      enforcement.judged,
    ]),
    toShareChart("Namespaces isolated", points, last, ({ isolation }) => [
      isolation.isolated,
      isolation.judged,
    ]),
    toFailedChart(points, last),
  ].map((chart) => drawChart(chart, points));
}

type Share = readonly [part: number, whole: number];

function toShareChart(
  title: string,
  points: readonly TrendPoint[],
  last: TrendPoint,
  shareOf: (point: TrendPoint) => Share,
): Chart {
  const values = points.map((point) => toPercent(shareOf(point)));
  const [part, whole] = shareOf(last);
  const difference = Math.round(differenceOf(values));
  return {
    title,
    now: whole === 0 ? "none seen" : `${part} of ${whole}`,
    change:
      difference === 0
        ? "as before"
        : `${toSigned(difference)} ${Math.abs(difference) === 1 ? "point" : "points"} since the run before`,
    tone: toTone(difference),
    lines: [{ label: title, className: "line-share", values }],
    max: 100,
  };
}

function toPercent([part, whole]: Share): number | null {
  return whole === 0 ? null : (part / whole) * 100;
}

const LINE_OF: readonly (readonly [Severity, string])[] = [
  ["critical", "line-critical"],
  ["high", "line-high"],
  ["medium", "line-medium"],
];

function toFailedChart(points: readonly TrendPoint[], last: TrendPoint): Chart {
  const totals = points.map(toFailed);
  const difference = differenceOf(totals);
  const lines = LINE_OF.map(([severity, className]) => ({
    label: severity,
    className,
    values: points.map(({ failed }) => failed[severity]),
  }));
  return {
    title: "Failed checks",
    now: String(toFailed(last)),
    change: difference === 0 ? "as before" : `${toSigned(difference)} since the run before`,
    tone: toTone(-difference),
    lines,
    max: Math.max(1, ...lines.flatMap(({ values }) => values)),
  };
}

function toFailed({ failed }: TrendPoint): number {
  return SEVERITIES.reduce((sum, severity) => sum + failed[severity], 0);
}

/** Of the last two runs; 0 where one of them saw nothing to count. */
function differenceOf(values: readonly (number | null)[]): number {
  const [before = null, now = null] = values.slice(-2);
  return before === null || now === null ? 0 : now - before;
}

function toTone(improvement: number): Chart["tone"] {
  if (improvement === 0) return "quiet";
  return improvement > 0 ? "good" : "bad";
}

function toSigned(difference: number): string {
  return difference > 0 ? `+${difference}` : `−${-difference}`;
}

function toTable(points: readonly TrendPoint[]): Markup {
  const incomplete = points.filter(({ complete }) => !complete).length;
  return html`<details class="trend-table">
    <summary>
      ${count(points.length, "run")} in
      numbers${incomplete === 0 ? "" : `; a hollow dot: ${count(incomplete, "run")} did not see everything`}
    </summary>
    <div class="scroll" role="group" aria-label="Trend in numbers" tabindex="0">
      <table>
        <thead>
          <tr>
            ${COLUMNS.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${points.toReversed().map(toRow)}
        </tbody>
      </table>
    </div>
  </details>`;
}

const COLUMNS = [
  "Run (UTC)",
  "Clusters expected",
  "scanned",
  "in part",
  "missed",
  "Enforcing",
  "Namespaces isolated",
  ...SEVERITIES.map((severity) => `Failed, ${severity}`),
];

function toRow({ startedAt, complete, clusters, enforcement, isolation, failed }: TrendPoint): Markup {
  const cells = [
    clusters.expected,
    clusters.scanned,
    clusters.partial,
    clusters.missed,
    `${enforcement.enforced} of ${enforcement.judged}`,
    `${isolation.isolated} of ${isolation.judged}`,
    ...SEVERITIES.map((severity) => failed[severity]),
  ];
  return html`<tr>
    <th scope="row">${startedAt.slice(0, 16).replace("T", " ")}${complete ? "" : " (incomplete)"}</th>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr>`;
}
