// Text cut to a limit so that it keeps its meaning: at a word where one is near, with an ellipsis, and never
// through the middle of a character.

const ELLIPSIS = "…";

/** `maxLength` counts UTF-16 code units, which is never less than characters. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  if (maxLength <= ELLIPSIS.length) return ELLIPSIS.slice(0, Math.max(0, maxLength));
  const room = maxLength - ELLIPSIS.length;
  const cut = text.slice(0, isLowSurrogate(text, room) ? room - 1 : room);
  return `${atWord(cut, text)}${ELLIPSIS}`;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc_00 && unit <= 0xdf_ff && index > 0 && isHighSurrogate(text.charCodeAt(index - 1));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd8_00 && unit <= 0xdb_ff;
}

/** Back to the last space, unless that would cost more than a quarter of what is kept. */
function atWord(cut: string, text: string): string {
  if (text[cut.length] === " ") return cut.trimEnd();
  const space = cut.lastIndexOf(" ");
  return space < cut.length * 0.75 ? cut : cut.slice(0, space).trimEnd();
}
