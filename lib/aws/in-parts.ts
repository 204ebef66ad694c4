// Text in pieces of any length as bytes in parts of one length, of which one is held at a time.

/** All parts but the last are `partBytes` long; there is always one, which may be empty. */
export async function* inParts(pieces: AsyncIterable<string>, partBytes: number): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafe(partBytes);
  let used = 0;
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece, "utf8");
    for (let at = 0; at < bytes.length;) {
      if (used === partBytes) {
        yield part;
        // A new one, because whoever took the other may still be sending it.
        part = Buffer.allocUnsafe(partBytes);
        used = 0;
      }
      const copied = bytes.copy(part, used, at);
      used += copied;
      at += copied;
    }
  }
  yield part.subarray(0, used);
}
