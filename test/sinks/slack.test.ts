import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import type { Digest } from "../../lib/sinks/digest.ts";
import { toDigest } from "../../lib/sinks/digest-draft.ts";
import { deliverToSlack } from "../../lib/sinks/slack.ts";
import { shortenEscaped, toEscaped, toSlackMessage } from "../../lib/sinks/slack-blocks.ts";
import { cleanReport, finding, sampleFindings, sampleReport } from "../report/sample-report.ts";

interface Block {
  readonly type: string;
  readonly text?: { readonly text: string };
  readonly elements?: readonly { readonly text: string }[];
}

function parse(digest: Digest): { readonly text: string; readonly blocks: readonly Block[] } {
  return JSON.parse(toSlackMessage(digest)) as { text: string; blocks: Block[] };
}

function textsOf(blocks: readonly Block[]): readonly string[] {
  return blocks.flatMap(({ text, elements }) => [
    ...(text ? [text.text] : []),
    ...(elements ?? []).map((one) => one.text),
  ]);
}

const compared = {
  ...sampleReport,
  findings: sampleFindings.map((one, index) => ({
    ...one,
    change: index === 0 ? ("new" as const) : ("unchanged" as const),
  })),
};

describe("the message", () => {
  test("says the blind spots, what is new and what is worst, with a text for notifications", () => {
    const { text, blocks } = parse(toDigest(compared, { runId: "r1", reportLocation: "s3://b/report.json" }));
    assert.match(text, /^Ringfence: INCOMPLETE/);
    assert.equal(blocks[0]?.type, "header");
    const all = textsOf(blocks).join("\n");
    for (const part of [
      /\*Could not be looked at\*/,
      /\*New\*\n• CRITICAL NETPOL\.2/,
      /\*Worst\*/,
      /\nFull report: s3:\/\/b\/report\.json$/,
    ])
      assert.match(all, part);
    assert.doesNotMatch(all, /\\u000a/, "a line break of ours is none of theirs");
  });

  test("keeps every limit, however much there is to say and whatever it holds", () => {
    const nasty = "<!channel> & <https://x|y> ".repeat(400);
    const many = Array.from({ length: 2000 }, (_, index) => ({
      ...finding({
        controlId: "NETPOL.20",
        title: "t",
        severity: "critical",
        status: "fail",
        subject: { kind: "namespace", name: `${nasty}${index}` },
        because: nasty,
        text: nasty,
      }),
      change: "new" as const,
    }));
    const { text, blocks } = parse(toDigest({ ...sampleReport, findings: many }));
    assert.ok(blocks.length <= 50);
    assert.ok(JSON.stringify(blocks).length <= 13_200);
    for (const one of [text, ...textsOf(blocks)]) assert.ok(one.length > 0 && one.length <= 3000);
    const all = textsOf(blocks).join("\n");
    assert.doesNotMatch(all, /[<>]/, "nobody is called and nothing is a link");
    assert.doesNotMatch(all, /&(?!amp;|lt;|gt;)/, "no entity is split");
    assert.match(all, /… and \d+ more, in the full report/);
  });

  test("a quiet run is short", () => {
    const { blocks } = parse(toDigest(cleanReport));
    assert.deepEqual(
      blocks.map(({ type }) => type),
      ["header", "section", "context"],
    );
  });

  test("escaped text is cut between entities, at every length", () => {
    const escaped = toEscaped("a<b>&c".repeat(5));
    for (let length = 2; length <= escaped.length; length += 1) {
      const cut = shortenEscaped(escaped, length);
      assert.ok(cut.length <= length);
      assert.doesNotMatch(cut, /&(?!amp;|lt;|gt;)/, cut);
    }
  });
});

type Answer = { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

interface Tried {
  readonly outcome: Awaited<ReturnType<typeof deliverToSlack>>;
  readonly bodies: readonly string[];
  readonly slept: readonly number[];
  /** What each request says of its connection. */
  readonly connections: readonly (string | undefined)[];
}

const PATH = "/services/T000/B000/s3cretS3cret";

/** Longer than a busy machine takes for an answer that comes; who waits for one that never comes says less. */
const PATIENCE_MS = 10_000;

/** The last answer is repeated. */
function deliver(...answers: readonly Answer[]): Promise<Tried> {
  return deliverWithin(PATIENCE_MS, answers);
}

/** null never answers. */
async function deliverWithin(timeoutMs: number, answers: readonly (Answer | null)[]): Promise<Tried> {
  const bodies: string[] = [];
  const slept: number[] = [];
  const connections: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(bodies.length, answers.length - 1)];
    let body = "";
    connections.push(request.headers.connection);
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      bodies.push(body);
      if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sleep = (ms: number) => Promise.resolve(slept.push(ms));
  const outcome = await deliverToSlack(`http://127.0.0.1:${port}${PATH}\n`, '{"text":"x"}', {
    fetch,
    sleep,
    timeoutMs,
    random: () => 0,
  });
  server.closeAllConnections();
  server.close();
  return { outcome, bodies, slept, connections };
}

