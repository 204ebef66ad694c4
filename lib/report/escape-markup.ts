// Text from elsewhere in HTML and XML, within elements and quoted attributes.

import { toVisibleText } from "../model/visible-text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Made visible first: XML 1.0 §2.2 has no way to write most control characters. */
export function escapeMarkup(foreign: string): string {
  return toVisibleText(foreign).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
