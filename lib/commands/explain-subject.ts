// Finds in a report what somebody asks about, a finding by its id or a namespace by its name, and gathers what is to be
// said of it. What cannot be found is only told as absent where everything was looked at.

import { controls } from "../controls/index.ts";
import { isBlindSpot, toBlindSpotSentence, toScopeText } from "../model/blind-spots.ts";
import type { Explanation } from "../model/explanation.ts";
import type { Finding } from "../model/finding.ts";
import type { NamespaceRules } from "../model/isolation-detail.ts";
import { toNextStep } from "../model/next-step.ts";
import { type Observed, seen } from "../model/observed.ts";
import type { ClusterReport, ReportView } from "../model/report.ts";
import type { Coverage } from "../model/target.ts";
import { UsageError } from "../model/usage-error.ts";
import { toFindingExplanation, toNamespaceExplanation } from "../report/explain.ts";
import { toRulesReview } from "../report/rules-review.ts";

export interface Looked {
  readonly report: ReportView;
  readonly rulesOf: (cluster: ClusterReport, namespace: string) => Observed<NamespaceRules>;
}

/** The namespace that a subject can mean: `NAMESPACE`, or `CLUSTER/NAMESPACE`. Null: it is the id of a finding. */
export function namespaceOfSubject(subject: string): string | null {
  return subject.startsWith("ringfence/") && subject.split("/").length > 2
    ? null
    : splitSubject(subject).name;
}

export function explainSubject({ report, rulesOf }: Looked, subject: string): Explanation {
  const finding = findFinding(report, subject);
  if (finding !== undefined) {
    const control = controls.find(({ id }) => id === finding.controlId) ?? null;
    return toFindingExplanation(finding, control);
  }
  const places = findNamespaces(report, subject);
  const [place] = places;
  if (place === undefined) return toMissed(report, subject);
  if (places.length > 1)
    throw new UsageError(
      `There are ${places.length} namespaces ${subject}: name one as ${places
        .slice(0, 5)
        .map(({ cluster, namespace }) => `${cluster.name}/${namespace.name}`)
        .join(", ")}, or ask one cluster alone, with --cluster and --accounts or --regions.`,
    );
  const { cluster, namespace } = place;
  const rules = rulesOf(cluster, namespace.name);
  const review = rules.seen ? seen(toRulesReview(rules.value, !cluster.enforcement.notAttempted)) : rules;
  return toNamespaceExplanation(report, cluster, namespace, review);
}

/** A name is no id, and is not looked for among a million findings. */
function findFinding({ findings }: ReportView, subject: string): Finding | undefined {
  if (namespaceOfSubject(subject) !== null) return undefined;
  return Iterator.from(findings).find(({ id }) => id === subject);
}

function findNamespaces({ clusters }: ReportView, subject: string) {
  const { cluster: asked, name } = splitSubject(subject);
  return Iterator.from(clusters)
    .filter((cluster) => asked === null || cluster.name === asked)
    .flatMap((cluster) =>
      cluster.namespaces
        .filter((namespace) => namespace.name === name)
        .map((namespace) => ({ cluster, namespace })),
    )
    .toArray();
}

function splitSubject(subject: string): { readonly cluster: string | null; readonly name: string } {
  const [first = "", second] = subject.split("/");
  return second === undefined ? { cluster: null, name: first } : { cluster: first, name: second };
}

/** Only who looked at everything knows that there is none. */
function toMissed({ coverage }: ReportView, subject: string): Explanation {
  const blind = coverage.filter(isBlindSpot);
  const asked = splitSubject(subject).cluster;
  // The cluster that was asked for tells more than whatever else could not be looked at.
  const telling = blind.find(({ cluster }) => cluster !== null && cluster === asked) ?? blind[0];
  if (telling === undefined)
    throw new UsageError(`There is no finding and no namespace ${subject} in what was looked at.`);
  return {
    schemaVersion: 1,
    kind: "missed",
    subject,
    because: `There is no finding and no namespace ${subject} in what could be looked at, but ${toBlindSpotSentence(coverage)} ${toReason(telling)} ${toNextStep(telling)}`,
  };
}

function toReason(entry: Coverage): string {
  const reason = [entry.why, entry.detail].filter((part) => part !== undefined).join(", ");
  return `${toScopeText(entry)}: ${reason}.`;
}
