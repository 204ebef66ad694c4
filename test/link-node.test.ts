import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";

const SCRIPT = join(import.meta.dirname, "..", "build", "link-node.mjs");
const PINNED = `../node-linux-${process.arch}/bin/node`;

suite("npm ci leaves a Node that every script finds", () => {
  let folder: string;
  let bin: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ringfence-link-"));
    bin = join(folder, "node_modules", ".bin");
    mkdirSync(bin, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true }));
  const run = (): Buffer => execFileSync(process.execPath, [SCRIPT, folder]);

  test("nothing to link where no Node was brought, as on macOS", () => {
    run();
    assert.ok(!existsSync(join(bin, "node")));
  });

  test("a Node that does not run here, as on Alpine, is not linked", () => {
    mkdirSync(join(bin, "..", `node-linux-${process.arch}`, "bin"), { recursive: true });
    writeFileSync(join(bin, PINNED), "#!/no/such/loader\n", { mode: 0o755 });
    run();
    assert.ok(!existsSync(join(bin, "node")));
  });

  test("npm 10 brought the package and took its link: the link is made", () => {
    writeFileSync(join(bin, PINNED), "#!/bin/sh\n");
    run();
    assert.equal(readlinkSync(join(bin, "node")), PINNED);
  });

  test("a link to what is gone is made anew", () => {
    rmSync(join(bin, "node"));
    symlinkSync("../gone/bin/node", join(bin, "node"));
    run();
    assert.equal(readlinkSync(join(bin, "node")), PINNED);
  });

  test("a link that is there stays", () => {
    rmSync(join(bin, "node"));
    symlinkSync(process.execPath, join(bin, "node"));
    run();
    assert.equal(readlinkSync(join(bin, "node")), process.execPath);
  });
});
