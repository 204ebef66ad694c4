// A whole and its parts as one bar with a legend, drawn without styles of its own, which the page's
// Content-Security-Policy would refuse.

import { count } from "../model/counts.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import type { Tone } from "./page-words.ts";

export interface BarPart {
  readonly label: string;
  readonly tone: Tone;
  readonly amount: number;
  readonly isHatched: boolean;
}

export function toBar(title: string, unit: string, parts: readonly BarPart[]): Markup {
  const shown = parts.filter(({ amount }) => amount > 0);
  const total = shown.reduce((sum, { amount }) => sum + amount, 0);
  if (total === 0) return NOTHING;
  const amounts = shown.map(({ amount, label }) => `${amount} ${label.toLowerCase()}`).join(", ");
  return html`<figure class="bar">
    <figcaption>${title} <span class="muted">${count(total, unit)}</span></figcaption>
    <svg role="img" aria-label="${title} of ${count(total, unit)}: ${amounts}">
      ${toRectangles(shown, total)}
    </svg>
    <ul class="legend">
      ${shown.map(toLegendEntry)}
    </ul>
  </figure>`;
}

function toLegendEntry(part: BarPart): Markup {
  return html`<li>
    <svg class="swatch" aria-hidden="true"><rect class="${toClasses(part)}" width="100%" height="100%" /></svg
    >${part.label} <b>${part.amount}</b>
  </li>`;
}

function toRectangles(parts: readonly BarPart[], total: number): readonly Markup[] {
  let before = 0;
  return parts.map((part) => {
    const [x, width] = [before, part.amount].map((amount) => ((amount / total) * 100).toFixed(3));
    before += part.amount;
    return html`<rect class="${toClasses(part)}" x="${x ?? "0"}%" width="${width ?? "0"}%" height="100%" />`;
  });
}

function toClasses({ tone, isHatched }: BarPart): string {
  return `fill-${tone}${isHatched ? " hatched" : ""}`;
}

/** What `.hatched` is filled with; to stand once in the page. */
export function toHatching(): Markup {
  return html`<svg class="definitions" aria-hidden="true">
    <pattern id="hatching" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="fill-bad" width="6" height="6" />
      <rect class="fill-paper" width="2" height="6" />
    </pattern>
  </svg>`;
}
