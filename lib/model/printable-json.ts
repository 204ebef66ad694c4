// JSON that may be shown as it is: the same value, with what would steer a terminal or reorder a line as escapes.

/** C1 controls, bidi and zero-width characters: valid in JSON, but not to be passed to a terminal as they are. */
const UNPRINTABLE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

export function toPrintableJson(json: string): string {
  return json.replace(UNPRINTABLE, toEscape);
}

function toEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
