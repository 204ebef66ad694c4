// That the suites start without what the shell has for other programs, and with what describes the machine.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

test("the shell's accounts, clusters, proxies and colours are forgotten, and nothing else", () => {
  const forgotten = {
    AWS_PROFILE: "corp",
    AWS_USE_FIPS_ENDPOINT: "true",
    KUBECONFIG: "/nowhere",
    https_proxy: "http://127.0.0.1:1",
    NO_PROXY: "*",
    FORCE_COLOR: "1",
    NO_COLOR: "1",
  };
  const kept = { TZ: "Asia/Kathmandu", CI: "true", KUBEBUILDER_ASSETS: "/assets", RINGFENCE_FUZZ_SEED: "1" };
  const module = join(import.meta.dirname, "forget-environment.ts");
  const left: unknown = JSON.parse(
    execFileSync(process.execPath, ["--import", module, "-p", "JSON.stringify(process.env)"], {
      env: { ...forgotten, ...kept },
      encoding: "utf8",
    }),
  );
  assert.deepEqual(left, kept);
});