describe("the delivery", () => {
  test("ok is delivered, once", async () => {
    const { outcome, bodies } = await deliver({ status: 200, body: "ok" });
    assert.deepEqual(outcome, { seen: true, value: null });
    assert.deepEqual(bodies, ['{"text":"x"}']);
  });

  test("no connection is kept that could be closed before its next use", async () => {
    const { connections } = await deliver({ status: 200, body: "ok" });
    assert.deepEqual(connections, ["close"]);
  });

  test("429 waits as long as Slack says", async () => {
    const limited = { status: 429, body: "ratelimited", headers: { "retry-after": "7" } };
    const { outcome, slept } = await deliver(limited, { status: 200, body: "ok" });
    assert.equal(outcome.seen, true);
    assert.deepEqual(slept, [7000]);
  });

  test("who is asked to wait for an hour leaves it to the next run", async () => {
    const { outcome, slept } = await deliver({ status: 429, body: "", headers: { "retry-after": "3600" } });
    assert.equal(!outcome.seen && outcome.why, "throttled");
    assert.deepEqual(slept, []);
  });

  const PERMANENT: readonly (readonly [status: number, body: string, why: string])[] = [
    [400, "invalid_blocks", "not-supported"],
    [413, "too_large", "not-supported"],
    [401, "not_authed", "access-denied"],
    [403, "invalid_token", "access-denied"],
    [404, "no_service", "access-denied"],
    [410, "channel_is_archived", "access-denied"],
    [302, "moved", "malformed"],
    [405, "not_slack", "malformed"],
  ];
  for (const [status, body, why] of PERMANENT)
    test(`${status} ${body} is named and not tried again`, async () => {
      const headers = status === 302 ? { location: "http://127.0.0.1:1/" } : {};
      const { outcome, bodies } = await deliver({ status, body, headers });
      assert.ok(!outcome.seen);
      assert.equal(outcome.why, why);
      assert.match(outcome.detail, new RegExp(`${status} ${body}`));
      assert.equal(bodies.length, 1);
    });

  test("a server error is tried again, three times in all", async () => {
    const { outcome, bodies } = await deliver({ status: 500, body: "rollup_error" });
    assert.equal(!outcome.seen && outcome.why, "server-error");
    assert.equal(bodies.length, 3);
  });

  test("no answer ends in time, and what may have been taken is not sent again", async () => {
    const { outcome, bodies } = await deliverWithin(200, [null]);
    assert.equal(bodies.length, 1);
    assert.deepEqual(outcome, {
      seen: false,
      why: "unreachable",
      detail: "Slack did not answer within 200 ms",
    });
  });

  test("what was taken is delivered, though the rest of the answer never comes", async () => {
    const cutOff = { status: 200, body: "o", headers: { "content-length": "2" } };
    const { outcome, bodies } = await deliverWithin(200, [cutOff, { status: 200, body: "ok" }]);
    assert.deepEqual([outcome.seen, bodies.length], [true, 1]);
  });

  test("the address stands in no outcome", async () => {
    const sleep = () => Promise.resolve();
    const page = { status: 400, body: `<html>${PATH}</html>` };
    const outcomes = [
      (await deliver(page)).outcome,
      await deliverToSlack(`http://127.0.0.1:1${PATH}`, "{}", { fetch, sleep, timeoutMs: 200 }),
      await deliverToSlack(`not a URL ${PATH}`, "{}", { fetch, sleep, timeoutMs: 200 }),
      await deliverToSlack(`http://hooks.example.com${PATH}`, "{}", { fetch, sleep, timeoutMs: 200 }),
    ];
    for (const outcome of outcomes) {
      assert.equal(outcome.seen, false);
      assert.doesNotMatch(JSON.stringify(outcome), /s3cret|services/i);
    }
  });

  test("the message goes to https, and over plain http to this machine alone", async () => {
    const sent: string[] = [];
    const delivery = {
      fetch: (url: Parameters<typeof fetch>[0]) => {
        sent.push(new Request(url).url);
        return Promise.resolve(new Response("ok"));
      },
      sleep: () => Promise.resolve(),
      timeoutMs: 200,
    };
    for (const scheme of ["http", "ftp", "file", "data"]) {
      const outcome = await deliverToSlack(`${scheme}://hooks.example.com${PATH}`, "{}", delivery);
      assert.equal(!outcome.seen && outcome.why, "malformed", scheme);
    }
    assert.deepEqual(sent, []);
    assert.ok((await deliverToSlack(`https://hooks.example.com${PATH}`, "{}", delivery)).seen);
  });
});
