// The HTTP layer against a real TLS server that misbehaves in every way that a server can.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";

import { toUnseen } from "../../lib/kubernetes/errors.ts";
import { type HttpClient, openHttpClient } from "../../lib/kubernetes/http-client.ts";
import {
  createAuthority,
  type Handler,
  issue,
  sendJson,
  sendStatus,
  type ServerOptions,
  sharedAuthority,
  startTlsServer,
  type TlsServer,
} from "./tls-server.ts";

const TOKEN = "k8s-aws-v1.c2VjcmV0";
const PATH = "/api/v1/nodes";

interface Setup {
  readonly server: TlsServer;
  readonly client: HttpClient;
  readonly outer: AbortController;
}

async function setUp(
  t: TestContext,
  handler: Handler,
  options: ServerOptions & { requestTimeoutMs?: number; token?: () => Promise<string> } = {},
): Promise<Setup> {
  const server = await startTlsServer(handler, options);
  const outer = new AbortController();
  const token = options.token ?? (async () => TOKEN);
  const client = openHttpClient({
    endpoint: server.endpoint,
    tls: { ca: Buffer.from(server.certificateAuthorityData, "base64") },
    credentials: async () => ({ Authorization: `Bearer ${await token()}` }),
    requestTimeoutMs: options.requestTimeoutMs ?? 20_000,
    signal: outer.signal,
  });
  t.after(async () => {
    client.close();
    await server.close();
  });
  return { server, client, outer };
}

/** The error of one GET, with what it means and the proof that it holds no secret. */
async function failure(client: HttpClient): Promise<{ error: Error; why: string; detail: string }> {
  try {
    await client.get(PATH, "application/json");
  } catch (error) {
    assert.ok(error instanceof Error);
    const unseen = toUnseen(error);
    assert.ok(unseen !== null, `not translated: ${error.stack}`);
    assert.ok(!`${error.stack} ${JSON.stringify(error)} ${unseen.detail}`.includes("c2VjcmV0"));
    return { error, why: unseen.why, detail: unseen.detail };
  }
  throw new assert.AssertionError({ message: "the request succeeded" });
}

test("sends the token, asks for gzip and parses what comes", async (t) => {
  const { client, server } = await setUp(t, (request, response) => {
    assert.equal(request.headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(request.headers["accept-encoding"], "gzip");
    assert.equal(request.headers["user-agent"], "ringfence");
    const body = gzipSync(JSON.stringify({ kind: "NodeList", text: "ü".repeat(100_000) }));
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "content-encoding": "gzip",
    });
    // In small pieces, so that characters and gzip blocks are cut.
    for (let at = 0; at < body.length; at += 97) response.write(body.subarray(at, at + 97));
    response.end();
  });
  const { body, bytes } = await client.get(PATH, "application/json");
  assert.deepEqual(body, { kind: "NodeList", text: "ü".repeat(100_000) });
  assert.ok(bytes > 200_000);
  assert.equal(client.requestCount, 1);
  assert.deepEqual(server.paths, [PATH]);
});

test("keeps one connection for requests in a row, and at most six at once", async (t) => {
  let open = 0;
  let most = 0;
  const { client, server } = await setUp(t, (_request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      sendJson(response, {});
    }, 20);
  });
  for (let count = 0; count < 3; count += 1) await client.get(PATH, "application/json");
  assert.equal(server.handshakes, 1);
  await Promise.all(Array.from({ length: 20 }, () => client.get(PATH, "application/json")));
  assert.equal(most, 6);
  assert.equal(server.handshakes, 6);
  assert.equal(client.requestCount, 23);
});

test("a request's time starts when it gets a connection, not while it queues for one", async (t) => {
  const { client } = await setUp(t, (_request, response) => setTimeout(() => sendJson(response, {}), 40), {
    requestTimeoutMs: 1500,
  });
  // 240 requests over 6 connections take 40 × 40 ms, longer than one request may.
  await Promise.all(Array.from({ length: 240 }, () => client.get(PATH, "application/json")));
  assert.equal(client.requestCount, 240);
});

