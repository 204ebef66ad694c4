// The report as one HTML file that needs nothing else: no network, no other file. What matters most is written
// here and needs no script; details are made in the browser from the data in the page (page/).

import { createHash } from "node:crypto";
import { count } from "../model/counts.ts";
import type { Report } from "../model/report.ts";
import { NOTHING_COUNTED, type RunCounts } from "../model/run-counts.ts";
import { SCRIPT, STYLES } from "./html-assets.ts";
import { toHatching } from "./html-bar.ts";
import { toCoverage } from "./html-coverage.ts";
import { toHeatMap } from "./html-heat-map.ts";
import { toMarkDefinitions } from "./html-marks.ts";
import { toOverview } from "./html-overview.ts";
import { toTrend } from "./html-trend.ts";
import { toProbes } from "./html-probes.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import { packPage } from "./pack-page.ts";
import type { LeftOut, PageData } from "./page-data.ts";

/** Of details in the page, in characters: what a browser on a laptop opens in a second or two. */
const MAX_DETAILS = 16_000_000;

export interface PageOptions {
  readonly maxDetails?: number;
  /** What was counted of clusters that are not in `report`, because the page has no room for them. */
  readonly beyond?: RunCounts;
}

export function toHtml(
  report: Report,
  { maxDetails = MAX_DETAILS, beyond = NOTHING_COUNTED }: PageOptions = {},
): string {
  const data = packPage(report, maxDetails);
  const page = html`<!doctype html>
    <html lang="en">
      ${toHead(report)}
      <body>
        <a class="skip" href="#main">Skip to the report</a>
        ${toMarkDefinitions()} ${toHatching()} ${toHeader(report)}
        <main id="main">
          ${toOverview(report, beyond)} ${toCoverage(report)} ${toTrend(report.trend)} ${toHeatMap(report)}
          ${toProbes(report.probes ?? [])}
          <div id="app">
            <p class="notice">
              Clusters and findings in detail need JavaScript. The same is in the report of
              <code>--format json</code>.
            </p>
          </div>
        </main>
        ${toFooter(report, data.leftOut)} ${toDataElement(data)} ${toElement("script", SCRIPT)}
      </body>
    </html> `;
  return `${page.markup.trim()}\n`;
}

/** Put together here, because not one space may be added to what the policy has the hash of. */
function toElement(name: "style" | "script", text: string): Markup {
  return { markup: `<${name}>${text}</${name}>` };
}

/** In JSON, `<` stands only in texts, where its code means the same; so nothing in it can end the element. */
function toDataElement(data: PageData): Markup {
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return { markup: `<script type="application/json" id="data">${json}</script>` };
}

// CSP Level 3: a hash allows exactly this style and this script. There is no address that anything could be
// loaded from or sent to, and no way to make markup out of text.
function toPolicy(): string {
  return [
    "default-src 'none'",
    `style-src ${toSource(STYLES)}`,
    `script-src ${toSource(SCRIPT)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function toSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='2.5' fill='%232f7d5b'/%3E%3Ccircle cx='8' cy='8' r='6' fill='none' stroke='%232f7d5b' stroke-width='2'/%3E%3C/svg%3E";

function toHead({ finishedAt }: Report): Markup {
  return html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${toPolicy()}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <meta name="robots" content="noindex" />
    <title>Ringfence ${finishedAt.slice(0, 10)}</title>
    <link rel="icon" href="${ICON}" />
    ${toElement("style", STYLES)}
  </head>`;
}

function toHeader({ startedAt, finishedAt }: Report): Markup {
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
  return html`<header class="top">
    <p class="brand">
      <svg class="mark" aria-hidden="true"><use href="#mark-isolated" /></svg>Ringfence
    </p>
    <p class="muted">
      <time datetime="${startedAt}">${startedAt.slice(0, 16).replace("T", " ")} UTC</time>
      <span class="duration">in ${count(seconds, "second")}</span>
    </p>
    <nav aria-label="Sections">
      <a href="#coverage">Coverage</a>
      <a href="#heat-map">Posture</a>
      <a href="#clusters">Clusters</a>
      <a href="#findings">Findings</a>
    </nav>
    <button type="button" id="theme" hidden>Dark</button>
  </header>`;
}

function toFooter({ tool, stats }: Report, leftOut: LeftOut): Markup {
  const parts = [
    ...(leftOut.findings === 0 ? [] : [count(leftOut.findings, "finding")]),
    ...(leftOut.namespaces === 0 ? [] : [`the workloads of ${count(leftOut.namespaces, "namespace")}`]),
  ];
  return html`<footer>
    ${
      parts.length === 0
        ? NOTHING
        : html`<p id="left-out">
            <b>Left to the JSON report</b> to keep this file small: ${parts.join(" and ")}.
          </p>`
    }
    <p class="muted">
      ringfence ${tool.version}. What was not seen is never judged: unknown is not a pass.
      ${stats === undefined ? "" : `${stats.kubernetesRequests} Kubernetes requests, ${stats.durationMs} ms.`}
    </p>
  </footer>`;
}
