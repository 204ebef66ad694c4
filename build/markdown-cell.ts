// Our own texts as cells of a Markdown table: readable in the source too, so only what would break it is escaped.

export function toCell(text: string): string {
  return text.replaceAll(/[|<*]/g, (sign) => `\\${sign}`).replaceAll("\n", " ");
}

/** A backslash escapes a bar even within code, in a table (GFM §4.10). */
export function toCodeCell(text: string): string {
  return text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``;
}
