// Calico's NetworkSet and GlobalNetworkSet: addresses with labels, which the selectors of rules match as they match
// pods. Where a selector could mean a set that was not seen, or one of a selected namespace, it is a clause.

import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { selectorMatches, type Selector } from "./label-selector.ts";
import { isRecord, member, shown, unknownField } from "./raw-record.ts";

const SPEC_FIELDS = new Set(["nets"]);

/** Whose sets a rule can mean: those of its policy's namespace, every one, or those of namespaces it selects. */
export type SetScope = { readonly namespace: string } | "all" | "selected-namespaces";

/** The `nets` of each set that the selector matches, as written. */
export type CalicoNetworkSets = (selector: Selector, scope: SetScope) => readonly unknown[] | string;

export function indexCalicoNetworkSets(
  own: Observed<readonly RawObject[]>,
  global: Observed<readonly RawObject[]>,
): CalicoNetworkSets {
  return (selector, scope) => {
    const asked = scope === "all" ? [own, global] : [own];
    const blind = asked.find(({ seen }) => !seen);
    if (blind?.seen === false)
      return `its selector may match network sets, which could not be read: ${blind.why}`;
    const matching = asked
      .flatMap((sets) => (sets.seen ? sets.value : []))
      .filter(({ metadata }) => isIn(scope, metadata.namespace) && mayMatch(selector, metadata.labels ?? {}));
    const [first] = matching;
    if (scope === "selected-namespaces" && first !== undefined)
      return `its selectors may match the NetworkSet ${shown(first.metadata.name)} of ${shown(first.metadata.namespace)}, which is not modelled`;
    const nets = matching.map(netsOf);
    return (
      nets.find((list) => typeof list === "string") ??
      nets.flatMap((list) => (typeof list === "string" ? [] : [list]))
    );
  };
}

function isIn(scope: SetScope, namespace: string | undefined): boolean {
  return typeof scope === "string" || scope.namespace === namespace;
}

/** A selector that cannot be decided is a clause of its own. */
function mayMatch(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return selectorMatches(selector, labels) !== false;
}

function netsOf(raw: RawObject): readonly unknown[] | string {
  const spec = member(raw, "spec") ?? {};
  const name = shown(raw.metadata.name);
  if (!isRecord(spec)) return `the network set ${name} cannot be read`;
  const foreign = unknownField(spec, SPEC_FIELDS);
  if (foreign !== null) return `the network set ${name} has ${shown(foreign)}, which is not modelled`;
  const nets = member(spec, "nets") ?? [];
  return Array.isArray(nets) ? nets : `the network set ${name} cannot be read`;
}