test("asks for the token anew before every request", async (t) => {
  const seen: (string | undefined)[] = [];
  let issued = 0;
  const { client } = await setUp(
    t,
    (request, response) => {
      seen.push(request.headers.authorization);
      sendJson(response, {});
    },
    { token: async () => `token-${(issued += 1)}` },
  );
  await client.get(PATH, "application/json");
  await client.get(PATH, "application/json");
  assert.deepEqual(seen, ["Bearer token-1", "Bearer token-2"]);
});

test("what the token's maker throws reaches the caller unchanged, and nothing is sent", async (t) => {
  const expired = new RangeError("session expired");
  const { client, server } = await setUp(t, (_request, response) => sendJson(response, {}), {
    token: () => Promise.reject(expired),
  });
  await assert.rejects(client.get(PATH, "application/json"), expired);
  assert.deepEqual([client.requestCount, server.paths.length], [0, 0]);
});

test("keeps the endpoint's own path in front", async (t) => {
  const { server } = await setUp(t, (_request, response) => sendJson(response, {}));
  const client = openHttpClient({
    endpoint: `${server.endpoint}/k8s/clusters/c-1/`,
    tls: { ca: Buffer.from(server.certificateAuthorityData, "base64") },
    credentials: async () => ({}),
    requestTimeoutMs: 20_000,
    signal: new AbortController().signal,
  });
  await client.get("/apis", "application/json");
  client.close();
  assert.deepEqual(server.paths, ["/k8s/clusters/c-1/apis"]);
});

for (const endpoint of ["http://127.0.0.1", "https://user:word@127.0.0.1", "https://h/?a=b", "nonsense", ""])
  test(`refuses the endpoint ${JSON.stringify(endpoint)}`, () => {
    const open = () =>
      openHttpClient({
        endpoint,
        tls: {},
        credentials: async () => ({}),
        requestTimeoutMs: 1,
        signal: new AbortController().signal,
      });
    assert.throws(open, { name: "ClusterAccessError" });
  });

// ── Status codes ────────────────────────────────────────────────────────────────────────────────────────────

const STATUSES = [
  { status: 400, reason: "BadRequest", why: "not-supported", requests: 1 },
  { status: 401, reason: "Unauthorized", why: "access-denied", requests: 2 },
  { status: 403, reason: "Forbidden", why: "access-denied", requests: 1 },
  { status: 404, reason: "NotFound", why: "not-supported", requests: 1 },
  { status: 406, reason: "NotAcceptable", why: "not-supported", requests: 1 },
  { status: 408, reason: "Timeout", why: "deadline", requests: 1 },
  { status: 410, reason: "Expired", why: "incomplete", requests: 1 },
  { status: 429, reason: "TooManyRequests", why: "throttled", requests: 1 },
  { status: 500, reason: "InternalError", why: "server-error", requests: 2 },
  { status: 501, reason: "MethodNotAllowed", why: "server-error", requests: 1 },
  { status: 502, reason: "ServiceUnavailable", why: "server-error", requests: 2 },
  { status: 503, reason: "ServiceUnavailable", why: "server-error", requests: 2 },
  { status: 504, reason: "Timeout", why: "server-error", requests: 2 },
];

// Together, because a server that failed is given a moment before it is asked again.
describe("statuses", { concurrency: true }, () => {
  for (const { status, reason, why, requests } of STATUSES)
    test(`${status} ${reason} is ${why} after ${requests} request(s)`, async (t) => {
      const { client } = await setUp(t, (_request, response) => sendStatus(response, status, reason));
      const { error, ...unseen } = await failure(client);
      assert.equal(error.name, "HttpStatusError");
      assert.equal(error.message, `GET ${PATH}: ${status} ${reason}`);
      assert.equal(unseen.why, why);
      assert.ok(unseen.detail.startsWith(error.message));
      assert.equal(client.requestCount, requests);
    });
});

