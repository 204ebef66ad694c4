// That the suites start without what the shell has for other programs, and with what describes the machine and its network.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

test("the shell's accounts, clusters and colours are forgotten, and no proxy stands before this machine", () => {
  const forgotten = {
    AWS_PROFILE: "corp",
    AWS_USE_FIPS_ENDPOINT: "true",
    KUBECONFIG: "/nowhere",
    NODE_USE_ENV_PROXY: "1",
    FORCE_COLOR: "1",
    NO_COLOR: "1",
  };
  const kept = {
    https_proxy: "http://proxy.example:3128",
    TZ: "Asia/Kathmandu",
    CI: "true",
    KUBEBUILDER_ASSETS: "/assets",
    RINGFENCE_FUZZ_SEED: "1",
  };
  const module = join(import.meta.dirname, "forget-environment.ts");
  const left: unknown = JSON.parse(
    execFileSync(process.execPath, ["--import", module, "-p", "JSON.stringify(process.env)"], {
      env: { ...forgotten, ...kept, NO_PROXY: "internal.example" },
      encoding: "utf8",
    }),
  );
  const noProxy = { NO_PROXY: "127.0.0.1,localhost,internal.example", no_proxy: "127.0.0.1,localhost" };
  assert.deepEqual(left, { ...kept, ...noProxy });
});
