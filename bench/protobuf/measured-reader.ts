// The process that reads: every list in one of the ways, named by its place, first as a scan does, cold, and then until it
// is warm. Answers with what each took. Ways that shared a process would slow each other's code down.

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { toSpread } from "../spread.ts";
import { createLists, type List } from "./lists.ts";
import { createReaders, type Reader } from "./readers.ts";

export interface Measured {
  readonly coldMs: number;
  readonly warmMs: number;
  /** The most that the heap grew by, seen after each page: what is kept, and garbage that nobody collected yet. */
  readonly heapMb: number;
}

const WARM_UPS = 4;
const WARM_READINGS = 5;
const MEGABYTE = 1e6;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function measure(list: List, reader: Reader): Measured {
  collectGarbage();
  let last = readOnce(list, reader);
  const { cpuMs: coldMs, heapMb } = last;
  const warm: number[] = [];
  for (let reading = 0; reading < WARM_UPS + WARM_READINGS; reading += 1) {
    // What was read before stays until then: with the last object of a shape V8 drops the code that was made for it.
    last = readOnce(list, reader);
    if (reading >= WARM_UPS) warm.push(last.cpuMs);
  }
  return { coldMs, warmMs: toSpread(warm).median, heapMb };
}

function readOnce(list: List, { title, pages, read }: Reader) {
  const project = list.createProject();
  const kept: unknown[] = [];
  const heapBefore = getHeapStatistics().used_heap_size;
  let heapPeak = heapBefore;
  const started = process.cpuUsage();
  for (const page of pages) {
    for (const item of read(page)) kept.push(project(item, list));
    heapPeak = Math.max(heapPeak, getHeapStatistics().used_heap_size);
  }
  const { user, system } = process.cpuUsage(started);
  if (kept.length !== list.items.length) throw new Error(`${title} lost objects`);
  return { cpuMs: (user + system) / 1_000, heapMb: (heapPeak - heapBefore) / MEGABYTE, kept };
}

const place = Number(process.argv[2]);
const measured = createLists().map((list) => {
  const reader = createReaders(list)[place];
  if (reader === undefined) throw new Error(`there is no way ${place}`);
  return measure(list, reader);
});
process.stdout.write(JSON.stringify(measured));