test("a token that is refused is shown once more, and by no further read", async (t) => {
  const { client } = await setUp(t, (_request, response) => sendStatus(response, 401, "Unauthorized"));
  const together = await Promise.all(Array.from({ length: 20 }, () => failure(client)));
  const later = await failure(client);
  const details = new Set([...together, later].map(({ why, detail }) => `${why}: ${detail}`));
  const refusal = "the token was not accepted; has the scanner's role an access entry?";
  assert.deepEqual([...details], [`access-denied: GET ${PATH}: 401 Unauthorized: ${refusal}`]);
  assert.equal(client.requestCount, 2);
});

test("an authenticator that failed once lets every read in, with a token that is asked for anew", async (t) => {
  const shown = new Set<string | undefined>();
  let tokens = 0;
  const { client } = await setUp(
    t,
    (request, response) => {
      shown.add(request.headers.authorization);
      if (shown.size === 1) sendStatus(response, 401, "Unauthorized");
      else sendJson(response, {});
    },
    { token: async () => String((tokens += 1)) },
  );
  await Promise.all(Array.from({ length: 5 }, () => client.get(PATH, "application/json")));
  assert.equal(client.requestCount, 6);
});

test("a token that is refused in the middle of a scan is refused for what comes later", async (t) => {
  let asked = 0;
  const { client } = await setUp(t, (_request, response) => {
    asked += 1;
    if (asked <= 3) sendJson(response, {});
    else sendStatus(response, 401, "Unauthorized");
  });
  for (let read = 0; read < 3; read += 1) await client.get(PATH, "application/json");
  assert.equal((await failure(client)).why, "access-denied");
  assert.equal((await failure(client)).why, "access-denied");
  assert.equal(client.requestCount, 5);
});

test("a token that expires in the middle of a scan is replaced, for all that is under way", async (t) => {
  const expired = new Set<string | undefined>();
  const renewals: (string | undefined)[] = [];
  let answers = 0;
  let token = 1;
  const server = await startTlsServer((request, response) => {
    answers += 1;
    if (answers === 4 || answers === 60) expired.add(request.headers.authorization);
    if (expired.has(request.headers.authorization)) sendStatus(response, 401, "Unauthorized");
    else sendJson(response, {});
  });
  const client = openHttpClient({
    endpoint: server.endpoint,
    tls: { ca: Buffer.from(server.certificateAuthorityData, "base64") },
    credentials: (refused) => {
      if (refused !== undefined) renewals.push(refused["Authorization"]);
      if (refused?.["Authorization"] === `Bearer ${token}`) token += 1;
      return Promise.resolve({ Authorization: `Bearer ${token}` });
    },
    requestTimeoutMs: 20_000,
    signal: new AbortController().signal,
  });
  t.after(async () => {
    client.close();
    await server.close();
  });
  for (const _batch of ["until the first one expires", "until the second one does"])
    await Promise.all(Array.from({ length: 40 }, () => client.get(PATH, "application/json")));
  assert.deepEqual(renewals, ["Bearer 1", "Bearer 2"]);
});

test("a failed server that recovers is no failure", async (t) => {
  let asked = 0;
  const { client, server } = await setUp(t, (_request, response) => {
    asked += 1;
    if (asked === 1) sendStatus(response, 503, "ServiceUnavailable");
    else sendJson(response, { asked });
  });
  assert.deepEqual((await client.get(PATH, "application/json")).body, { asked: 2 });
  assert.deepEqual([client.requestCount, server.handshakes], [2, 1]);
});

test("a status whose body echoes the token, is not JSON or is huge, stays a status without reason", async (t) => {
  const bodies = [
    JSON.stringify({ kind: "Status", reason: TOKEN, message: TOKEN }),
    `<html>${TOKEN}</html>`,
    JSON.stringify({ reason: "Forbidden", message: "x".repeat(100_000) }),
    "null",
  ];
  const { client } = await setUp(t, (_request, response) => {
    response.writeHead(403, { "content-type": "application/json" }).end(bodies.shift());
  });
  for (let left = bodies.length; left > 0; left -= 1) {
    const { error, why } = await failure(client);
    assert.equal(error.message, `GET ${PATH}: 403`);
    assert.equal(why, "access-denied");
  }
});

