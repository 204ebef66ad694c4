// The aws CLI, unmodified, where the machine has it: a second implementation of every protocol and of SigV4.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";

import type { Cloud } from "../../emulator/cloud.ts";
import { HOME, SCANNER, toAccount, toCluster, toWorld, withCloud } from "./aws-world.ts";

function findCli(): string | null {
  try {
    return execFileSync("aws", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch {
    return null;
  }
}

const version = findCli();
if (version === null) console.warn("SKIPPED: the aws CLI is not on this machine, so it was not tried");

describe("the aws CLI", { skip: version === null }, () => {
  const run = promisify(execFile);

  async function aws(cloud: Cloud, ...args: readonly string[]): Promise<unknown> {
    const { PATH = "", HOME: home = "" } = process.env;
    const environment = {
      ...cloud.environment,
      AWS_DEFAULT_REGION: HOME,
      AWS_MAX_ATTEMPTS: "1",
      PATH,
      HOME: home,
    };
    const { stdout } = await run("aws", [...args, "--output", "json"], { env: environment });
    return stdout === "" ? null : JSON.parse(stdout);
  }

  it("asks who it is, and for the clusters", async () => {
    const clusters = [toCluster("shop", { status: "CREATING" })];
    await withCloud(toWorld({ accounts: [toAccount(SCANNER, { clusters })] }), async (cloud) => {
      const [identity, list] = await Promise.all([
        aws(cloud, "sts", "get-caller-identity"),
        aws(cloud, "eks", "list-clusters"),
      ]);
      assert.equal(Object(identity).Account, SCANNER);
      assert.deepEqual(list, { clusters: ["shop"] });
    });
  });
});
