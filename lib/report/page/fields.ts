// Fields of the filters: several of a few, or one of many.

import { el } from "./elements.ts";

export interface Toggles<T> {
  readonly element: HTMLElement;
  read(): ReadonlySet<T>;
  set(values: readonly T[]): void;
}

export function toggles<T extends string>(
  title: string,
  values: readonly T[],
  initial: readonly T[],
  labelOf: (value: T) => string,
): Toggles<T> {
  const boxes = values.map((value) => ({
    value,
    box: el("input", { type: "checkbox", checked: initial.includes(value) }),
  }));
  return {
    element: el(
      "fieldset",
      {},
      el("legend", {}, title),
      ...boxes.map(({ value, box }) => el("label", { class: "toggle" }, box, labelOf(value))),
    ),
    read: () => new Set(boxes.filter(({ box }) => box.checked).map(({ value }) => value)),
    set(chosen) {
      for (const { value, box } of boxes) box.checked = chosen.includes(value);
    },
  };
}

export interface Choice {
  readonly element: HTMLElement;
  /** Which of the options; null: any. */
  read(): number | null;
  set(index: number | null): void;
}

export function choice(title: string, any: string, options: readonly string[]): Choice {
  const id = `choose-${title.toLowerCase()}`;
  const ranked = options
    .map((label, index) => ({ label, index }))
    .toSorted((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
  const select = el(
    "select",
    { id },
    el("option", { value: "" }, any),
    ...ranked.map(({ label, index }) => el("option", { value: index }, label)),
  );
  return {
    element: el("div", { class: "field" }, el("label", { for: id }, title), select),
    read: () => (select.value === "" ? null : Number(select.value)),
    set(index) {
      select.value = index === null ? "" : String(index);
    },
  };
}
