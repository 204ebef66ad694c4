// The signs of the HTML report, drawn once and referred to: a dot (the pods) and the ring around it.

import type { Posture } from "../model/posture.ts";
import { html, type Markup } from "./markup.ts";

const DOT = html`<circle cx="8" cy="8" r="2.25" fill="currentColor" stroke="none" />`;
const RING = `cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.75"`;

const DRAWINGS: Readonly<Record<Posture, Markup>> = {
  isolated: html`${DOT}${ring("")}`,
  // Three quarters of the ring: 2π·6 = 37.7.
  partial: html`${DOT}${ring(` stroke-dasharray="28.3 9.4" transform="rotate(45 8 8)"`)}`,
  inert: html`${DOT}${ring(` stroke-dasharray="2.2 2.51"`)}`,
  unprotected: html`<circle cx="8" cy="8" r="3.25" fill="currentColor" stroke="none" />`,
  unknown: html`<path
    d="M5.4 6.1a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 1.9M8 12.6v.1"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
  />`,
  empty: html`<circle cx="8" cy="8" r="2.25" fill="none" stroke="currentColor" />`,
};

function ring(more: string): Markup {
  return { markup: `<circle ${RING}${more} />` };
}

/** To stand once in the page, before what refers to it. */
export function toMarkDefinitions(): Markup {
  const symbols = Object.entries(DRAWINGS).map(
    ([posture, drawing]) => html`<symbol id="mark-${posture}" viewBox="0 0 16 16">${drawing}</symbol>`,
  );
  const arrows = ["bad", "warn", "unknown", "good"].map(
    (tone) =>
      html`<marker
        id="arrow-${tone}"
        viewBox="0 0 8 8"
        refX="6"
        refY="4"
        markerWidth="5"
        markerHeight="5"
        orient="auto"
        ><path class="fill-${tone}" d="M0 0 8 4 0 8z"
      /></marker>`,
  );
  return html`<svg class="definitions" aria-hidden="true">${symbols}${arrows}</svg>`;
}

export function toMark(posture: Posture): Markup {
  return html`<svg class="mark" aria-hidden="true"><use href="#mark-${posture}" /></svg>`;
}
