import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufReader } from "../../lib/kubernetes/protobuf-reader.ts";

/** Tags by the wire format: field number and type 2, as a varint; each field holds one byte. */
const RUNS: readonly (readonly [what: string, tag: readonly number[], other: readonly number[]])[] = [
  ["a tag of one byte", [0x5a], [0x62]],
  ["a tag of two bytes, field 17, beside field 33, whose tag begins alike", [0x8a, 0x01], [0x8a, 0x02]],
  ["field 11 written in two bytes, beside field 12 in two", [0xda, 0x00], [0xe2, 0x00]],
];

for (const [what, tag, other] of RUNS)
  test(`takeRun takes fields of one number and nothing of the next: ${what}`, () => {
    const bytes = Buffer.from([...tag, 1, 65, ...tag, 1, 66, ...other, 1, 67]);
    const reader = new ProtobufReader(bytes, "GET /");
    const texts: (readonly [field: number, text: string])[] = [];
    while (reader.next()) {
      reader.takeRun();
      const run = reader.openTaken();
      while (run.next()) texts.push([run.field, run.readText()]);
    }
    const [first] = texts;
    assert.deepEqual(
      texts.map(([, text]) => text),
      ["A", "B", "C"],
    );
    assert.deepEqual(
      texts.map(([field]) => field === first?.[0]),
      [true, true, false],
    );
  });
