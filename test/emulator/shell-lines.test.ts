// What `npm run emulator` prints is for copying: with nothing else init, then a scan that publishes, do their work.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { createInterface } from "node:readline";
import { makeFolder, ROOT, run } from "../cli/run-ringfence.ts";

test("the emulator's lines are enough for init and scan --publish", async (t) => {
  const emulator = spawn(process.execPath, [join(ROOT, "emulator", "main.ts")], {
    stdio: "pipe",
  });
  t.after(() => emulator.kill());
  const lines: string[] = [];
  for await (const line of createInterface({ input: emulator.stdout })) {
    lines.push(line);
    if (line.includes("Ctrl-C")) break;
  }
  const environment = Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
  const folder = makeFolder();
  const init = lines.find((line) => line.startsWith("# npx ringfence init "));
  assert.ok(init !== undefined);
  const words = init.replaceAll("'", "").split(" ").slice(3);
  const written = await run(words, { environment, folder });
  assert.equal(written.exitCode, 0, written.stderr);
  // One account of the organization: another has a cluster whose endpoint answers nobody.
  const scanned = await run(["scan", "--publish", "--accounts", "222233334444", "--exit-zero"], {
    environment,
    folder,
  });
  assert.equal(scanned.exitCode, 0, scanned.stderr);
  assert.match(scanned.stderr, /Security Hub: [1-9]\d* findings imported\.\nSNS: the digest was sent\./);
});
