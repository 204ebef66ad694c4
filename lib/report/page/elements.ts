// Builds elements. Texts become text nodes and nothing else: there is no way from a name to markup here.

export type Child = Node | string | null;

export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** An attribute that is null or false is left out; one that is true stands alone. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** One of the marks that the page defines at its start. */
export function mark(name: string): SVGElement {
  return svg("svg", { class: "mark", "aria-hidden": "true" }, svg("use", { href: `#mark-${name}` }));
}

export function tag(label: string, tone: string): HTMLElement {
  return el("span", { class: `tag tone-${tone}` }, label);
}

/** `1 node`, `2 nodes` */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString("en")} ${noun}${amount === 1 ? "" : "s"}`;
}

/** A table that scrolls within itself, and on a narrow screen stacks the cells of a row. */
export function table(columns: readonly string[], body: HTMLElement, label: string): HTMLElement {
  const cells = columns.map((column) => el("th", { scope: "col" }, column));
  return el(
    "div",
    { class: "scroll", role: "group", "aria-label": label, tabindex: "0" },
    el("table", { class: "stacked" }, el("thead", {}, el("tr", {}, ...cells)), body),
  );
}

export function row(
  first: Child,
  ...cells: readonly (readonly [label: string, ...content: Child[]])[]
): HTMLElement {
  return el(
    "tr",
    {},
    el("th", { scope: "row", class: "name" }, first),
    ...cells.map(([label, ...content]) => el("td", { class: "name", "data-label": label }, ...content)),
  );
}
