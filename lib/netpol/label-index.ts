// Finds labelled items by selector without looking at all of them: by one label that the selector asks for.

import type { Labels } from "../model/kubernetes.ts";
import { selectorKey, selectorMatches, type Selector } from "./label-selector.ts";

export interface Labelled {
  readonly labels: Labels;
}

/** The items that a decidable selector matches, in no particular order. */
export type LabelIndex<T extends Labelled> = (selector: Selector) => readonly T[];

/** So few are matched faster than a selector is turned into a key. */
const FEW_CANDIDATES = 32;

export function createLabelIndex<T extends Labelled>(items: readonly T[]): LabelIndex<T> {
  const byLabel = new Map<string, T[]>();
  for (const item of items) {
    for (const key of Object.keys(item.labels)) {
      const label = labelText(key, item.labels[key] ?? "");
      const list = byLabel.get(label);
      if (list === undefined) byLabel.set(label, [item]);
      else list.push(item);
    }
  }
  const known = new Map<string, readonly T[]>();
  return (selector) => {
    const candidates = candidatesFor(selector, byLabel) ?? items;
    const find = (): readonly T[] =>
      candidates.filter(({ labels }) => selectorMatches(selector, labels) === true);
    if (candidates.length <= FEW_CANDIDATES) return find();
    const key = selectorKey(selector);
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
}

/** Null where the selector asks for no single label. */
function candidatesFor<T>(
  { requirements }: Selector,
  byLabel: ReadonlyMap<string, readonly T[]>,
): readonly T[] | null {
  let smallest: readonly T[] | null = null;
  for (const requirement of requirements) {
    if (requirement.operator !== "In" || requirement.values.length !== 1) continue;
    const list = byLabel.get(labelText(requirement.key, requirement.values.join())) ?? [];
    if (smallest === null || list.length < smallest.length) smallest = list;
  }
  return smallest;
}

/** Neither half can hold a newline that is valid, and a hostile one only costs a match. */
function labelText(key: string, value: string): string {
  return `${key}\n${value}`;
}
