// The README's first command line, in a clone of HEAD that has nothing but what is committed: `npm ci`, then
// `npm run demo`. Needs a package registry or a warm npm cache, and says so loudly where it has neither.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

const ROOT = join(import.meta.dirname, "..", "..");
const INSTALL_LIMIT_MS = 240_000;
const DEMO_LIMIT_MS = 10_000;
/** npm itself starts twice around the demo, and the machine may be busy with other tests. */
const RUN_LIMIT_MS = 60_000;

interface Ended {
  /** null: it could not be started, or was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

function execute(
  command: string,
  args: readonly string[],
  folder: string,
  timeoutMs: number,
): Promise<Ended> {
  const startedMs = performance.now();
  const options = { cwd: folder, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, env: toEnvironment() };
  return new Promise((resolve) => {
    const child = execFile(command, args, options, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode, stdout, stderr, durationMs: performance.now() - startedMs });
    });
  });
}

/** As a user's shell: without this repository's own programs first, and without what npm tells its scripts. */
function toEnvironment(): Record<string, string | undefined> {
  const path = (process.env["PATH"] ?? "")
    .split(":")
    .filter((folder) => !folder.includes("node_modules") && !folder.includes("node-gyp-bin"));
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_)|NODE_|AWS_)/.test(name));
  return { ...Object.fromEntries(kept), PATH: path.join(":") };
}

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|E40[13]/;

describe("a clean clone", () => {
  let folder: string;
  let installed: Ended;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ringfence-clone-"));
    const cloned = await execute("git", ["clone", "--quiet", ROOT, folder], tmpdir(), RUN_LIMIT_MS);
    assert.equal(cloned.exitCode, 0, cloned.stderr);
    const args = ["ci", "--prefer-offline", "--no-audit", "--no-fund"];
    installed = await execute("npm", args, folder, INSTALL_LIMIT_MS);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("npm ci and npm run demo: the main job, in less than ten seconds", async (t) => {
    if (installed.exitCode !== 0 && UNREACHABLE.test(installed.stderr)) {
      console.warn("SKIPPED: npm ci reaches no registry and its cache does not suffice");
      t.skip("no registry");
      return;
    }
    assert.equal(installed.exitCode, 0, installed.stderr);
    const demo = await execute("npm", ["run", "demo"], folder, RUN_LIMIT_MS);
    assert.equal(demo.exitCode, 0, demo.stderr);
    assert.match(demo.stdout, /INCOMPLETE {2}1 cluster and 1 account could not be looked at/);
    assert.match(demo.stdout, /shop-prod-us .*\n.*CONFIGURED, NOT ENFORCED/);
    assert.ok(demo.durationMs < DEMO_LIMIT_MS, `${Math.round(demo.durationMs)} ms`);
    console.log(`npm ci ${seconds(installed)}, npm run demo ${seconds(demo)}`);
  });

  test("npx ringfence is the clone's own", async (t) => {
    if (installed.exitCode !== 0) {
      t.skip("not installed");
      return;
    }
    const listed = await execute("npx", ["ringfence", "controls"], folder, RUN_LIMIT_MS);
    assert.equal(listed.exitCode, 0, listed.stderr);
    assert.match(listed.stdout, /NETPOL\.2 .*Clusters should enforce NetworkPolicies/);
  });

  test("nothing that is committed was changed by it", async () => {
    const { exitCode, stdout } = await execute("git", ["status", "--porcelain"], folder, RUN_LIMIT_MS);
    assert.deepEqual([exitCode, stdout], [0, ""]);
  });
});

function seconds({ durationMs }: Ended): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