test("no error names the query: a selector or a continue token may be anything", async (t) => {
  const { client } = await setUp(t, (_request, response) => sendStatus(response, 403, "Forbidden"));
  const message = { message: "GET /api/v1/pods: 403 Forbidden" };
  await assert.rejects(client.get("/api/v1/pods?continue=c2VjcmV0", "application/json"), message);
});

// ── Retry-After ─────────────────────────────────────────────────────────────────────────────────────────────

test("429 with Retry-After is asked again, at most twice", async (t) => {
  const { client } = await setUp(t, (_request, response) =>
    sendStatus(response, 429, "TooManyRequests", { "retry-after": "0" }),
  );
  assert.equal((await failure(client)).why, "throttled");
  assert.equal(client.requestCount, 3);
});

test("Retry-After is waited for", async (t) => {
  const at: number[] = [];
  const { client } = await setUp(t, (_request, response) => {
    at.push(performance.now());
    if (at.length === 1) sendStatus(response, 429, "TooManyRequests", { "retry-after": "1" });
    else sendJson(response, {});
  });
  await client.get(PATH, "application/json");
  assert.ok((at[1] ?? 0) - (at[0] ?? 0) >= 990);
});

for (const header of ["11", "99999999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "-1"])
  test(`Retry-After ${header} is not waited for, and not answered by an earlier request`, async (t) => {
    const { client } = await setUp(t, (_request, response) =>
      sendStatus(response, 429, "TooManyRequests", { "retry-after": header }),
    );
    assert.equal((await failure(client)).why, "throttled");
    assert.equal(client.requestCount, 1);
  });

test("the outer signal ends a wait for Retry-After, and the last answer is the reason", async (t) => {
  const { client, outer } = await setUp(t, (_request, response) => {
    sendStatus(response, 429, "TooManyRequests", { "retry-after": "10" });
    setTimeout(() => outer.abort(), 20);
  });
  assert.equal((await failure(client)).why, "throttled");
  assert.equal(client.requestCount, 1);
});

// ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────

test("a server that never answers is a deadline", async (t) => {
  // Long enough for a handshake on a busy machine: before it, the server would count as unreachable.
  const { client } = await setUp(t, () => {}, { requestTimeoutMs: 1000 });
  const { error, why, detail } = await failure(client);
  assert.equal(error.name, "RequestTimeoutError");
  assert.deepEqual([why, detail], ["deadline", `GET ${PATH}: no complete answer within 1000 ms`]);
  assert.equal(client.requestCount, 1);
});

for (const encoding of ["identity", "gzip"])
  test(`a slow drip of ${encoding} is a deadline, although bytes keep coming`, async (t) => {
    let drip: NodeJS.Timeout | undefined;
    const { client } = await setUp(
      t,
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding });
        const body = encoding === "gzip" ? gzipSync("{".repeat(10_000)) : Buffer.from("{".repeat(10_000));
        let at = 0;
        drip = setInterval(() => response.write(body.subarray(at, (at += 1))), 5);
      },
      { requestTimeoutMs: 1000 },
    );
    t.after(() => clearInterval(drip));
    assert.equal((await failure(client)).error.name, "RequestTimeoutError");
  });

test("a connection whose TLS handshake never ends is unreachable", async (t) => {
  const { createServer } = await import("node:net");
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  assert.ok(address !== null && typeof address === "object");
  const client = openHttpClient({
    endpoint: `https://127.0.0.1:${address.port}`,
    tls: {},
    credentials: async () => ({}),
    requestTimeoutMs: 60,
    signal: new AbortController().signal,
  });
  t.after(() => silent.close());
  const { error, why, detail } = await failure(client);
  client.close();
  assert.equal(error.name, "ConnectTimeoutError");
  assert.deepEqual([why, detail], ["unreachable", "no connection to 127.0.0.1 within 60 ms"]);
});

