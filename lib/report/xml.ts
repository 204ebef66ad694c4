// XML 1.0 from nested elements: whatever the text is, the outcome is well-formed.

import { toVisibleText } from "../model/visible-text.ts";

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
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const start = `${indent}<${name}${written.join("")}`;
  if (children.length === 0 && lines.length === 0) return [`${start}/>`];
  if (children.length === 0) return [`${start}>${lines.map(escapeXml).join("\n")}</${name}>`];
  return [`${start}>`, ...children.flatMap((child) => toLines(child, `${indent}  `)), `${indent}</${name}>`];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// XML 1.0 §2.2 has no way to write most control characters, so they are made visible first.
function escapeXml(text: string): string {
  return toVisibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
