// Finds the long lists in a JSON object of any length, and reads their items one after the other. Only counts brackets:
// whether the object, or an item, is JSON at all is for who parses its text.

/** Of one text: what is around the lists, or an item. Strings of V8 end at twice of it. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/** A report's object has five lists; each one that begins costs a look at what is around the lists. */
const MAX_LISTS = 100;

export interface JsonFrame {
  /** The object with empty lists. */
  readonly text: string;
  /** By key: where the first item may begin, in bytes. Without keys that the object does not have. */
  readonly lists: ReadonlyMap<string, number>;
}

/** null: longer than a text may be, with a list that is there twice, or with very many. A chunk may be overwritten after its turn. */
export function readFrame(chunks: Iterable<Buffer>, keys: readonly string[]): JsonFrame | null {
  const lists = new Map<string, number>();
  const nesting = new Nesting();
  const frame = new Text();
  let isInList = false;
  let listCount = 0;
  let offset = 0;
  for (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (!nesting.isOutsideAfter(chunk[at])) continue;
      if (isInList && nesting.depth === 1) {
        isInList = false;
        start = at;
      }
      if (nesting.depth !== 2 || chunk[at] !== LIST || isInList) continue;
      frame.add(chunk.subarray(start, at + 1));
      start = at + 1;
      listCount += 1;
      if (listCount > MAX_LISTS) return null;
      const key = keys.find((one) => frame.endsWithKey(one));
      if (key === undefined) continue;
      if (lists.has(key)) return null;
      lists.set(key, offset + start);
      isInList = true;
    }
    if (!isInList) frame.add(chunk.subarray(start));
    if (frame.bytes > MAX_TEXT_BYTES) return null;
    offset += chunk.length;
  }
  return { text: frame.take(), lists };
}

/** The items' texts, from chunks that begin where readFrame says; what follows the list is not read. */
export function* readItems(chunks: Iterable<Buffer>): Generator<string, void> {
  const nesting = new Nesting();
  const item = new Text();
  let isFirst = true;
  for (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (!nesting.isOutsideAfter(chunk[at])) continue;
      const isEnd = nesting.depth < 0;
      if (!isEnd && (nesting.depth > 0 || chunk[at] !== COMMA)) continue;
      item.add(chunk.subarray(start, at));
      start = at + 1;
      const text = item.take();
      if (isEnd && isFirst && text.trim() === "") return;
      yield text;
      if (isEnd) return;
      isFirst = false;
    }
    item.add(chunk.subarray(start));
    // No JSON, as whoever parses it will say.
    if (item.bytes > MAX_TEXT_BYTES) return yield "";
  }
  yield item.take();
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [LIST, LIST_END, MAP, MAP_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** RFC 8259 §2 and §7: brackets nest, but for those in strings, which end at the first quote without a backslash. */
class Nesting {
  depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** Takes the next byte. */
  isOutsideAfter(byte: number | undefined): boolean {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isInString = false;
      return false;
    }
    if (byte === QUOTE) this.#isInString = true;
    else if (byte === LIST || byte === MAP) this.depth += 1;
    else if (byte === LIST_END || byte === MAP_END) this.depth -= 1;
    return !this.#isInString;
  }
}

/** Bytes that are gathered, as copies. */
class Text {
  bytes = 0;
  #parts: Buffer[] = [];

  add(part: Buffer): void {
    this.bytes += part.length;
    if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  endsWithKey(key: string): boolean {
    this.#parts = [Buffer.concat(this.#parts)];
    const end = this.#parts[0]?.subarray(-key.length - 100).toString("utf8") ?? "";
    return new RegExp(String.raw`[{,]\s*"${key}"\s*:\s*\[$`).test(end);
  }

  take(): string {
    const text = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    this.bytes = 0;
    return text;
  }
}
