// Foreign text made fit to print: what would steer a terminal, hide text or reorder a line is shown as its
// code, never passed on. It may not drop or guess: every character that goes in can be told from the outcome.

// C0 and C1 controls (escape sequences begin with one), line and paragraph separators, zero-width and bidi
// controls (UAX #9: they reorder what follows), tags, byte order mark, half surrogate pairs, private use.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0]/gu;

/** By far most texts: found sooner than what the long list of the invisible ones does not hold. */
const PLAIN = /^[\x20-\x7e]*$/;

/** One line of printable text; `\u001b` and the like where the original had something else. */
export function toVisibleText(foreign: string): string {
  if (PLAIN.test(foreign)) return foreign;
  return foreign.replace(INVISIBLE, (character) => toEscape(character.codePointAt(0) ?? 0));
}

function toEscape(codePoint: number): string {
  const hex = codePoint.toString(16);
  return codePoint > 0xff_ff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}
