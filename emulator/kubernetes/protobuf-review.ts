// Reads the one message that kubectl only ever sends as protobuf: SelfSubjectAccessReview (`kubectl auth can-i`).
// Source: k8s.io/api/authorization/v1/generated.proto and apimachinery pkg/runtime/generated.proto.

const MAGIC = Buffer.from("k8s\0");
const UNKNOWN_RAW = 2;
const REVIEW_SPEC = 2;
const SPEC_RESOURCE_ATTRIBUTES = 1;
const SPEC_NON_RESOURCE_ATTRIBUTES = 2;
const RESOURCE_ATTRIBUTES = ["namespace", "verb", "group", "version", "resource", "subresource", "name"];
const NON_RESOURCE_ATTRIBUTES = ["path", "verb"];

/** The review as its JSON form would be, unchecked; null: not such a message. */
export function decodeProtobufReview(body: Buffer): unknown {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const review = readFields(body.subarray(MAGIC.length))?.get(UNKNOWN_RAW);
  const spec = readFields(review)?.get(REVIEW_SPEC);
  const fields = readFields(spec);
  if (fields === null) return null;
  return {
    spec: {
      resourceAttributes: toStrings(fields.get(SPEC_RESOURCE_ATTRIBUTES), RESOURCE_ATTRIBUTES),
      nonResourceAttributes: toStrings(fields.get(SPEC_NON_RESOURCE_ATTRIBUTES), NON_RESOURCE_ATTRIBUTES),
    },
  };
}

/** The strings of a message whose field numbers count from 1 in the order of `names`. */
function toStrings(message: Buffer | undefined, names: readonly string[]): object | undefined {
  const fields = readFields(message);
  if (fields === null) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, fields.get(index + 1)?.toString()]));
}

/** The length-delimited fields of a message by number: none of these messages has others. */
function readFields(message: Buffer | undefined): ReadonlyMap<number, Buffer> | null {
  if (message === undefined) return null;
  const fields = new Map<number, Buffer>();
  let position = 0;
  while (position < message.length) {
    const tag = readVarint(message, position);
    const length = tag === null ? null : readVarint(message, tag.end);
    // Wire type 2 is "length-delimited".
    if (tag === null || length === null || (tag.value & 7) !== 2) return null;
    position = length.end + length.value;
    if (position > message.length) return null;
    fields.set(tag.value >>> 3, message.subarray(length.end, position));
  }
  return fields;
}

function readVarint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  // Four bytes hold 28 bits: more than any length here.
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return null;
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return null;
}
