// What an emulated cluster does when the world says that it is not well: faults and broken endpoints.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "node:test";
import { startClusterServer } from "../../emulator/kubernetes/server.ts";
import type { WorldFault } from "../../emulator/world.ts";
import {
  cluster,
  context,
  pod,
  PRESIGNED_QUERY,
  send,
  toPresignedUrl,
  toToken,
  withServer,
} from "./kubernetes-fixture.ts";

const THROTTLED: WorldFault["answer"] = {
  kind: "error",
  status: 429,
  code: "TooManyRequests",
  message: "Too many requests, please try again later.",
  retryAfterSeconds: 3,
};

function fault(answer: WorldFault["answer"], changes: Partial<WorldFault> = {}): WorldFault {
  return { service: "kubernetes", operation: "/api/v1/pods", answer, ...changes };
}

const WORLD = cluster([pod("shop/web")]);

describe("faults", () => {
  it("error: a Status with its code and Retry-After", async () => {
    await withServer(WORLD, { faults: [fault(THROTTLED)] }, async (server) => {
      const reply = await send(server, "/api/v1/pods");
      assert.equal(reply.status, 429);
      assert.equal(reply.headers["retry-after"], "3");
      assert.deepEqual(JSON.parse(reply.text), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: "Too many requests, please try again later.",
        reason: "TooManyRequests",
        details: { retryAfterSeconds: 3 },
        code: 429,
      });
    });
  });

  it("only the n-th matching calls, counted per fault", async () => {
    await withServer(WORLD, { faults: [fault(THROTTLED, { calls: [2, 3] })] }, async (server) => {
      const statuses: number[] = [];
      for (const path of [
        "/api/v1/pods",
        "/api/v1/nodes",
        "/api/v1/pods?limit=5",
        "/api/v1/pods",
        "/api/v1/pods",
      ]) {
        statuses.push((await send(server, path)).status);
      }
      assert.deepEqual(statuses, [200, 200, 429, 429, 200]);
    });
  });

  it("only where cluster, account, Region, service and path match", async () => {
    const elsewhere = [
      fault(THROTTLED, { cluster: "other" }),
      fault(THROTTLED, { accountId: "999999999999" }),
      fault(THROTTLED, { region: "us-east-1" }),
      fault(THROTTLED, { service: "eks" }),
      fault(THROTTLED, { operation: "/api/v1/pod" }),
      fault(THROTTLED, { operation: "/apis" }),
    ];
    await withServer(WORLD, { faults: elsewhere }, async (server) => {
      assert.equal((await send(server, "/api/v1/pods")).status, 200);
      assert.equal((await send(server, "/api")).status, 200);
      assert.equal((await send(server, "/apis/apps/v1/daemonsets")).status, 429);
    });
    const here = { cluster: "prod", accountId: "111122223333", region: "eu-west-1", operation: "/" };
    await withServer(WORLD, { faults: [fault(THROTTLED, here)] }, async (server) => {
      assert.equal((await send(server, "/version")).status, 429);
    });
  });

  it("garbage: 200 with a body that is not what it says", async () => {
    const answer = { kind: "garbage", body: "<html>", contentType: "application/json" } as const;
    await withServer(WORLD, { faults: [fault(answer)] }, async (server) => {
      const reply = await send(server, "/api/v1/pods");
      assert.deepEqual([reply.status, reply.text], [200, "<html>"]);
      assert.equal(reply.headers["content-type"], "application/json");
    });
  });

  it("reset: the connection is gone without an answer", async () => {
    await withServer(WORLD, { faults: [fault({ kind: "reset" })] }, async (server) => {
      await assert.rejects(send(server, "/api/v1/pods"), { code: "ECONNRESET" });
      assert.equal(server.requests[0]?.status, 0);
    });
  });

  it("foreign-certificate: the connection ends, and the next one meets a stranger", async () => {
    const once = fault({ kind: "foreign-certificate" }, { calls: [1] });
    await withServer(WORLD, { faults: [once] }, async (server) => {
      await assert.rejects(send(server, "/api/v1/pods"), { code: "ECONNRESET" });
      await assert.rejects(send(server, "/apis"), { code: "CERT_SIGNATURE_FAILURE" });
      assert.equal((await send(server, "/apis")).status, 200);
    });
    const faults = [fault({ kind: "foreign-certificate" })];
    await withServer(WORLD, { faults }, async (server) => {
      await assert.rejects(send(server, "/api/v1/pods"), { code: "ECONNRESET" });
      for (const path of ["/apis", "/api"])
        await assert.rejects(send(server, path), { code: "CERT_SIGNATURE_FAILURE" });
      faults.pop();
      assert.equal((await send(server, "/apis")).status, 200);
    });
  });

  it("expired: that token opens nothing any more, another one does", async () => {
    await withServer(WORLD, { faults: [fault({ kind: "expired" }, { calls: [1] })] }, async (server) => {
      assert.equal((await send(server, "/apis")).status, 200);
      for (const path of ["/api/v1/pods", "/apis"]) assert.equal((await send(server, path)).status, 401);
      const query = { ...PRESIGNED_QUERY, "X-Amz-Date": "20261121T115901Z" };
      const token = toToken(toPresignedUrl(query));
      assert.equal((await send(server, "/api/v1/pods", { token })).status, 200);
    });
  });

  it("clock: the token is judged by another time", async () => {
    for (const [offsetSeconds, status] of [
      [10 * 60, 200],
      [16 * 60, 401],
      [-17 * 60, 401],
    ] as const)
      await withServer(WORLD, { faults: [fault({ kind: "clock", offsetSeconds })] }, async (server) => {
        assert.equal((await send(server, "/api/v1/pods")).status, status);
        assert.equal((await send(server, "/apis")).status, 200);
      });
  });

  it("hang: no answer until the server closes", async () => {
    const server = await startClusterServer(WORLD, context({ faults: [fault({ kind: "hang" })] }));
    const pending = send(server, "/api/v1/pods");
    const outcome = await Promise.race([
      pending.then(() => "answered"),
      sleep(50).then(() => "still waiting"),
    ]);
    assert.equal(outcome, "still waiting");
    await Promise.all([assert.rejects(pending), server.close()]);
  });
});

