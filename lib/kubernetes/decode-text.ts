// The text of an answer, made so that its memory is given back soon.

/**
 * Node keeps a text of more than 1,031,913 bytes outside of V8's heap, where what is dead waits until the whole heap is
 * gone through: 50 MB for a list. The pieces, and what V8 joins of them, end with the next young collection.
 */
const MAX_PIECE_BYTES = 1_000_000;

/** UTF-8; what is none becomes U+FFFD. */
export function decodeText(bytes: Buffer): string {
  let text = "";
  for (let from = 0; from < bytes.length;) {
    const to = startOfCharacter(bytes, from + MAX_PIECE_BYTES);
    text += bytes.toString("utf8", from, to);
    from = to;
  }
  return text;
}

/** The end of the bytes, or a place at most three bytes before `at` that is not within a character. */
function startOfCharacter(bytes: Buffer, at: number): number {
  let start = at;
  // RFC 3629: all bytes of a character but its first one are 10xxxxxx, and there are at most three of them.
  while (start > at - 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return Math.min(start, bytes.length);
}
