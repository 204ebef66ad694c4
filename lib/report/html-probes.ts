// Answers to "may this talk to that?", where somebody asked.

import type { Probe } from "../model/report.ts";
import { html, NOTHING, type Markup } from "./markup.ts";

export function toProbes(probes: readonly Probe[]): Markup {
  if (probes.length === 0) return NOTHING;
  return html`<section id="probes" aria-labelledby="probes-title">
    <h2 id="probes-title">Probes</h2>
    <div class="scroll" role="group" aria-labelledby="probes-title" tabindex="0">
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Answer</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          ${probes.map(toRow)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function toRow({ from, to, port, protocol, allowed, because }: Probe): Markup {
  const answer = allowed === null ? "Unknown" : allowed ? "Allowed" : "Denied";
  const tone = allowed === null ? "unknown" : "quiet";
  return html`<tr>
    <th scope="row" class="name">${from}</th>
    <td class="name">${to}:${port}/${protocol}</td>
    <td><span class="tag tone-${tone}">${answer}</span></td>
    <td>${because}</td>
  </tr>`;
}
