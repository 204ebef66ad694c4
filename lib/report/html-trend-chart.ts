// One small chart of the trend: a line or several over the remembered runs, as an SVG that says its numbers, too.

import type { TrendPoint } from "../model/trend.ts";
import { html, NOTHING, type Markup } from "./markup.ts";

interface Line {
  readonly label: string;
  readonly className: string;
  /** null: nothing could be counted. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  readonly now: string;
  readonly change: string;
  readonly tone: "good" | "bad" | "quiet";
  readonly lines: readonly Line[];
  readonly max: number;
}

const WIDTH = 300;
const HEIGHT = 72;
const EDGE = 5;

export function drawChart(
  { title, now, change, tone, lines, max }: Chart,
  points: readonly TrendPoint[],
): Markup {
  const xs = toPositions(points);
  const y = (value: number): number => HEIGHT - EDGE - (value / max) * (HEIGHT - 2 * EDGE);
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
    ${lines.length === 1 ? NOTHING : drawLegend(lines)}
  </figure>`;
}

function drawLegend(lines: readonly Line[]): Markup {
  return html`<ul class="legend">
    ${lines.map(
      ({ label, className, values }) =>
        html`<li>
          <svg class="swatch" aria-hidden="true" viewBox="0 0 12 12">
            <path class="trend-line ${className}" d="M0 6H12" /></svg
          >${label} <b>${values.at(-1) ?? 0}</b>
        </li>`,
    )}
  </ul>`;
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
