// The scenes of `npm run bench:publishing-scenes` that take a second each: they run, and end as they say.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  hubOff,
  killedBetweenImportAndConfirmation,
  onePoisonFinding,
  overlappingRuns,
} from "../../bench/publishing/scenes.ts";

async function play(scene: (say: (line: string) => void) => Promise<void>): Promise<string> {
  const lines: string[] = [];
  await scene((line) => lines.push(line));
  return lines.join("\n");
}

describe("over the wire", { concurrency: 4 }, () => {
  test("overlapping runs: the later start wins in both orders", async () => {
    const told = await play(overlappingRuns);
    assert.match(told, /newer publishes: published.*1 resolved\n {2}shown at the end: PASSED 1/);
    assert.match(told, /older publishes: superseded.*\n {2}shown at the end: nothing$/);
  });

  test("a kill between import and confirmation: told again, not changed again", async () => {
    const told = await play(killedBetweenImportAndConfirmation);
    assert.match(told, /run 2: published; 3 sent, 0 failed; 3 new/);
    assert.match(told, /CreatedAt and UpdatedAt as before: true/);
    assert.match(told, /run 3: published; 0 sent/);
  });

  test("a hub that is off: named, and sent when it is on", async () => {
    assert.match(
      await play(hubOff),
      /0 sent, 3 failed; 3 new[^]*3 sent, 0 failed; 3 unchanged; shown: FAILED 3$/,
    );
  });

  test("one poison finding among 500: named with its field, none other is lost", async () => {
    const told = await play(onePoisonFinding);
    assert.match(told, /499 sent, 1 failed/);
    assert.match(told, /data\.Title should NOT be longer than 256 characters/);
    assert.match(told, /dead-letters\//);
    assert.match(
      told,
      /the next run, mended: published; 1 sent, 0 failed; 500 unchanged; shown: FAILED 500$/,
    );
  });
});