test("the outer signal ends a request under way, and every later one before it is sent", async (t) => {
  const { client, outer } = await setUp(t, () => setTimeout(() => outer.abort(), 20));
  assert.equal((await failure(client)).error.name, "RequestAbortedError");
  assert.equal((await failure(client)).why, "deadline");
  assert.equal(client.requestCount, 1);
});

test("the outer signal ends the wait for a token that never comes", async (t) => {
  const { client, outer } = await setUp(t, () => {}, { token: () => new Promise(() => {}) });
  setTimeout(() => outer.abort(), 20);
  assert.equal((await failure(client)).why, "deadline");
});

test("close ends what is under way without a retry and leaves no connection", async (t) => {
  const { client, server } = await setUp(t, () => setTimeout(() => client.close(), 20));
  assert.equal((await failure(client)).error.name, "RequestAbortedError");
  assert.equal(client.requestCount, 1);
  const connections = await new Promise((resolve) => {
    setTimeout(() => server.server.getConnections((_error, count) => resolve(count)), 20);
  });
  assert.equal(connections, 0);
});

test("a request that is over leaves no timer", async (t) => {
  const { client } = await setUp(t, (_request, response) => sendJson(response, {}), {
    requestTimeoutMs: 60_000,
  });
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  for (let count = 0; count < 5; count += 1) await client.get(PATH, "application/json");
  assert.equal(timers(), before);
});

// ── Connections ─────────────────────────────────────────────────────────────────────────────────────────────

test("a reset is tried once more, then it is unreachable", async (t) => {
  const { client } = await setUp(t, (request) => request.socket.destroy());
  const { error, why, detail } = await failure(client);
  assert.equal(error.name, "ConnectionError");
  assert.deepEqual([why, detail], ["unreachable", "127.0.0.1: the connection was reset"]);
  assert.equal(client.requestCount, 2);
});

test("a reset of the first connection only is no failure", async (t) => {
  let asked = 0;
  const { client } = await setUp(t, (request, response) => {
    asked += 1;
    if (asked === 1) request.socket.destroy();
    else sendJson(response, { asked });
  });
  assert.deepEqual((await client.get(PATH, "application/json")).body, { asked: 2 });
});

for (const encoding of ["identity", "gzip"])
  test(`a body of ${encoding} that is cut off is never taken for a whole one`, async (t) => {
    const { client } = await setUp(t, (_request, response) => {
      const body = encoding === "gzip" ? gzipSync('{"items":[]}') : Buffer.from('{"items":[]}');
      response.writeHead(200, {
        "content-type": "application/json",
        "content-encoding": encoding,
        "content-length": body.length + 10,
      });
      response.write(body, () => response.destroy());
    });
    assert.equal((await failure(client)).why, "unreachable");
    assert.equal(client.requestCount, 2);
  });

test("nobody listens: unreachable, asked once", async (t) => {
  const { client, server } = await setUp(t, () => {});
  await server.close();
  const { why, detail } = await failure(client);
  assert.deepEqual([why, detail], ["unreachable", "127.0.0.1: the connection was refused"]);
  assert.equal(client.requestCount, 1);
});

test("a name that does not exist is unreachable", async () => {
  const client = openHttpClient({
    endpoint: "https://cluster.invalid",
    tls: {},
    credentials: async () => ({}),
    requestTimeoutMs: 20_000,
    signal: new AbortController().signal,
  });
  const { why, detail } = await failure(client);
  client.close();
  assert.equal(why, "unreachable");
  assert.match(detail, /^cluster\.invalid: its name could not be resolved/);
});

// ── TLS ─────────────────────────────────────────────────────────────────────────────────────────────────────

