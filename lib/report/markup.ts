// HTML in which text stays text: whatever is put into a template is escaped, unless it is markup already.

import { escapeMarkup } from "./escape-markup.ts";

export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | readonly Content[];

export const NOTHING: Markup = { markup: "" };

export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const written = contents.map(toMarkup);
  return { markup: parts.map((part, index) => part + (written[index] ?? "")).join("") };
}

function toMarkup(content: Content): string {
  if (typeof content === "string") return escapeMarkup(content);
  if (typeof content === "number") return String(content);
  return isMarkup(content) ? content.markup : content.map(toMarkup).join("");
}

function isMarkup(content: Markup | readonly Content[]): content is Markup {
  return "markup" in content;
}
