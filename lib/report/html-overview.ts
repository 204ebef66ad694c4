// The top of the HTML report: what is true, in one sentence and two bars, and how much of the estate was seen.

import { toBlindSpotSentence } from "../model/blind-spots.ts";
import { count, toSeverityText } from "../model/counts.ts";
import type { Report } from "../model/report.ts";
import { addCounts, countRun, type RunCounts } from "../model/run-counts.ts";
import { html, NOTHING, type Markup } from "./markup.ts";
import { toBar, type BarPart } from "./html-bar.ts";
import { POSTURE_WORDS, VERDICT_WORDS, type Tone } from "./page-words.ts";
import { toSummary, VERDICTS_BEST_FIRST, type Summary } from "./summary.ts";

/** `beyond`: what was counted of clusters that the page has no room for. */
export function toOverview(report: Report, beyond: RunCounts): Markup {
  const counts = addCounts(countRun(report), beyond);
  const summary = toSummary(report, counts);
  return html`<section class="overview" aria-labelledby="headline">
    <h1 id="headline">${toHeadline(report, summary)}</h1>
    <p class="lede">${toLede(counts, summary)}</p>
    ${report.complete ? NOTHING : toIncomplete(report)} ${toWorstOnly(report, counts)}
    <div class="figures">${toCoverageFigures(summary)}</div>
    <div class="bars">
      ${toBar("Enforcement", "cluster", toVerdictParts(summary))}
      ${toBar("Isolation", "namespace", toPostureParts(summary))}
    </div>
  </section>`;
}

const VERDICT_SENTENCES = {
  enforced: "NetworkPolicies are enforced in",
  partial: "NetworkPolicies are enforced only in part in",
  "configured-not-enforced": "NetworkPolicies are declared, but not enforced in",
  "not-enforced": "NetworkPolicies are not enforced in",
  unknown: "Whether NetworkPolicies are enforced is not known for",
} as const;

function toHeadline({ clusters }: Report, summary: Summary): string {
  const [first] = clusters;
  if (first === undefined) return "No cluster could be looked at";
  if (summary.clusters > 1)
    return `NetworkPolicies are enforced in ${summary.verdicts.enforced} of ${summary.clusters} clusters`;
  return `${VERDICT_SENTENCES[first.enforcement.verdict]} ${first.name}`;
}

/** A page of every cluster would be more than a browser opens. */
function toWorstOnly({ clusters }: Report, counts: RunCounts): Markup {
  const others = counts.clusters - clusters.length;
  if (others === 0) return NOTHING;
  return html`<p class="notice" id="worst-only" role="note">
    The numbers here are of all ${counts.clusters} clusters. Below stand the ${clusters.length} that stand
    worst; the other ${others} are in the JSON report only.
  </p>`;
}

function toLede(counts: RunCounts, { namespaces, postures }: Summary): string {
  const occupied = namespaces - postures.empty;
  const severities = toSeverityText(counts.failed);
  const { unknown } = counts.statuses;
  return [
    occupied === 0
      ? "No namespace with workloads was seen."
      : `${postures.isolated} of ${count(occupied, "namespace")} with workloads ${postures.isolated === 1 ? "is" : "are"} isolated.`,
    severities === "" ? "No check failed." : `Checks failed: ${severities}.`,
    unknown === 0 ? "" : `${unknown} could not be decided.`,
    counts.assumesEnforcement
      ? "Isolation is what the policies say: whether anything enforces them was not in the input."
      : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function toIncomplete({ coverage }: Report): Markup {
  return html`<p class="notice tone-bad" role="note">
    <strong>Incomplete.</strong> ${toBlindSpotSentence(coverage)} <a href="#coverage">What was not seen</a>
  </p>`;
}

function toCoverageFigures({ coverage }: Summary): Markup {
  const figures: readonly (readonly [string, number, Tone])[] = [
    ["expected", coverage.expected, "quiet"],
    ["scanned", coverage.scanned, "quiet"],
    ["in part", coverage.partial, coverage.partial > 0 ? "warn" : "quiet"],
    ["missed", coverage.missed, coverage.missed > 0 ? "bad" : "quiet"],
    ["skipped", coverage.skipped, "quiet"],
  ];
  if (coverage.expected === 0) return NOTHING;
  return html`<p id="figures-title">Clusters</p>
    <dl aria-labelledby="figures-title">
      ${figures.map(
        ([label, amount, tone]) =>
          html`<div class="figure tone-${tone}">
            <dt>${label}</dt>
            <dd>${amount}</dd>
          </div>`,
      )}
    </dl>`;
}

/** The good part first, as solid ground; what could not be judged last. */
const POSTURES_IN_BAR = ["isolated", "partial", "inert", "unprotected", "unknown", "empty"] as const;

/** Of two parts with one tone, one is drawn hatched: what people believe in although it is not so. */
function toVerdictParts({ verdicts }: Summary): readonly BarPart[] {
  return VERDICTS_BEST_FIRST.map((verdict) => ({
    ...VERDICT_WORDS[verdict],
    amount: verdicts[verdict],
    isHatched: verdict === "configured-not-enforced",
  }));
}

function toPostureParts({ postures }: Summary): readonly BarPart[] {
  return POSTURES_IN_BAR.map((posture) => ({
    ...POSTURE_WORDS[posture],
    amount: postures[posture],
    isHatched: posture === "inert",
  }));
}
