// What the wire can do to any AWS call: every fault ends in time, with a reason, and leaks nothing.

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { readEndpointUrl } from "../../lib/aws/clients.ts";
import { openEks } from "../../lib/aws/eks.ts";
import { toUnseen } from "../../lib/aws/errors.ts";
import { listOrganizationAccounts } from "../../lib/aws/organizations.ts";
import { listRegions } from "../../lib/aws/regions.ts";
import { openSecurityHub } from "../../lib/aws/security-hub.ts";
import { openTopic } from "../../lib/aws/sns.ts";
import type { Why } from "../../lib/model/observed.ts";
import { answerWith, credentials, SESSION_TOKEN, startWire, type Answer } from "./wire-server.ts";

async function catchError(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return assert.fail(`answered ${JSON.stringify(await call())}`);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return error;
  }
}

const html = { "content-type": "text/html" };
const FAULTS: readonly [string, Answer, Why][] = [
  ["an HTML page with status 200", answerWith(200, "<html>please log in</html>", html), "malformed"],
  ["an empty body", answerWith(200, ""), "malformed"],
  ["JSON null", answerWith(200, "null"), "malformed"],
  ["a list in the place of an object", answerWith(200, "[1, 2]"), "malformed"],
  ["text in the place of a list", answerWith(200, '{"clusters": "prod"}'), "malformed"],
  ["numbers in the place of names", answerWith(200, '{"clusters": [1]}'), "malformed"],
  ["JSON that is cut off", answerWith(200, '{"clusters": ["pr'), "malformed"],
  ["a redirect", answerWith(302, "", { location: "http://169.254.169.254/" }), "malformed"],
  ["an HTML page with status 404", answerWith(404, "<html>", html), "malformed"],
  ["an HTML page with status 403", answerWith(403, "<html>", html), "access-denied"],
  ["an HTML page with status 503", answerWith(503, "<html>", html), "server-error"],
  [
    "a server error",
    answerWith(500, '{"message": "x"}', { "x-amzn-errortype": "ServerException" }),
    "server-error",
  ],
  [
    "a body that ends early",
    (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"clusters"');
      setTimeout(() => response.destroy(), 10);
    },
    "unreachable",
  ],
  ["a connection reset", (request) => request.socket.resetAndDestroy(), "unreachable"],
  ["silence", () => {}, "deadline"],
  [
    "a body that drips for ever",
    (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    },
    "deadline",
  ],
];

for (const [name, answer, why] of FAULTS)
  test(`${name} is ${why}`, async () => {
    // Only a fault that is waited for needs a short limit; a busy machine must not turn the others into one.
    await using wire = await startWire(answer, why === "deadline" ? { requestTimeoutMs: 250 } : {});
    const error = await catchError(() => openEks(wire.transport, "eu-west-1", credentials).listClusters());
    assert.equal(toUnseen(error)?.why, why, inspect(error));
    // Broken answers are final; only what may pass is tried again.
    assert.equal(
      wire.requests.length,
      why === "malformed" || why === "access-denied" ? 1 : wire.requests.length,
    );
  });

const READS: readonly [string, (wire: Awaited<ReturnType<typeof startWire>>) => Promise<unknown>][] = [
  ["ListRegions", ({ transport }) => listRegions(transport, "eu-west-1", credentials)],
  ["ListRoots", ({ transport }) => listOrganizationAccounts(transport, "eu-west-1", credentials)],
  [
    "DescribeCluster",
    ({ transport }) => openEks(transport, "eu-west-1", credentials).describeCluster("prod"),
  ],
  [
    "DescribeAddon",
    ({ transport }) => openEks(transport, "eu-west-1", credentials).describeAddon("prod", "vpc-cni"),
  ],
  [
    "ListCapabilities",
    ({ transport }) => openEks(transport, "eu-west-1", credentials).listCapabilities("prod"),
  ],
  ["GetFindings", ({ transport }) => openHub(transport).listFindings({})],
  ["BatchImportFindings", ({ transport }) => openHub(transport).importFindings([])],
  [
    "Publish",
    ({ transport }) =>
      openTopic("arn:aws:sns:eu-west-1:111122223333:t", transport, credentials).publish({
        subject: "s",
        body: "b",
        attributes: {},
      }),
  ],
];

function openHub(transport: Awaited<ReturnType<typeof startWire>>["transport"]) {
  const accountId = "111122223333";
  return openSecurityHub({ transport, region: "eu-west-1", partition: "aws", accountId, credentials });
}

for (const [operation, read] of READS)
  test(`${operation} takes an empty object for malformed, not for nothing there`, async () => {
    await using wire = await startWire(answerWith(200, "{}"));
    const reason = toUnseen(await catchError(() => read(wire)));
    assert.equal(reason?.why, "malformed");
  });

test("a refused connection is unreachable", async () => {
  const wire = await startWire(() => {});
  await wire[Symbol.asyncDispose]();
  const error = await catchError(() => openEks(wire.transport, "eu-west-1", credentials).listClusters());
  assert.equal(toUnseen(error)?.why, "unreachable");
});

test("throttling is tried again, counted per attempt, and given up in the end", async () => {
  const throttle = answerWith(429, '{"message": "slow"}', { "x-amzn-errortype": "ThrottlingException" });
  await using wire = await startWire(throttle);
  const error = await catchError(() => openEks(wire.transport, "eu-west-1", credentials).listClusters());
  assert.equal(toUnseen(error)?.why, "throttled");
  assert.equal(wire.requests.length, 2);
  assert.deepEqual(wire.transport.callCounts, { "eks:ListClusters": 2 });
});

