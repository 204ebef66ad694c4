// XML 1.0 from nested elements: whatever the text is, the outcome is well-formed.

import { escapeMarkup } from "./escape-markup.ts";

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Elements, or lines of text. They are read once. */
  readonly children?: Iterable<XmlElement>;
  readonly lines?: readonly string[];
}

/** Line by line. */
export function* toXml(root: XmlElement): Generator<string, void> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n`;
  yield* toLines(root, "");
}

function* toLines(element: XmlElement, indent: string): Generator<string, void> {
  const { name, attributes, children = [], lines = [] } = element;
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeMarkup(String(value))}"`,
  );
  const start = `${indent}<${name}${written.join("")}`;
  if (lines.length > 0) return yield `${start}>${lines.map(escapeMarkup).join("\n")}</${name}>\n`;
  let isEmpty = true;
  for (const child of children) {
    if (isEmpty) yield `${start}>\n`;
    isEmpty = false;
    yield* toLines(child, `${indent}  `);
  }
  yield isEmpty ? `${start}/>\n` : `${indent}</${name}>\n`;
}
