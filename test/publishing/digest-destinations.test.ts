import assert from "node:assert/strict";
import { test } from "node:test";
import type { Configuration } from "../../lib/config/config.ts";
import { parseConfiguration } from "../../lib/config/config.ts";
import { openDrafts } from "../../lib/publishing/digest-destinations.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import type { Topic } from "../../lib/scan/sources.ts";
import { missingPolicy, sampleReport } from "../report/sample-report.ts";

/** With a failure in each of two accounts. */
const report = {
  ...sampleReport,
  findings: [
    ...sampleReport.findings,
    { ...missingPolicy(), account: "444455556666", region: "eu-central-1", cluster: "shop-test" },
  ],
};

const arn = (name: string): string => `arn:aws:sns:eu-central-1:111122223333:${name}`;
const secretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf";

function publish(value: unknown): Configuration["publish"] {
  return parseConfiguration(JSON.stringify({ publish: value }), "test").publish;
}

interface Sent {
  readonly topic: string;
  readonly body: string;
}

function open(value: unknown) {
  const sent: Sent[] = [];
  const openTopic = (topic: string): Promise<Topic> =>
    Promise.resolve({
      publish: ({ body }) => Promise.resolve({ messageId: String(sent.push({ topic, body })) }),
    });
  const port = {
    openTopic,
    readSecret: () => Promise.resolve("no URL"),
    context: { observe: createObserve([]), requestTimeoutMs: 20_000 },
  };
  const drafts = openDrafts(publish(value), new Map(), report.finishedAt.slice(0, 10));
  drafts.add({ ...report, unpublished: [] });
  return { sent, destinations: drafts.toDestinations({ ...report, isWhole: true }, { runId: "r1" }, port) };
}

test("a route gets its accounts and severities, and the whole goes where it went before", async () => {
  const { sent, destinations } = open({
    sns: { topicArn: arn("all"), format: "json" },
    routes: [
      { accounts: ["444455556666"], sns: { topicArn: arn("test-team"), format: "json" } },
      { severities: ["critical"], sns: { topicArn: arn("pager"), format: "json" } },
    ],
  });
  for (const destination of destinations) await destination.send(destination.toMessage());
  const failedOf = (topic: string) => {
    const body = sent.find((one) => one.topic === arn(topic))?.body ?? "null";
    return JSON.parse(body) as {
      id: string;
      worst: { account: string; severity: string }[];
      blindSpots: unknown[];
    };
  };
  assert.ok(failedOf("all").worst.length > failedOf("pager").worst.length);
  const severities = failedOf("pager").worst.map(({ severity }) => severity);
  const accounts = failedOf("test-team").worst.map(({ account }) => account);
  assert.deepEqual(
    [new Set(severities), new Set(accounts)],
    [new Set(["critical"]), new Set(["444455556666"])],
  );
  assert.equal(failedOf("test-team").blindSpots.length, 1);
  assert.equal(failedOf("test-team").id, "ringfence/digest/r1");
  assert.equal(new Set(destinations.map(({ key }) => key)).size, 3);
});

test("a route that says the same as the whole tells nobody twice", () => {
  const slack = { secretArn };
  const { destinations } = open({
    slack,
    routes: [
      { slack, severities: ["low"] },
      { slack, severities: ["low"] },
    ],
  });
  assert.equal(destinations.length, 2);
});

test("a secret that holds no address is told, and not what it holds", async () => {
  const { destinations } = open({ slack: { secretArn } });
  const [slack] = destinations;
  assert.ok(slack !== undefined);
  const outcome = await slack.send(slack.toMessage());
  assert.ok(!outcome.seen);
  assert.match(outcome.detail, /does not hold the https URL/);
  assert.doesNotMatch(outcome.detail, /no URL/);
});

test("where nobody is told, no finding is read for it", () => {
  const drafts = openDrafts(publish({}), new Map(), "2026-11-21");
  const findings = {
    [Symbol.iterator]: (): Iterator<never> => assert.fail("unpacked for nobody"),
  };
  drafts.add({ clusters: [], findings, unpublished: [] });
});