test("an aborted run ends its calls at once, whether they wait for an answer or for their next try", async () => {
  const run = new AbortController();
  const throttle = answerWith(429, "{}", { "x-amzn-errortype": "ThrottlingException" });
  let answered = 0;
  const throttleOnce: Answer = (request, response) => {
    answered += 1;
    if (answered === 1) throttle(request, response);
  };
  await using wire = await startWire(throttleOnce, { signal: run.signal });
  setTimeout(() => run.abort(), 100);
  const error = await catchError(() => openEks(wire.transport, "eu-west-1", credentials).listClusters());
  // The last answer was "too many requests".
  assert.equal(toUnseen(error)?.why, "throttled");
  // Who waited for the second answer to its end would ask a third time.
  assert.ok(wire.requests.length <= 2, String(wire.requests.length));
});

test("calls share connections, and at most five of a Region are under way", async () => {
  let open = 0;
  let most = 0;
  const slow: Answer = (_, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      answerWith(200, '{"capabilities": []}')(_, response);
    }, 10);
  };
  await using wire = await startWire(slow);
  const eks = openEks(wire.transport, "eu-west-1", credentials);
  await Promise.all(Array.from({ length: 30 }, (_, index) => eks.listCapabilities(`c-${index}`)));
  assert.equal(most, 5);
  assert.equal(wire.connections(), 5);
  assert.deepEqual(wire.transport.callCounts, { "eks:ListCapabilities": 30 });
});

test("a list ends at the page without a token, goes through empty pages, and not in circles", async () => {
  const pages = [
    '{"clusters": [], "nextToken": "2"}',
    '{"clusters": ["a"], "nextToken": "3"}',
    '{"clusters": ["b"]}',
  ];
  let page = 0;
  await using wire = await startWire((request, response) =>
    answerWith(200, pages[page++] ?? "{}")(request, response),
  );
  assert.deepEqual(await openEks(wire.transport, "eu-west-1", credentials).listClusters(), ["a", "b"]);
  assert.deepEqual(wire.requests, [
    "GET /clusters?include=all",
    "GET /clusters?include=all&nextToken=2",
    "GET /clusters?include=all&nextToken=3",
  ]);

  await using circle = await startWire(answerWith(200, '{"clusters": ["a"], "nextToken": "same"}'));
  const error = await catchError(() => openEks(circle.transport, "eu-west-1", credentials).listClusters());
  assert.equal(toUnseen(error)?.why, "malformed");
  assert.equal(circle.requests.length, 2);
});

test("a missing add-on is told from a missing cluster, also where the exception does not say which", async () => {
  const notFound = (members: object): Answer =>
    answerWith(404, JSON.stringify(members), { "x-amzn-errortype": "ResourceNotFoundException" });
  const cluster = '{"cluster": {"name": "prod", "arn": "arn:x", "status": "ACTIVE"}}';
  const describe = async (addon: Answer, described: Answer) => {
    await using wire = await startWire((request, response) =>
      (request.url?.includes("/addons/") ? addon : described)(request, response),
    );
    return await openEks(wire.transport, "eu-west-1", credentials).describeAddon("prod", "vpc-cni");
  };
  const gone = notFound({ clusterName: "prod", message: "No cluster found for name: prod." });
  assert.equal(await describe(notFound({ clusterName: "prod", addonName: "vpc-cni" }), gone), null);
  assert.equal(await describe(notFound({ message: "No addon" }), answerWith(200, cluster)), null);
  await assert.rejects(describe(gone, gone), { name: "ResourceNotFoundException" });
  await assert.rejects(describe(notFound({}), answerWith(500, "{}")), { name: "Unknown" });
});

test("failures that are counted and not named are not believed", async () => {
  await using wire = await startWire(answerWith(200, '{"SuccessCount": 1, "FailedCount": 1}'));
  await assert.rejects(openHub(wire.transport).importFindings([]), { name: "MalformedAnswer" });
});

test("an error that repeats the canonical request is stripped of it, and keeps its name and status", async () => {
  const canonical = `The request signature we calculated does not match. The Canonical String for this request should have been 'GET\n/clusters\nx-amz-security-token:${SESSION_TOKEN}\n'`;
  const body = JSON.stringify({ message: canonical });
  await using wire = await startWire(
    answerWith(403, body, { "x-amzn-errortype": "InvalidSignatureException" }),
  );
  const error = await catchError(() => openEks(wire.transport, "eu-west-1", credentials).listClusters());
  assert.ok(error instanceof Error);
  assert.equal(error.name, "InvalidSignatureException");
  assert.equal(toUnseen(error)?.why, "access-denied");
  const printed = `${inspect(error)} ${error.stack} ${JSON.stringify(error)} ${String(error)}`;
  assert.doesNotMatch(printed, /FwoGZXIvYXdz|AKIAEXAMPLE/);
});

test("no fault's error holds a credential", async () => {
  for (const [, answer] of FAULTS.filter(([, , why]) => why !== "deadline")) {
    await using wire = await startWire(answer, { maxAttempts: 1 });
    const error = await catchError(() => openEks(wire.transport, "eu-west-1", credentials).listClusters());
    assert.doesNotMatch(`${inspect(error, { depth: 9 })} ${JSON.stringify(error)}`, /FwoGZXIvYXdz/);
  }
});

test("AWS_ENDPOINT_URL is read as the SDKs read it", () => {
  const url = "http://127.0.0.1:4566";
  assert.equal(readEndpointUrl({ AWS_ENDPOINT_URL: url }), url);
  assert.equal(readEndpointUrl({ AWS_ENDPOINT_URL: "" }), undefined);
  assert.equal(readEndpointUrl({}), undefined);
  assert.equal(
    readEndpointUrl({ AWS_ENDPOINT_URL: url, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }),
    undefined,
  );
});
