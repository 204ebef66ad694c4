// What a command gives to whoever asked: a text, or the pieces of one that need never be in memory as a whole.

/** No piece ends within a line's or a JSON text's own words, so that each can be looked at alone (log-text.ts). */
export type Output = string | { readonly pieces: Iterable<string> };

/** Characters that are written together. */
const BLOCK = 64 * 1024;

/** Pieces of about BLOCK characters. */
export function* toBlocks(output: Output): Generator<string, void> {
  if (typeof output === "string") {
    yield output;
    return;
  }
  let block = "";
  for (const piece of output.pieces) {
    block += piece;
    if (block.length < BLOCK) continue;
    yield block;
    block = "";
  }
  yield block;
}

export function toWholeText(output: Output): string {
  return [...toBlocks(output)].join("");
}
