// Foreign text on its way into a sentence for humans: no control characters, bounded length.
// Not for storing or comparing names: it is lossy.

const MAX_LENGTH = 300;

/** Control, format and separator characters and lone surrogates as `\u{…}`; at most 300 characters. */
export function toPlainText(text: string): string {
  // Cut first: a hostile text can have megabytes.
  const escaped = text
    .slice(0, MAX_LENGTH)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${codePoint(character)}}`);
  const cut = text.length > MAX_LENGTH || escaped.length > MAX_LENGTH;
  return cut ? `${escaped.slice(0, MAX_LENGTH - 1)}…` : escaped;
}

function codePoint(character: string): string {
  return character.codePointAt(0)?.toString(16) ?? "";
}
