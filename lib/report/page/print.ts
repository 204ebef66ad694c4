// On paper nothing can be opened, so the sections of clusters are opened before printing, as long as that stays
// a document that somebody reads.

import type { LazyDetails } from "./lazy.ts";

const MAX_CLUSTERS = 30;

export function setUpPrinting(entries: readonly LazyDetails[]): void {
  let opened: LazyDetails[] = [];
  addEventListener("beforeprint", () => {
    if (entries.length > MAX_CLUSTERS) return;
    opened = entries.filter(({ element }) => !element.open);
    for (const entry of opened) entry.open();
  });
  addEventListener("afterprint", () => {
    for (const { element } of opened) element.open = false;
    opened = [];
  });
}
