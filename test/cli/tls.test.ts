// Whatever the environment says for other programs, this one speaks to nobody whom it cannot verify.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sendJson, startTlsServer } from "../kubernetes/tls-server.ts";
import { run } from "./run-ringfence.ts";

test("NODE_TLS_REJECT_UNAUTHORIZED=0 lets no AWS call through to a stranger, and is told", async (t) => {
  const stranger = await startTlsServer((_request, response) => sendJson(response, {}));
  t.after(() => stranger.close());
  const environment = {
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    AWS_ENDPOINT_URL: stranger.endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret-of-the-test",
  };
  const { exitCode, stdout, stderr } = await run(["scan"], { environment });
  assert.deepEqual(stranger.paths, [], "nothing was sent");
  assert.equal(exitCode, 3);
  assert.match(stdout, /INCOMPLETE/);
  assert.match(stderr, /NODE_TLS_REJECT_UNAUTHORIZED=0 is not heeded; name a private authority/);
});