describe("latency", () => {
  it("comes before every answer", async () => {
    await withServer(WORLD, { latencyMs: 40 }, async (server) => {
      const startedAt = performance.now();
      await send(server, "/api/v1/pods");
      assert.ok(performance.now() - startedAt >= 39);
    });
  });
});

describe("endpoints", () => {
  it("wrong-ca: a certificate of another authority than the announced one", async () => {
    await withServer(cluster([], { endpoint: "wrong-ca" }), {}, async (server) => {
      await assert.rejects(send(server, "/version"), { code: /CERT|SIGNATURE|ISSUER/ });
      assert.deepEqual(server.requests, []);
    });
  });

  it("every cluster has an authority of its own", async () => {
    await withServer(WORLD, {}, async (one) => {
      await withServer(WORLD, {}, async (other) => {
        const ca = Buffer.from(other.certificateAuthorityData, "base64").toString();
        await assert.rejects(send(one, "/version", { ca }));
        assert.equal((await send(one, "/version")).status, 200);
      });
    });
  });

  it("unreachable: TCP is accepted, and then nothing", async () => {
    await withServer(cluster([], { endpoint: "unreachable" }), {}, async (server) => {
      const socket = connect(Number(new URL(server.endpoint).port), "127.0.0.1");
      let received = 0;
      socket.on("data", ({ length }) => (received += length));
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.write("hello");
      await sleep(30);
      assert.equal(received, 0);
      assert.equal(socket.destroyed, false);
      socket.destroy();
    });
  });

  it("redirects: 302 to another port, which logs whoever follows", async () => {
    await withServer(cluster([], { endpoint: "redirects" }), {}, async (server) => {
      const reply = await send(server, "/api/v1/pods");
      const location = new URL(String(reply.headers["location"]));
      assert.equal(reply.status, 302);
      assert.equal(location.hostname, "127.0.0.1");
      assert.notEqual(location.origin, server.endpoint);
      await send({ ...server, endpoint: location.origin }, location.pathname);
      assert.deepEqual(
        server.requests.map(({ path, status }) => `${path} ${status}`),
        ["/api/v1/pods 302", "/elsewhere/api/v1/pods 200"],
      );
    });
  });

  it("garbage: 200 with text that is not JSON", async () => {
    await withServer(cluster([], { endpoint: "garbage" }), {}, async (server) => {
      const reply = await send(server, "/api/v1/pods");
      assert.equal(reply.status, 200);
      assert.throws(() => JSON.parse(reply.text) as unknown, SyntaxError);
    });
  });
});
