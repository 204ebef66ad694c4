// Adds to a judged cluster what its suggested policies would change. Apart from the judging: it costs an evaluation
// per namespace, and only people who look at the HTML report see it.

import type { ClusterReport } from "./model/report.ts";
import { summariseSuggestions } from "./remediation/summarise-suggestions.ts";
import { isolationInputOf } from "./scan/derive.ts";
import type { Illustrate } from "./scan/scan-cluster.ts";

/** `maxLength`: for each cluster, in characters of JSON. */
export function drawSuggestions(maxLength: number): Illustrate {
  return (snapshot, { cluster, findings }): ClusterReport => {
    const input = isolationInputOf(snapshot);
    if (!input.seen) return cluster;
    const { namespaces, leftOut } = summariseSuggestions(
      cluster.namespaces,
      input.value,
      findings,
      maxLength,
    );
    return { ...cluster, namespaces, ...(leftOut === 0 ? {} : { suggestionsLeftOut: leftOut }) };
  };
}
