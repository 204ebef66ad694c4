// Doctor's way to a cluster, step by step, against real sockets: each step fails for its own reason, and a broken
// answer about a permission is no permission.

import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { describe, test, type TestContext } from "node:test";

import { openAccessProbe } from "../../lib/kubernetes/access-probe.ts";
import { toUnseen } from "../../lib/kubernetes/errors.ts";
import type { AccessProbe, ResourceRead } from "../../lib/scan/probe-sources.ts";
import { createAuthority, type Handler, sendJson, sendStatus, startTlsServer } from "./tls-server.ts";

const PODS: ResourceRead = { apiGroup: "", version: "v1", resource: "pods", verb: "list" };
const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

interface Given {
  readonly endpoint?: string;
  readonly certificateAuthorityData?: string;
  readonly signal?: AbortSignal;
  readonly requestTimeoutMs?: number;
}

async function open(t: TestContext, handler: Handler, given: Given = {}) {
  const server = await startTlsServer(handler);
  const { signal = new AbortController().signal, requestTimeoutMs = 20_000, ...access } = given;
  const { endpoint, certificateAuthorityData } = { ...server, ...access };
  const probe = openAccessProbe(
    { endpoint, certificateAuthorityData, bearerToken: async () => Promise.resolve("k8s-aws-v1.c2VjcmV0") },
    { requestTimeoutMs, signal },
  );
  t.after(async () => {
    probe.close();
    await server.close();
  });
  return { probe, server };
}

async function reasonOf(step: () => Promise<unknown>): Promise<string> {
  try {
    await step();
  } catch (error) {
    const reason = toUnseen(error);
    assert.ok(reason !== null, String(error));
    return `${reason.why}: ${reason.detail}`;
  }
  return assert.fail("the step should have failed");
}

const quiet: Handler = () => assert.fail("no request was to be sent");

describe("the way to the endpoint", () => {
  test("all three steps, without a request", async (t) => {
    const { probe, server } = await open(t, quiet);
    assert.deepEqual(await probe.resolve(), ["127.0.0.1"]);
    await probe.connect();
    await probe.handshake();
    assert.deepEqual(server.paths, []);
  });

  test("a name that does not resolve", async (t) => {
    const { probe } = await open(t, quiet, { endpoint: "https://no-such-cluster.invalid" });
    assert.match(
      await reasonOf(() => probe.resolve()),
      /^unreachable: no-such-cluster\.invalid: its name could/,
    );
  });

  test("a port where nobody listens", async (t) => {
    // Any other free port may be another test's before the probe gets there.
    const { probe } = await open(t, quiet, { endpoint: "https://127.0.0.1:1" });
    assert.match(
      await reasonOf(() => probe.connect()),
      /^unreachable: 127\.0\.0\.1: the connection was refused/,
    );
  });

  test("a certificate of another authority", async (t) => {
    const pem = (await createAuthority()).certificate.toString("pem");
    const certificateAuthorityData = Buffer.from(pem).toString("base64");
    const { probe } = await open(t, quiet, { certificateAuthorityData });
    await probe.connect();
    assert.match(await reasonOf(() => probe.handshake()), /^unreachable: .* not signed by the cluster's/);
  });

  test("a server that never says a word of TLS", async (t) => {
    const silent = createServer();
    await new Promise<void>((resolve) => void silent.listen(0, "127.0.0.1", resolve));
    t.after(() => silent.close());
    const endpoint = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { probe } = await open(t, quiet, { endpoint, requestTimeoutMs: 1_000 });
    await probe.connect();
    assert.match(
      await reasonOf(() => probe.handshake()),
      /^unreachable: no connection to 127\.0\.0\.1 within/,
    );
  });

  test("a run that is ended", async (t) => {
    const { probe } = await open(t, quiet, { signal: AbortSignal.abort() });
    assert.match(await reasonOf(() => probe.handshake()), /^deadline: /);
  });
});

describe("may this be read?", () => {
  const answering =
    (status: number, body: object): Handler =>
    (request, response) => {
      if (request.method !== "POST" || request.url !== REVIEWS)
        assert.fail(`${request.method} ${request.url}`);
      request.resume();
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
  const asked = async (t: TestContext, handler: Handler): Promise<AccessProbe> =>
    (await open(t, handler)).probe;

  test("the review's answer is the answer", async (t) => {
    const yes = await asked(t, answering(201, { status: { allowed: true } }));
    assert.equal(await yes.mayRead(PODS), true);
    const no = await asked(t, answering(201, { status: { allowed: false, reason: "" } }));
    assert.equal(await no.mayRead(PODS), false);
  });

  for (const body of [{}, { status: {} }, { status: { allowed: "true" } }, { status: null }])
    test(`an answer that says nothing is no answer: ${JSON.stringify(body)}`, async (t) => {
      const probe = await asked(t, answering(201, body));
      assert.match(
        await reasonOf(() => probe.mayRead(PODS)),
        /^malformed: POST .* no proper status\.allowed/,
      );
    });

  test("401 is no answer either", async (t) => {
    const probe = await asked(t, answering(401, { kind: "Status", reason: "Unauthorized" }));
    assert.match(await reasonOf(() => probe.mayRead(PODS)), /^access-denied: POST .*: 401 Unauthorized/);
  });

  for (const [refusal, read, expected] of [
    [403, 200, true],
    [404, 200, true],
    [405, 403, false],
    [403, 404, true],
  ] as const)
    test(`reviews answered with ${refusal}, the read itself with ${read}: ${expected}`, async (t) => {
      const { probe, server } = await open(t, (request, response) => {
        const isReview = request.method === "POST";
        if (!isReview && read === 200) sendJson(response, { kind: "PodList", items: [] });
        else
          sendStatus(
            response,
            isReview ? refusal : read,
            isReview || read === 403 ? "Forbidden" : "NotFound",
          );
      });
      assert.equal(await probe.mayRead(PODS), expected);
      assert.equal(server.paths.at(-1), "/api/v1/pods?limit=1");
    });
});
