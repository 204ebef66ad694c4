// XML 1.0 from nested elements: whatever the text is, the outcome is well-formed.

import { escapeMarkup } from "./escape-markup.ts";

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Elements, or lines of text. */
  readonly children?: readonly XmlElement[];
  readonly lines?: readonly string[];
}

export function toXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${toLines(root, "").join("\n")}\n`;
}

function toLines({ name, attributes, children = [], lines = [] }: XmlElement, indent: string): string[] {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeMarkup(String(value))}"`,
  );
  const start = `${indent}<${name}${written.join("")}`;
  if (children.length === 0 && lines.length === 0) return [`${start}/>`];
  if (children.length === 0) return [`${start}>${lines.map(escapeMarkup).join("\n")}</${name}>`];
  return [`${start}>`, ...children.flatMap((child) => toLines(child, `${indent}  `)), `${indent}</${name}>`];
}
