// Clusters by posture: one row for each cluster, worst first, with how many of its namespaces stand how.

import { count } from "../model/counts.ts";
import type { Finding } from "../model/finding.ts";
import type { Posture } from "../model/posture.ts";
import type { Report } from "../model/report.ts";
import { ClusterParts, type ClusterPart } from "./by-cluster.ts";
import { compareClusters, type RankedCluster } from "./cluster-order.ts";
import { toMark } from "./html-marks.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import { POSTURE_WORDS, VERDICT_WORDS } from "./page-words.ts";
import { POSTURE_ORDER } from "./posture-order.ts";

/** A table of more rows is for machines; every cluster has its section besides. */
const MAX_ROWS = 1000;

interface Row {
  readonly part: ClusterPart;
  /** Of the page's clusters, for the link. */
  readonly index: number;
  readonly counts: Readonly<Record<Posture, number>>;
  readonly failed: number;
}

export function toHeatMap(report: Report): Markup {
  const rows = [...new ClusterParts(report)]
    .filter(({ name }) => name !== null)
    .map(toRowOf)
    .toSorted((a, b) => compareClusters(toRanked(a), toRanked(b)));
  if (rows.length === 0) return NOTHING;
  return html`<section id="heat-map" aria-labelledby="heat-map-title">
    <h2 id="heat-map-title">Clusters by posture</h2>
    <p class="muted">
      Namespaces of each cluster, by whether policies exist and are enforced; worst clusters first.
    </p>
    <div class="scroll heat-frame" role="group" aria-labelledby="heat-map-title" tabindex="0">
      <table class="heat">
        <thead>
          <tr>
            <th scope="col">Cluster</th>
            <th scope="col">Policies are</th>
            ${POSTURE_ORDER.map(toColumn)}
            <th scope="col" class="number">Failed checks</th>
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MAX_ROWS).map(toRow)}
        </tbody>
      </table>
    </div>
    ${rows.length > MAX_ROWS ? html`<p class="muted">${toRest(rows.length - MAX_ROWS)}</p>` : NOTHING}
    <dl class="meanings">
      ${POSTURE_ORDER.map(
        (posture) =>
          html`<div>
            <dt>${toMark(posture)}${POSTURE_WORDS[posture].label}</dt>
            <dd>${POSTURE_WORDS[posture].meaning}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

function toRest(amount: number): string {
  return `… and ${count(amount, "cluster")} that stand better; each has its section below.`;
}

function toRowOf(part: ClusterPart, index: number): Row {
  const counts = { inert: 0, unprotected: 0, partial: 0, unknown: 0, isolated: 0, empty: 0 };
  for (const { posture } of part.cluster?.namespaces ?? []) counts[posture] += 1;
  const failed = part.findings.filter(({ status }: Finding) => status === "fail").length;
  return { part, index, counts, failed };
}

function toRanked({ part }: Row): RankedCluster {
  return part.cluster ?? { enforcement: null, namespaces: [] };
}

function toColumn(posture: Posture): Markup {
  return html`<th scope="col" class="posture-column">${toMark(posture)}${POSTURE_WORDS[posture].label}</th>`;
}

function toRow({ part, index, counts, failed }: Row): Markup {
  const { account, region, name, cluster } = part;
  const { label, tone } = VERDICT_WORDS[cluster?.enforcement.verdict ?? "unknown"];
  const around = [account, region].filter((text) => text !== null).join(" · ");
  const total = (cluster?.namespaces ?? []).length;
  return html`<tr>
    <th scope="row" class="name">
      <a href="#cluster-${index}">${name ?? ""}</a><span class="around">${around}</span>
    </th>
    <td><span class="tag tone-${tone}">${label}</span></td>
    ${
      total === 0
        ? html`<td colspan="${POSTURE_ORDER.length}" class="muted">no namespace could be read</td>`
        : POSTURE_ORDER.map((posture) => toCell(posture, counts[posture], total))
    }
    <td class="number">${failed}</td>
  </tr>`;
}

/** Four strengths of the tone, by the share of the cluster's namespaces. */
function toCell(posture: Posture, amount: number, total: number): Markup {
  if (amount === 0) return html`<td class="cell none">·</td>`;
  const strength = Math.max(1, Math.ceil((amount / total) * 4));
  return html`<td class="cell heat-${strength} tone-${POSTURE_WORDS[posture].tone}">${amount}</td>`;
}
