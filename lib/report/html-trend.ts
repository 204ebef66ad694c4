// What became better or worse over the runs that the state remembers: three small charts, and all numbers as a table.

import { count } from "../model/counts.ts";
import { SEVERITIES, type Severity } from "../model/finding.ts";
import type { TrendPoint } from "../model/trend.ts";
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

interface Line {
  readonly label: string;
  readonly className: string;
  /** null: nothing could be counted. */
  readonly values: readonly (number | null)[];
}

interface Chart {
  readonly title: string;
  readonly now: string;
  readonly change: string;
  readonly tone: "good" | "bad" | "quiet";
  readonly lines: readonly Line[];
  readonly max: number;
}

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

const WIDTH = 300;
const HEIGHT = 72;
const EDGE = 5;

function drawChart({ title, now, change, tone, lines, max }: Chart, points: readonly TrendPoint[]): Markup {
  const xs = toPositions(points);
  const y = (value: number): number => HEIGHT - EDGE - (value / max) * (HEIGHT - 2 * EDGE);
  const single = lines.length === 1;
  return html`<figure class="trend">
    <figcaption>
      <span class="trend-title">${title}</span>
      <b>${now}</b>
      <span class="trend-change text-${tone}">${change}</span>
    </figcaption>
    <svg
      role="img"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      aria-label="${title} over ${points.length} runs, now ${now}, ${change}"
    >
      <path class="trend-base" d="M0 ${HEIGHT - EDGE}H${WIDTH}" />
      ${lines.map(
        ({ className, values }) =>
          html`<path class="trend-line ${className}" d="${toPath(values, xs, y)}" />
            ${toDots(values, xs, y, points, className)}`,
      )}
    </svg>
    ${
      single
        ? NOTHING
        : html`<ul class="legend">
            ${lines.map(
              ({ label, className, values }) =>
                html`<li>
                  <svg class="swatch" aria-hidden="true" viewBox="0 0 12 12">
                    <path class="trend-line ${className}" d="M0 6H12" /></svg
                  >${label} <b>${values.at(-1) ?? 0}</b>
                </li>`,
            )}
          </ul>`
    }
  </figure>`;
}

/** By time, so that days without a run are seen as such. */
function toPositions(points: readonly TrendPoint[]): readonly number[] {
  const times = points.map(({ startedAt }) => Date.parse(startedAt));
  const [first = 0] = times;
  const span = Math.max(1, (times.at(-1) ?? first) - first);
  return times.map((time) => EDGE + ((time - first) / span) * (WIDTH - 2 * EDGE));
}

type Scale = (value: number) => number;

/** Where nothing was counted the line has a gap. */
function toPath(values: readonly (number | null)[], xs: readonly number[], y: Scale): string {
  let pen = "M";
  let path = "";
  for (const [index, value] of values.entries()) {
    if (value === null) {
      pen = "M";
      continue;
    }
    path += `${pen}${(xs[index] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  }
  return path;
}

/** Runs that missed something, and the last one. */
function toDots(
  values: readonly (number | null)[],
  xs: readonly number[],
  y: Scale,
  points: readonly TrendPoint[],
  className: string,
): readonly Markup[] {
  return points.flatMap(({ complete }, index) => {
    const value = values[index] ?? null;
    const isLast = index === points.length - 1;
    if (value === null || (complete && !isLast)) return [];
    const kind = complete ? "" : " trend-incomplete";
    const x = (xs[index] ?? 0).toFixed(1);
    return [
      html`<circle class="trend-dot ${className}${kind}" cx="${x}" cy="${y(value).toFixed(1)}" r="3" />`,
    ];
  });
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
