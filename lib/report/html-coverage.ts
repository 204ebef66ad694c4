// What the run could not look at, with why and what to do: before any verdict, and never folded away.

import { isBlindSpot, toScopeCounts, toScopeText } from "../model/blind-spots.ts";
import { count } from "../model/counts.ts";
import { SCOPE_KINDS, toNextStep, toScopeKind } from "../model/next-step.ts";
import type { Report } from "../model/report.ts";
import type { Coverage } from "../model/target.ts";
import { html, NOTHING, type Markup } from "./markup.ts";

/** Beyond this a table of blind spots is no longer read; the JSON has them all. */
const MAX_ROWS = 500;

export function toCoverage({ coverage, complete }: Report): Markup {
  const blindSpots = coverage.filter(isBlindSpot).toSorted((a, b) => toRank(a) - toRank(b));
  return html`<section id="coverage" aria-labelledby="coverage-title">
    <h2 id="coverage-title">${complete ? "Everything expected was looked at" : "What was not seen"}</h2>
    ${complete ? toAllSeen(coverage) : toBlindSpots(blindSpots)}
    ${toFold("Skipped", "not ours to scan; the run is complete without them", coverage, isSkipped)}
    ${toFold("Remarks", "seen with less than full access", coverage, isRemarked)}
  </section>`;
}

const isSkipped = ({ outcome }: Coverage): boolean => outcome === "skipped";
const isRemarked = ({ outcome, detail }: Coverage): boolean => outcome === "scanned" && detail !== undefined;

/** What is missed before what is read in part, and the wide before the narrow. */
function toRank(entry: Coverage): number {
  const kind = SCOPE_KINDS.indexOf(toScopeKind(entry));
  return entry.outcome === "missed" ? kind : kind + SCOPE_KINDS.length;
}

function toAllSeen(coverage: readonly Coverage[]): Markup {
  const scanned = coverage.filter(({ outcome, cluster }) => outcome === "scanned" && cluster !== null);
  if (scanned.length === 0) return NOTHING;
  return html`<p>${count(scanned.length, "cluster")} of ${scanned.length} read completely.</p>`;
}

function toBlindSpots(blindSpots: readonly Coverage[]): Markup {
  const whole = blindSpots.filter(({ cluster, file }) => cluster === null && file === undefined);
  const rows = blindSpots.slice(0, MAX_ROWS);
  const rest = blindSpots.length - rows.length;
  return html`${
      whole.length === 0
        ? NOTHING
        : html`<p>
            ${toScopeCounts(whole)} could not be looked into at all; how many clusters are there is not known.
          </p>`
    }
    <div class="scroll" role="group" aria-labelledby="coverage-title" tabindex="0">
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">Outcome</th>
            <th scope="col">Why</th>
            <th scope="col">What to do</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(toRow)}
        </tbody>
      </table>
    </div>
    ${rest === 0 ? NOTHING : html`<p class="muted">… and ${rest} more in the JSON report.</p>`}`;
}

function toRow(entry: Coverage): Markup {
  const isMissed = entry.outcome === "missed";
  return html`<tr>
    <th scope="row" class="name">${toScopeText(entry)}</th>
    <td>
      <span class="tag tone-${isMissed ? "bad" : "warn"}">${isMissed ? "Missed" : "In part"}</span>
    </td>
    <td class="name"><b>${entry.why ?? "no reason given"}</b><br />${entry.detail ?? ""}</td>
    <td>${toNextStep(entry)}</td>
  </tr>`;
}

function toFold(
  title: string,
  meaning: string,
  coverage: readonly Coverage[],
  includes: (entry: Coverage) => boolean,
): Markup {
  const entries = coverage.filter(includes);
  if (entries.length === 0) return NOTHING;
  const rows = entries.slice(0, MAX_ROWS);
  return html`<details class="fold">
    <summary>${title} <b>${entries.length}</b> <span class="muted">${meaning}</span></summary>
    <ul>
      ${rows.map((entry) => html`<li class="name"><b>${toScopeText(entry)}</b> ${entry.detail ?? ""}</li>`)}
      ${entries.length > rows.length ? html`<li>… and ${entries.length - rows.length} more in the JSON report.</li>` : NOTHING}
    </ul>
  </details>`;
}