async function identities() {
  const { authority } = await sharedAuthority();
  const foreign = await createAuthority();
  return [
    ["of another authority", await issue(foreign), /not signed by the cluster's certificate authority/],
    ["for another address", await issue(authority, { address: "127.0.0.2" }), /for another name/],
    ["that has expired", await issue(authority, { expired: true }), /has expired/],
  ] as const;
}
for (const [title, identity, detail] of await identities())
  for (const override of [undefined, "0"])
    test(`a certificate ${title} is refused before the token is sent (override ${override})`, async (t) => {
      const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      if (override !== undefined) process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = override;
      t.after(() => {
        if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
        else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
      });
      const { client, server } = await setUp(t, (_request, response) => sendJson(response, {}), { identity });
      const unseen = await failure(client);
      assert.equal(unseen.error.name, "ConnectionError");
      assert.equal(unseen.why, "unreachable");
      assert.match(unseen.detail, detail);
      assert.deepEqual(server.paths, []);
    });

test("redirects are not followed, wherever they lead", async (t) => {
  for (const status of [301, 302, 303, 307, 308]) {
    const { client, server } = await setUp(t, (request, response) => {
      // Nobody waits for the end of what is not read.
      response.writeHead(status, { location: `https://${request.headers.host}/elsewhere` }).write("moved");
    });
    const { why, detail } = await failure(client);
    assert.equal(why, "unreachable");
    assert.match(detail, /redirects are not followed/);
    assert.deepEqual(server.paths, [PATH]);
  }
});

// ── Answers that are none ───────────────────────────────────────────────────────────────────────────────────

const GARBAGE = [
  ["not JSON", { "content-type": "application/json" }, `{"items": [${TOKEN}`, /is not JSON/],
  ["empty", { "content-type": "application/json" }, "", /is not JSON/],
  ["a web page", { "content-type": "text/html" }, "<html>", /content type/],
  ["protobuf", { "content-type": "application/vnd.kubernetes.protobuf" }, "k8s", /content type/],
  ["of a type that only starts alike", { "content-type": "application/jsonp" }, "{}", /content type/],
  ["without a type", {}, "{}", /content type/],
  ["not gzip", { "content-type": "application/json", "content-encoding": "gzip" }, "{}", /gzip is broken/],
  [
    "of another encoding",
    { "content-type": "application/json", "content-encoding": "br" },
    "x",
    /is not JSON/,
  ],
] as const;
for (const [title, headers, body, detail] of GARBAGE)
  test(`an answer that is ${title} is malformed`, async (t) => {
    const { client } = await setUp(t, (_request, response) => response.writeHead(200, headers).end(body));
    const unseen = await failure(client);
    assert.equal(unseen.error.name, "MalformedAnswerError");
    assert.equal(unseen.why, "malformed");
    assert.match(unseen.detail, detail);
  });

test("what is not HTTP is malformed", async (t) => {
  const { client } = await setUp(t, (request) => request.socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
  assert.equal((await failure(client)).why, "malformed");
});

test("204 has nothing to read and is not an empty answer", async (t) => {
  const { client } = await setUp(t, (_request, response) => response.writeHead(204).end());
  assert.equal((await failure(client)).error.name, "HttpStatusError");
});

test("a gzip bomb is given up at 64 MB, long before it ends", async (t) => {
  const megabyte = gzipSync(Buffer.alloc(1024 * 1024, " "));
  let sent = 0;
  const { client } = await setUp(t, (_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    const more = (): void => {
      if (response.destroyed || sent === 10_000) return;
      sent += 1;
      // gzip allows members in a row; each opens to a megabyte.
      response.write(megabyte, more);
    };
    more();
  });
  const { why, detail } = await failure(client);
  assert.deepEqual([why, detail], ["malformed", `GET ${PATH}: the answer is larger than 64 MB`]);
  assert.ok(sent < 10_000, `${sent} MB were taken`);
});

test("a gzip bomb of 100 KB is given up at 64 MB too", async (t) => {
  const megabyte = gzipSync(Buffer.alloc(1024 * 1024, " "));
  const bomb = Buffer.concat([...Array.from({ length: 100 }, () => megabyte), gzipSync("{}")]);
  assert.ok(bomb.length < 200_000);
  const { client } = await setUp(
    t,
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(bomb);
    },
    { requestTimeoutMs: 30_000 },
  );
  const { why, detail } = await failure(client);
  assert.deepEqual([why, detail], ["malformed", `GET ${PATH}: the answer is larger than 64 MB`]);
});

for (const part of ["{},", "["])
  test(`8 MB of ${part} are given up before they become 50 times as much memory`, async (t) => {
    const megabyte = gzipSync(part.repeat(1024 * 1024));
    const { client } = await setUp(
      t,
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        for (let sent = 0; sent < 8; sent += 1) response.write(megabyte);
        response.end();
      },
      { requestTimeoutMs: 30_000 },
    );
    const { why, detail } = await failure(client);
    assert.deepEqual([why, detail], ["malformed", `GET ${PATH}: the answer has too many parts`]);
  });

