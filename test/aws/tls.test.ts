// AWS is spoken to over TLS that is verified, also in a process whose environment switches that off.

import assert from "node:assert/strict";
import { test } from "node:test";
import { closeTransport, openTransport } from "../../lib/aws/clients.ts";
import { toUnseen } from "../../lib/aws/errors.ts";
import { openSts } from "../../lib/aws/sts.ts";
import { sendJson, startTlsServer } from "../kubernetes/tls-server.ts";

test("NODE_TLS_REJECT_UNAUTHORIZED=0 makes no stranger an AWS endpoint", async (t) => {
  const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  t.after(() => {
    if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
  });
  const stranger = await startTlsServer((_request, response) => sendJson(response, {}));
  const transport = openTransport({
    requestTimeoutMs: 20_000,
    maxAttempts: 1,
    endpointUrl: stranger.endpoint,
  });
  t.after(() => {
    closeTransport(transport);
    return stranger.close();
  });
  const credentials = () => Promise.resolve({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" });
  const sts = openSts({ region: "eu-central-1", transport, credentials, now: () => new Date() });
  await assert.rejects(sts.getCallerIdentity(), (error) => toUnseen(error)?.why === "unreachable");
  assert.deepEqual(stranger.paths, []);
});
