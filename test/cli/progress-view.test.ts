// What is told while a scan runs: one live line that fits its terminal, and a plain line per cluster in a pipe.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createProgressView, toLiveLine } from "../../lib/commands/progress-view.ts";
import type { Terminal } from "../../lib/commands/terminal.ts";
import type { Progress } from "../../lib/scan/progress.ts";

const startedAt = new Date("2026-11-22T10:00:00Z");
const after = (seconds: number): Date => new Date(startedAt.getTime() + seconds * 1000);

function progress(given: Partial<Progress> = {}): Progress {
  return {
    accounts: { done: 4, total: 4 },
    clusters: { done: 10, total: 40 },
    failedFindings: 23,
    latest: null,
    running: [],
    ...given,
  };
}

function running(cluster: string, since: number): Progress["running"][number] {
  return { target: { account: "111122223333", region: "eu-central-1", cluster }, since: after(since) };
}

const at = (seconds: number, columns = 80) => ({ startedAt, now: after(seconds), columns });

describe("the live line", () => {
  test("counts, and the time that is left by what was done", () => {
    const line = toLiveLine(progress(), at(60));
    assert.equal(line, "accounts 4/4  clusters 10/40  failed 23  about 3 min left");
    assert.match(toLiveLine(progress({ clusters: { done: 39, total: 40 } }), at(195)), / about 5 s left$/);
  });

  test("no time left where nobody can know it", () => {
    const listing = progress({ accounts: { done: 3, total: 4 } });
    const early = progress({ clusters: { done: 2, total: 40 } });
    const ended = progress({ clusters: { done: 40, total: 40 } });
    for (const one of [listing, early, ended]) assert.doesNotMatch(toLiveLine(one, at(60)), /left/);
  });

  test("what is slow, the slowest first; what has just begun is not slow", () => {
    const slow = progress({ running: [running("new", 59), running("b", 30), running("a", 20)] });
    assert.match(toLiveLine(slow, at(60)), / {2}slow: a 40 s, b 30 s$/);
  });

  test("fits every width, whatever the names are", () => {
    const names = ["a".repeat(100), "shop-production-eu-central-1", "b\u001b[2J\r\n", "\u{1f525}".repeat(40)];
    const many = progress({ running: names.map((name, index) => running(name, index)) });
    for (const columns of [20, 60, 80, 120, 200]) {
      const line = toLiveLine(many, at(60, columns));
      assert.ok(line.length < columns, `${line.length} of ${columns}: ${line}`);
      // oxlint-disable-next-line no-control-regex -- what a terminal obeys
      assert.doesNotMatch(line, /[\u0000-\u001f]/);
    }
    assert.match(toLiveLine(many, at(60, 80)), /4 clusters slow$|slow: .* and \d more$/);
  });
});

describe("where nobody watches", () => {
  const told: string[] = [];
  const terminal: Terminal = {
    out: () => assert.fail("progress is not the result"),
    remark: (text) => void told.push(text),
    live: () => assert.fail("there is no live line in a pipe"),
    columns: 80,
    color: false,
    interactive: false,
  };

  test("one plain line for each cluster that ended, and none for anything else", () => {
    const view = createProgressView(terminal, () => startedAt);
    const target = { account: "111122223333", region: "eu-central-1", cluster: "shop\u001b[2J" };
    view.show(progress({ clusters: { done: 0, total: 40 } }));
    const scanned = { ...target, outcome: "scanned" as const };
    view.show(progress({ latest: { coverage: scanned, failed: 3, durationMs: 4_230 } }));
    const missed = { ...target, cluster: "far", outcome: "missed" as const, why: "unreachable" as const };
    view.show(progress({ latest: { coverage: missed, failed: 0, durationMs: 15_000 } }));
    view.end();
    assert.deepEqual(told.length, 2);
    assert.match(
      told[0] ?? "",
      /^\[10\/40\] shop\S*\[2J \(111122223333, eu-central-1\): scanned, 3 failed, 4\.2 s\n$/,
    );
    assert.equal(told[1], "[10/40] far (111122223333, eu-central-1): missed (unreachable), 15.0 s\n");
  });
});
