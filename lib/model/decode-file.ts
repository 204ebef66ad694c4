// The text of a file that a person named: UTF-8, or the UTF-16 that a shell writes (`>` of PowerShell 5). Strict, because
// letters that are guessed would be judged as if somebody had written them.

/** Without its byte order mark; null: it is no text in UTF-8 or UTF-16. Throws ERR_STRING_TOO_LONG. */
export function decodeFile(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    // Encoding standard: a fatal decoder throws a TypeError, and nothing else, for what is not its encoding.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** What to do about null, for whoever wrote the file. */
export const SAVE_AS_UTF_8 = "not a text in UTF-8 or UTF-16; save it as UTF-8";

export function isUtf16(bytes: Uint8Array): boolean {
  return encodingOf(bytes) !== "utf-8";
}

/** YAML 1.2 §5.2, which JSON fits: a byte order mark tells, or where the zero of an ASCII character stands. */
function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === undefined || second === undefined) return "utf-8";
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}
