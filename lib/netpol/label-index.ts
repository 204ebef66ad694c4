// Finds labelled items by selector without looking at all of them: by the labels that the selector asks for.

import type { Labels } from "../model/kubernetes.ts";
import { neededTexts, textsOf } from "./label-candidates.ts";
import { selectorKey, selectorMatches, type Selector } from "./label-selector.ts";

export interface Labelled {
  readonly labels: Labels;
}

/** The items that a decidable selector matches, in no particular order. */
export type LabelIndex<T extends Labelled> = (selector: Selector) => readonly T[];

/** So few are matched faster than a selector is turned into a key. */
const FEW_CANDIDATES = 32;

/** `look`: is told how many items are looked at; false: there is no time for that, and nothing is found. */
export function createLabelIndex<T extends Labelled>(
  items: readonly T[],
  look: (items: number) => boolean = () => true,
): LabelIndex<T> {
  const byText = new Map<string, T[]>();
  for (const item of items)
    for (const text of textsOf(item.labels)) {
      const list = byText.get(text);
      if (list === undefined) byText.set(text, [item]);
      else list.push(item);
    }
  const known = new Map<string, readonly T[]>();
  return (selector) => {
    const lists = candidatesFor(selector, byText) ?? [items];
    const candidates = countItems(lists);
    const find = (): readonly T[] =>
      look(candidates)
        ? lists.flatMap((list) => list.filter(({ labels }) => selectorMatches(selector, labels) === true))
        : [];
    if (candidates <= FEW_CANDIDATES) return find();
    const key = selectorKey(selector);
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
}

/** The fewest, in lists that share none; null where the selector asks for no label. */
function candidatesFor<T>(
  selector: Selector,
  byText: ReadonlyMap<string, readonly T[]>,
): readonly (readonly T[])[] | null {
  let fewest: readonly (readonly T[])[] | null = null;
  let fewestItems = Number.POSITIVE_INFINITY;
  for (const texts of neededTexts(selector)) {
    const lists = texts.map((text) => byText.get(text) ?? []);
    const items = countItems(lists);
    if (items < fewestItems) [fewest, fewestItems] = [lists, items];
  }
  return fewest;
}

function countItems(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0);
}
