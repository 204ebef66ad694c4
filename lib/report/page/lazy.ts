// What keeps the page quick with thousands of things in it: bodies that are made when somebody opens them, and
// lists that begin with their first entries.

import { count, el, type Child } from "./elements.ts";

export interface LazyDetails {
  readonly element: HTMLDetailsElement;
  open(): void;
}

/** A `details` whose body is made once, when it is first opened. */
export function lazyDetails(
  summary: HTMLElement,
  className: string,
  makeBody: () => readonly Child[],
): LazyDetails {
  const element = el("details", { class: className }, summary);
  let isMade = false;
  const make = (): void => {
    if (isMade) return;
    isMade = true;
    element.append(el("div", { class: "body" }, ...makeBody()));
  };
  element.addEventListener("toggle", () => void (element.open && make()));
  return {
    element,
    open() {
      make();
      element.hidden = false;
      element.open = true;
    },
  };
}

/** The entries in pages, each added below the last by a button; what comes new gets the focus. */
export function pagedList<T>(
  items: readonly T[],
  pageSize: number,
  noun: string,
  toEntry: (item: T) => HTMLElement,
  list: HTMLElement,
): HTMLElement {
  let shown = 0;
  const button = el("button", { type: "button", class: "more" });
  const show = (amount: number): HTMLElement | undefined => {
    const entries = items.slice(shown, shown + amount).map(toEntry);
    shown += entries.length;
    list.append(...entries);
    const rest = items.length - shown;
    button.hidden = rest === 0;
    button.textContent = `Show ${Math.min(rest, pageSize).toLocaleString("en")} more of ${count(items.length, noun)}`;
    return entries[0];
  };
  button.addEventListener("click", () => {
    const first = show(pageSize);
    const target = first?.querySelector<HTMLElement>("summary, button") ?? first;
    target?.focus();
  });
  show(pageSize);
  return el("div", {}, list, button);
}
