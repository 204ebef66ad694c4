// Protocol Buffers' wire format, read in place: one field after the other of a message, within that message's bounds.
// Knows no message. Source: https://protobuf.dev/programming-guides/encoding/

import { MalformedAnswerError } from "./errors.ts";

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A tag of one byte is below this; the first of several bytes is not. */
const LONG_TAG = 0x80;

/** A varint has seven bits in a byte, and 64 at the most. */
const MAX_VARINT_BYTES = 10;

/**
 * A page has 500 objects of some hundred fields. A field takes some 60 bytes of memory and two on the wire, so that
 * 64 MB of nothing but empty ones would take the process, and the scan of every other cluster along.
 */
const MAX_FIELDS = 3_000_000;

export class ProtobufReader {
  readonly bytes: Buffer;
  /** Number of the field that `next` came to. */
  field = 0;
  readonly #request: string;
  readonly #budget: { fields: number };
  #at = 0;
  /** Where the message ends that is being read. */
  #end: number;
  #fieldAt = 0;
  #takenFrom = 0;
  #wireType = VARINT;

  /** `request` is what errors name. */
  constructor(bytes: Buffer, request: string, budget = { fields: MAX_FIELDS }) {
    this.bytes = bytes;
    this.#request = request;
    this.#budget = budget;
    this.#end = bytes.length;
  }

  /** Goes to the next field of the message; false at its end. Each field has to be read, entered or skipped. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    if (--this.#budget.fields < 0) throw this.tooManyParts();
    this.#fieldAt = this.#at;
    const tag = this.#readVarint();
    this.#wireType = tag & 7;
    this.field = tag >>> 3;
    // The smallest field number is 1, the largest has 29 bits.
    if (this.field === 0 || tag < 0 || tag > 0xffffffff) throw this.#broken();
    return true;
  }

  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#readVarint();
        return;
      case FIXED_64:
        this.#advance(8);
        return;
      case LENGTH_DELIMITED:
        this.#advance(this.#readVarint());
        return;
      case FIXED_32:
        this.#advance(4);
        return;
      default:
        // Groups, which were given up before Kubernetes began.
        throw this.#broken();
    }
  }

  /** Text in UTF-8; what is none becomes U+FFFD, as it does in JSON. */
  readText(): string {
    const start = this.#startOfContent();
    return this.bytes.toString("utf8", start, this.#at);
  }

  /** A view of them, which is good as long as the answer is. */
  readBytes(): Buffer {
    const start = this.#startOfContent();
    return this.bytes.subarray(start, this.#at);
  }

  /** Goes over the content of a field, which `isTaken`, `takenKey` and `openTaken` are then about. */
  takeContent(): void {
    this.#takenFrom = this.#startOfContent();
  }

  /** As `takeContent`, with the fields of the same number that follow at once: a map or a list. Their tags count. */
  takeRun(): void {
    this.#takenFrom = this.#fieldAt;
    const tag = this.bytes[this.#fieldAt] ?? LONG_TAG;
    this.#startOfContent();
    // Maps and lists have numbers up to 15 here, whose tags are one byte. Another tag's first byte says too little:
    // such a run is taken field by field, which is slower and means the same.
    if (tag >= LONG_TAG) return;
    while (this.#at < this.#end && this.bytes[this.#at] === tag) {
      this.#at += 1;
      this.#startOfContent();
    }
  }

  isTaken(bytes: Buffer): boolean {
    const length = this.#at - this.#takenFrom;
    return length === bytes.length && this.bytes.compare(bytes, 0, length, this.#takenFrom, this.#at) === 0;
  }

  /** The bytes as a text of as many characters: equal keys are equal bytes. */
  takenKey(): string {
    return this.bytes.toString("latin1", this.#takenFrom, this.#at);
  }

  /** A view of what was taken, as a message of its own. */
  openTaken(): ProtobufReader {
    const bytes = this.bytes.subarray(this.#takenFrom, this.#at);
    return new ProtobufReader(bytes, this.#request, this.#budget);
  }

  /** int32 and int64, whose negative values have all 64 bits. */
  readInteger(): number {
    if (this.#wireType !== VARINT) throw this.#broken();
    return this.#readVarint();
  }

  readFlag(): boolean {
    return this.readInteger() !== 0;
  }

  /** Into the message that the field holds. Returns what `leave` needs to go on behind it. */
  enter(): number {
    const outerEnd = this.#end;
    const start = this.#startOfContent();
    this.#end = this.#at;
    this.#at = start;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.#at = this.#end;
    this.#end = outerEnd;
  }

  /** Reads the message that the field holds. */
  readInside<T>(read: () => T): T {
    const outerEnd = this.enter();
    const value = read();
    this.leave(outerEnd);
    return value;
  }

  /** For whoever keeps so much of them that it would take the process. */
  tooManyParts(): MalformedAnswerError {
    return this.#malformed("the answer has too many parts");
  }

  /** Goes over the content of a length-delimited field, and returns where it starts. */
  #startOfContent(): number {
    if (this.#wireType !== LENGTH_DELIMITED) throw this.#broken();
    const length = this.#readVarint();
    const start = this.#at;
    this.#advance(length);
    return start;
  }

  #advance(length: number): void {
    if (length < 0 || length > this.#end - this.#at) throw this.#broken();
    this.#at += length;
  }

  #readVarint(): number {
    const first = this.#readByte();
    return first < 0x80 ? first : this.#readLongVarint(first);
  }

  /** In two halves of 32 bits: a negative number's bits are more than a double can hold at once. */
  #readLongVarint(first: number): number {
    let low = first & 0x7f;
    let high = 0;
    for (let count = 1; count < MAX_VARINT_BYTES; count += 1) {
      const byte = this.#readByte();
      const bits = byte & 0x7f;
      const shift = 7 * count;
      if (shift < 32) low |= bits << shift;
      if (shift > 28) high |= bits << (shift - 32);
      else if (shift === 28) high = bits >>> 4;
      if (byte < 0x80) return high * 2 ** 32 + (low >>> 0);
    }
    throw this.#broken();
  }

  #readByte(): number {
    const byte = this.#at < this.#end ? this.bytes[this.#at] : undefined;
    if (byte === undefined) throw this.#broken();
    this.#at += 1;
    return byte;
  }

  #broken(): MalformedAnswerError {
    return this.#malformed("its protobuf is broken");
  }

  #malformed(clause: string): MalformedAnswerError {
    return new MalformedAnswerError(this.#request, clause);
  }
}
