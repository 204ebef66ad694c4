import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { scaleWorld } from "../../emulator/worlds/scale.ts";
import type { Report } from "../../lib/model/report.ts";
import { pack } from "../../lib/scan/pack.ts";
import type { Shelve } from "../../lib/scan/sources.ts";
import { openShelf } from "../../lib/commands/shelf.ts";
import { scanWorld } from "../scenarios/scan-world.ts";

const MEGABYTE = 1024 * 1024;

/** Seven megabytes in blocks of many lengths, each with bytes of its own: more than the shelf keeps in memory. */
function toBlocks(): Buffer[] {
  return Array.from({ length: 100 }, (_, at) => Buffer.alloc(at * 1_500, `block ${at} `));
}

function assertKeeps(shelve: Shelve): void {
  // One buffer for all of them, as a compressor would: what was put away is not touched by what follows.
  const reused = Buffer.alloc(MEGABYTE);
  const shelved = toBlocks().map((block) => {
    block.copy(reused);
    return shelve(reused.subarray(0, block.length));
  });
  for (const _ of ["first", "second"])
    for (const [at, block] of toBlocks().entries())
      assert.ok(block.equals(shelved[at]?.take() ?? Buffer.of(1)));
}

test("what is put away comes back as it was, as often as it is wanted, from memory and from the file", () => {
  assertKeeps(openShelf());
});

test("a small run opens no file", () => {
  let opened = 0;
  const shelve = openShelf(() => (opened += 1));
  for (let at = 0; at < 4; at += 1) shelve(Buffer.alloc(MEGABYTE / 4));
  assert.equal(opened, 0);
});

test(
  "a full disk is asked once, and everything stays in memory",
  { skip: process.platform !== "linux" },
  () => {
    let opened = 0;
    const openFull = (): number => {
      opened += 1;
      return openSync("/dev/full", "r+");
    };
    assertKeeps(openShelf(openFull));
    assert.equal(opened, 1);
  },
);

test("without a temporary folder everything stays in memory", () => {
  assertKeeps(openShelf(() => openSync(join(tmpdir(), "no such folder", "file"), "wx+")));
});

test("a mistake of our own is not taken for a full disk", () => {
  const shelve = openShelf(() => Number.NaN);
  shelve(Buffer.alloc(MEGABYTE));
  assert.throws(() => shelve(Buffer.of(1)), RangeError);
});

test("lists that wait on the shelf are read again in their order, and one early in the reading of another", () => {
  const shelve = openShelf();
  shelve(Buffer.alloc(MEGABYTE));
  const lists = ["a", "b"].map((of) => Array.from({ length: 400 }, (_, at) => ({ of, at })));
  const [a = [], b = []] = lists.map((list) => pack(list, shelve));
  const reading = a[Symbol.iterator]();
  assert.deepEqual(reading.next().value, { of: "a", at: 0 });
  assert.deepEqual([...b], lists[1]);
  assert.deepEqual([...a], lists[0]);
  assert.deepEqual(reading.next().value, { of: "a", at: 1 });
});

test("a report says the same, wherever its clusters waited", async () => {
  const world = scaleWorld({
    accounts: 1,
    regionsPerAccount: 2,
    clusters: 6,
    namespacesPerCluster: 3,
    podsPerCluster: 12,
    policiesPerCluster: 6,
  });
  const now = (): Date => new Date("2026-11-22T12:00:00Z");
  const shelf = openShelf();
  shelf(Buffer.alloc(MEGABYTE));
  let puts = 0;
  const shelve: Shelve = (bytes) => {
    puts += 1;
    return shelf(bytes);
  };
  const fromMemory = await scanWorld(world, { now });
  const fromDisk = await scanWorld(world, { now, shelve });
  assert.equal(fromDisk.report.clusters.length, 6);
  assert.deepEqual(withoutStats(fromDisk.report), withoutStats(fromMemory.report));
  // Two lists of each cluster but the last.
  assert.equal(puts, 10);
});

function withoutStats(report: Report): Omit<Report, "stats"> {
  const { stats: _, ...others } = report;
  return others;
}

const HOLDER = `
  import { readdirSync, readlinkSync, statSync } from "node:fs";
  import { openShelf } from ${JSON.stringify(join(import.meta.dirname, "../../lib/commands/shelf.ts"))};
  const shelve = openShelf();
  const shelved = Array.from({ length: 6 }, (_, at) => shelve(Buffer.alloc(${MEGABYTE}, at + 1)));
  const linux = process.platform === "linux";
  const open = linux ? readdirSync("/proc/self/fd").filter((fd) => isOurs("/proc/self/fd/" + fd)) : [];
  function isOurs(link) {
    try { return readlinkSync(link).startsWith(process.env.TMPDIR); } catch { return false; }
  }
  console.log(JSON.stringify({
    kept: shelved.every((part, at) => part.take().every((byte) => byte === at + 1)),
    modes: open.map((fd) => (statSync("/proc/self/fd/" + fd).mode & 0o777).toString(8)),
  }));
  if (process.argv.includes("stay")) setInterval(() => {}, 1_000);
`;

for (const ending of ["leave", "stay"])
  test(`the file has no name, is its owner's alone, and leaves nothing behind (${ending})`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "ringfence-shelf-test-"));
    const child = spawn(process.execPath, ["--input-type=module", "-e", HOLDER, ending], {
      env: { PATH: process.env["PATH"], TMPDIR: folder, TEMP: folder, TMP: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    try {
      const [line] = await once(child.stdout, "data");
      if (ending === "stay") {
        assert.deepEqual(readdirSync(folder), []);
        child.kill("SIGKILL");
      }
      await Promise.all([exit, text(child.stdout)]);
      const linux = process.platform === "linux";
      assert.deepEqual(JSON.parse(String(line)), { kept: true, modes: linux ? ["600"] : [] });
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