test("10 GB are not taken: the connection ends at 64 MB", async (t) => {
  const chunk = Buffer.alloc(1024 * 1024, " ");
  let written = 0;
  let taken = 0;
  let close = (): void => {};
  const closed = new Promise<void>((resolve) => (close = resolve));
  const { client } = await setUp(
    t,
    (request, response) => {
      request.socket.on("close", () => {
        taken = request.socket.bytesWritten;
        close();
      });
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": String(10 * 1024 ** 3),
      });
      const more = (): void => {
        if (response.destroyed || written === 10 * 1024) return;
        written += 1;
        response.write(chunk, more);
      };
      more();
    },
    { requestTimeoutMs: 30_000 },
  );
  const { why, detail } = await failure(client);
  assert.deepEqual([why, detail], ["malformed", `GET ${PATH}: the answer is larger than 64 MB`]);
  client.close();
  await closed;
  // What was under way in both ends' buffers comes on top.
  assert.ok(taken < 100 * 1024 * 1024, `${taken} bytes were sent`);
});

test("headers that never end are a deadline, and headers without measure are no HTTP", async (t) => {
  let drip: NodeJS.Timeout | undefined;
  t.after(() => clearInterval(drip));
  const slow = await setUp(
    t,
    (request) => {
      request.socket.write("HTTP/1.1 200 OK\r\n");
      drip = setInterval(() => request.socket.write("x-more: 1\r\n"), 20);
    },
    { requestTimeoutMs: 1000 },
  );
  assert.equal((await failure(slow.client)).error.name, "RequestTimeoutError");
  const endless = await setUp(t, (request) => {
    request.socket.write(`HTTP/1.1 200 OK\r\nx-long: ${"x".repeat(1024 * 1024)}`);
  });
  assert.equal((await failure(endless.client)).why, "malformed");
});

/** What a server writes without end after its first bytes; the client must give up by itself. */
const ENDLESS: readonly (readonly [title: string, first: string, again: string])[] = [
  [
    "another protocol after 101",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: k8s\r\n\r\n",
    "x".repeat(64 * 1024),
  ],
  [
    "interim answers",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n".repeat(1000),
  ],
  [
    "trailers",
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
    "x-trailer: y\r\n".repeat(1000),
  ],
  [
    "an extension of a chunk",
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2;a=",
    "b".repeat(64 * 1024),
  ],
  [
    "empty chunks' worth of whitespace",
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    "1\r\n \r\n".repeat(1000),
  ],
];

describe("what never ends is given up", { timeout: 60_000 }, () => {
  for (const [title, first, again] of ENDLESS)
    test(title, async (t) => {
      let written = 0;
      const { client } = await setUp(
        t,
        ({ socket }) => {
          socket.on("error", () => {});
          socket.write(first);
          const more = (): void => {
            if (socket.destroyed) return;
            written += again.length;
            setTimeout(() => socket.write(again, more), 1);
          };
          more();
        },
        { requestTimeoutMs: 1000 },
      );
      const { why, detail } = await failure(client);
      assert.ok(["deadline", "malformed", "unreachable"].includes(why), `${why}: ${detail}`);
      assert.ok(written < 200 * 1024 * 1024, `${written} bytes were taken`);
    });
});
