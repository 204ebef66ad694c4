// Fuzzing of kubeconfigs: one of any shape opens, or is told what is wrong with it, and its secrets are never told.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { ClusterAccessError } from "../../lib/kubernetes/errors.ts";
import { KubeconfigError, openKubeconfig } from "../../lib/kubernetes/kubeconfig.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { hostileJson, hostileText, spoilAll, spoilings } from "./hostile-data.ts";
import { outcomeLater } from "./outcome.ts";

const folder = mkdtempSync(join(tmpdir(), "ringfence-kubeconfig-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = "a-token-that-nobody-may-see";
const KUBECONFIG = {
  apiVersion: "v1",
  kind: "Config",
  "current-context": "here",
  contexts: [{ name: "here", context: { cluster: "c", user: "u", namespace: "n" } }],
  clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1", "certificate-authority-data": "eA==" } }],
  users: [{ name: "u", user: { token: SECRET } }],
};

/** Commands and files are the user's own choice in a kubeconfig; the fuzzing must not run or read any. */
const OWN_CHOICE = /exec|auth-provider|tokenFile|password|username|client-|certificate-authority"/;

test("a kubeconfig of any shape opens, or is told what is wrong with it", async () => {
  const file = join(folder, "config");
  const options = { requestTimeoutMs: 100, signal: new AbortController().signal };
  const text = fc.oneof(
    { weight: 3, arbitrary: spoilings.map((all) => JSON.stringify(spoilAll(KUBECONFIG, all))) },
    hostileJson.map((value) => JSON.stringify(value)),
    hostileText,
  );
  const context = fc.option(fc.oneof(fc.constant("here"), hostileText));
  await fc.assert(
    fc.asyncProperty(text, context, async (text, context) => {
      fc.pre(!OWN_CHOICE.test(text));
      writeFileSync(file, text);
      await outcomeLater(async () => {
        try {
          const { reader } = await openKubeconfig(file, context, options);
          reader.close();
        } catch (error) {
          assert.ok(error instanceof Error && !error.message.includes(SECRET));
          throw error;
        }
      }, [KubeconfigError, ClusterAccessError]);
    }),
    fuzzRuns(150),
  );
});
