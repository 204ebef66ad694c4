// Calico's NetworkSet and GlobalNetworkSet: addresses with labels, which the selectors of rules match as they match
// pods. Where a selector could mean a set that was not seen, or one of a selected namespace, it is a clause.

import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { createLabelIndex, type Labelled, type LabelIndex } from "./label-index.ts";
import type { Selector } from "./label-selector.ts";
import { isRecord, member, shown, unknownField } from "./raw-record.ts";

const SPEC_FIELDS = new Set(["nets"]);

/** Whose sets a rule can mean: those of its policy's namespace, every one, or those of namespaces it selects. */
export type SetScope = { readonly namespace: string } | "all" | "selected-namespaces";

/** The `nets` of each set that the selector matches, as written. */
export type CalicoNetworkSets = (selector: Selector, scope: SetScope) => readonly unknown[] | string;

/** Sets looked at and networks found, for all rules of the cluster together. */
const MAX_LOOKS = 2_000_000;

export function indexCalicoNetworkSets(
  own: Observed<readonly RawObject[]>,
  global: Observed<readonly RawObject[]>,
): CalicoNetworkSets {
  const sets = toLabelled(own);
  const byNamespace = Map.groupBy(sets, ({ raw }) => raw.metadata.namespace);
  let looks = 0;
  const look = (items: number): boolean => {
    looks += items;
    return looks <= MAX_LOOKS;
  };
  const find = {
    own: createLabelIndex(sets, look),
    all: createLabelIndex([...sets, ...toLabelled(global)], look),
  };
  const inNamespace = new Map<string, LabelIndex<LabelledSet>>();
  const findIn = (namespace: string): LabelIndex<LabelledSet> => {
    const index = inNamespace.get(namespace) ?? createLabelIndex(byNamespace.get(namespace) ?? [], look);
    inNamespace.set(namespace, index);
    return index;
  };
  return (selector, scope) => {
    const asked = scope === "all" ? [own, global] : [own];
    const blind = asked.find(({ seen }) => !seen);
    if (blind?.seen === false)
      return `its selector may match network sets, which could not be read: ${blind.why}`;
    // One that cannot be decided is a clause of its own.
    if (selector.unknown !== null) return [];
    const index =
      scope === "all" ? find.all : scope === "selected-namespaces" ? find.own : findIn(scope.namespace);
    const matching = index(selector).map(({ raw }) => raw);
    const [first] = matching;
    if (scope === "selected-namespaces" && first !== undefined)
      return `its selectors may match the NetworkSet ${shown(first.metadata.name)} of ${shown(first.metadata.namespace)}, which is not modelled`;
    const nets = allNetsOf(matching);
    if (typeof nets === "string") return nets;
    if (!look(nets.reduce((sum, list) => sum + list.length, 0)))
      return "there are more network sets and rules about them than can be looked up";
    return nets;
  };
}

interface LabelledSet extends Labelled {
  readonly raw: RawObject;
}

function toLabelled(objects: Observed<readonly RawObject[]>): readonly LabelledSet[] {
  return (objects.seen ? objects.value : []).map((raw) => ({ raw, labels: raw.metadata.labels ?? {} }));
}

/** One list a set, or why one of them cannot be told. */
function allNetsOf(sets: readonly RawObject[]): readonly (readonly unknown[])[] | string {
  const nets: (readonly unknown[])[] = [];
  for (const set of sets) {
    const list = netsOf(set);
    if (typeof list === "string") return list;
    nets.push(list);
  }
  return nets;
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
