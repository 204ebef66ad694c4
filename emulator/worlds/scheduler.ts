// Which nodes admit a pod: nodeSelector, required node affinity, taints and tolerations. Nothing about capacity.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";
import { toFieldsAt, toLabels, toList } from "./fields.ts";
import { hasLabels, matchesExpressions } from "./selectors.ts";

export function isAdmitted(podSpec: Fields, node: RawObject): boolean {
  const labels = node.metadata.labels ?? {};
  return (
    hasLabels(toLabels(podSpec["nodeSelector"]), labels) &&
    matchesAffinity(podSpec, labels) &&
    toList(toFieldsAt(node, "spec")["taints"]).every((taint) => isTolerated(taint, podSpec))
  );
}

function matchesAffinity(podSpec: Fields, labels: Readonly<Record<string, string>>): boolean {
  const required = toFieldsAt(
    podSpec,
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
  );
  const terms = toList(required["nodeSelectorTerms"]);
  return terms.length === 0 || terms.some((term) => matchesExpressions(term["matchExpressions"], labels));
}

function isTolerated(taint: Fields, podSpec: Fields): boolean {
  if (taint["effect"] === "PreferNoSchedule") return true;
  return toList(podSpec["tolerations"]).some((toleration) => {
    const sameEffect = toleration["effect"] === undefined || toleration["effect"] === taint["effect"];
    if (!sameEffect) return false;
    if (toleration["operator"] === "Exists") {
      return toleration["key"] === undefined || toleration["key"] === taint["key"];
    }
    return toleration["key"] === taint["key"] && toleration["value"] === taint["value"];
  });
}
