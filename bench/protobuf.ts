// How long pages of metadata and NetworkPolicies take until they are what a scan keeps of them: as JSON, as protobuf with
// @bufbuild/protobuf, decoded whole or read field by field, and with our own reader; as ratios to JSON.parse and to ours
// in the same round. Run: npm run bench:protobuf [rounds]

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gzipSync } from "node:zlib";
import { createLists, type List } from "./protobuf/lists.ts";
import type { Measured } from "./protobuf/measured-reader.ts";
import { createReaders, type Reader } from "./protobuf/readers.ts";
import { printTable, spreadOf } from "./spread.ts";

const DEFAULT_ROUNDS = 5;
const PROCESS = join(import.meta.dirname, "protobuf", "measured-reader.ts");
const NOTHING: Measured = { coldMs: Number.NaN, warmMs: Number.NaN, heapMb: Number.NaN };
const HEAD = [
  "read",
  "MB",
  "gzipped",
  "heap MB",
  "cold ms",
  "of JSON.parse",
  "of ours",
  "warm ms",
  "of ours",
];

/** Who says something else may be as fast as he likes. */
function assertSame(list: List, readers: readonly Reader[]): void {
  const said = readers.map(({ pages, read }) => {
    const project = list.createProject();
    return pages.flatMap((page) => Array.from(read(page), (item) => project(item, list)));
  });
  for (const [index, { title }] of readers.entries())
    if (!isDeepStrictEqual(said[index], said[0])) throw new Error(`${title} says something else`);
}

/** All ways in turns, so that they share what else the machine does; each one's lists. */
function measureRound(ways: readonly Reader[]): readonly (readonly Measured[])[] {
  return ways.map((_, place) => {
    // As the Lambda is set (serverless.yml).
    const env = { PATH: process.env["PATH"], NODE_OPTIONS: "--max-semi-space-size=8" };
    const answer: Measured[] = JSON.parse(
      execFileSync(process.execPath, [PROCESS, String(place)], { env, encoding: "utf8" }),
    );
    return answer;
  });
}

type Figure = (way: Measured, floor: Measured, ours: Measured) => number;

/** `rounds`: of each, the ways of this list, the floor first and ours last. */
function printList(
  { title, items }: List,
  readers: readonly Reader[],
  rounds: readonly (readonly Measured[])[],
): void {
  console.log(`${title}, ${items.length} of them\n`);
  printTable([
    HEAD,
    ...readers.map((reader, place) => {
      const spread = (figure: Figure, digits?: number): string => {
        const at = (round: readonly Measured[], index: number) => round.at(index) ?? NOTHING;
        return spreadOf(
          rounds.map((round) => figure(at(round, place), at(round, 0), at(round, -1))),
          digits,
        );
      };
      return [
        reader.title,
        toMegabytes(reader.pages),
        toMegabytes(reader.pages.map((page) => gzipSync(page))),
        spread(({ heapMb }) => heapMb, 0),
        spread(({ coldMs }) => coldMs, 0),
        spread(({ coldMs }, floor) => coldMs / floor.coldMs),
        spread(({ coldMs }, _, ours) => coldMs / ours.coldMs),
        spread(({ warmMs }) => warmMs, 0),
        spread(({ warmMs }, _, ours) => warmMs / ours.warmMs),
      ];
    }),
  ]);
  console.log("");
}

function toMegabytes(pages: readonly Buffer[]): string {
  return (pages.reduce((bytes, { length }) => bytes + length, 0) / 1e6).toFixed(1);
}

const lists = createLists().map((list) => ({ list, readers: createReaders(list) }));
for (const { list, readers } of lists) assertSame(list, readers);
const ways = lists[0]?.readers ?? [];
const rounds = Array.from({ length: Number(process.argv[2] ?? DEFAULT_ROUNDS) }, () => measureRound(ways));
console.log(
  `Processor time of the first reading in a process (cold) and of later ones (warm); ${rounds.length} rounds (min / median / max)\n`,
);
for (const [index, { list, readers }] of lists.entries())
  printList(
    list,
    readers,
    rounds.map((round) => round.map((ofLists) => ofLists[index] ?? NOTHING)),
  );
