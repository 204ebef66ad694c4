import assert from "node:assert/strict";
import { test } from "node:test";
import { seen, unseen } from "../../lib/model/observed.ts";
import { sendDigests, type Destination, type OutboxContext } from "../../lib/scan/digest-outbox.ts";
import { day } from "./life.ts";
import { awsError, Killed, openMemoryCloud, outside, type MemoryCloud } from "./memory-cloud.ts";

interface Chat {
  readonly received: string[];
  broken: boolean;
}

const dark = (...scopes: readonly string[]) => new Map(scopes.map((scope) => [scope, "access-denied"]));

function destination(chat: Chat, digestId: string, change: Partial<Destination> = {}): Destination {
  return {
    key: "sns:topic",
    name: "SNS",
    digestId,
    isNews: false,
    blindSpots: dark(),
    lookedAt: null,
    toMessage: () => ({ subject: "s", body: digestId, attributes: { complete: "true", accounts: ["1"] } }),
    async send({ body }) {
      await Promise.resolve();
      if (chat.broken) return unseen("server-error", "it is down");
      chat.received.push(body);
      return seen(null);
    },
    ...change,
  };
}

function context({ store }: MemoryCloud, days: number): OutboxContext {
  return { store, observe: outside, now: () => day(days) };
}

function open(): { readonly cloud: MemoryCloud; readonly chat: Chat } {
  return { cloud: openMemoryCloud(), chat: { received: [], broken: false } };
}

const news = { isNews: true };

test("the first run says where things stand; then nothing is sent and nothing written while nothing changes", async () => {
  const { cloud, chat } = open();
  await sendDigests([destination(chat, "1")], context(cloud, 0));
  const before = cloud.calls.filter((call) => call.startsWith("put")).length;
  for (const days of [1, 2, 3, 4, 5, 6])
    assert.deepEqual(await sendDigests([destination(chat, `q${days}`)], context(cloud, days)), [
      { name: "SNS", outcome: "quiet", problem: "" },
    ]);
  assert.deepEqual(chat.received, ["1"]);
  assert.equal(cloud.calls.filter((call) => call.startsWith("put")).length, before);
});

test("a week of silence ends with a sign of life, once", async () => {
  const { cloud, chat } = open();
  await sendDigests([destination(chat, "1")], context(cloud, 0));
  for (const days of [6, 7, 8, 13, 14])
    await sendDigests([destination(chat, `d${days}`)], context(cloud, days));
  assert.deepEqual(chat.received, ["1", "d7", "d14"]);
});

test("the sign of life is of all that is configured, and of a part only where no such run gives one", async () => {
  const { cloud, chat } = open();
  const part = { lookedAt: new Set(["one"]) };
  await sendDigests([destination(chat, "1")], context(cloud, 0));
  await sendDigests([destination(chat, "part 7", part)], context(cloud, 7));
  await sendDigests([destination(chat, "whole 7")], context(cloud, 7.5));
  for (const days of [14.5, 15, 16])
    await sendDigests([destination(chat, `${days}`, part)], context(cloud, days));
  assert.deepEqual(chat.received, ["1", "whole 7", "16"]);
});

test("a change is sent in its run, and so is another set of blind spots", async () => {
  const { cloud, chat } = open();
  await sendDigests([destination(chat, "1")], context(cloud, 0));
  await sendDigests([destination(chat, "2", news)], context(cloud, 1));
  await sendDigests([destination(chat, "3", { blindSpots: dark("one") })], context(cloud, 2));
  await sendDigests([destination(chat, "4", { blindSpots: dark("one") })], context(cloud, 3));
  await sendDigests([destination(chat, "5")], context(cloud, 4));
  await sendDigests([destination(chat, "6")], context(cloud, 5));
  assert.deepEqual(chat.received, ["1", "2", "3", "5"]);
});

test("a run of a part neither forgets what is dark elsewhere nor tells of it again", async () => {
  const { cloud, chat } = open();
  const part = (lookedAt: readonly string[], ...blind: readonly string[]) => ({
    lookedAt: new Set(lookedAt),
    blindSpots: dark(...blind),
  });
  const runs: readonly Partial<Destination>[] = [
    { blindSpots: dark("one", "two") },
    part(["four"]),
    part(["two"], "two"),
    { blindSpots: dark("one", "two") },
    part(["three"], "three"),
    part(["three"], "three"),
    { blindSpots: dark("one", "two", "three") },
    part(["two", "three"], "three"),
    { blindSpots: dark("one", "three") },
    { blindSpots: new Map([...dark("one"), ["three", "for another reason"]]) },
  ];
  for (const [index, change] of runs.entries())
    await sendDigests([destination(chat, String(index), change)], context(cloud, index / 10));
  assert.deepEqual(chat.received, ["0", "4", "7", "9"]);
});

test("what was not taken waits for the next run, before what is new then", async () => {
  const { cloud, chat } = open();
  chat.broken = true;
  const [outcome] = await sendDigests([destination(chat, "1", news)], context(cloud, 0));
  assert.equal(outcome?.outcome, "failed");
  assert.match(outcome.problem, /waits for the next run: it is down/);
  chat.broken = false;
  await sendDigests([destination(chat, "2", news)], context(cloud, 1));
  assert.deepEqual(chat.received, ["1", "2"]);
});

test("a message that is never taken holds back none of the later ones, and is named in every run until it is old", async () => {
  const { cloud, chat } = open();
  const picky = {
    ...news,
    async send({ body }: { readonly body: string }) {
      await Promise.resolve();
      if (body === "1") return unseen("not-supported", "Slack answered 400 invalid_blocks");
      chat.received.push(body);
      return seen(null);
    },
  };
  for (const days of [0, 1, 2]) {
    const [outcome] = await sendDigests([destination(chat, `${days + 1}`, picky)], context(cloud, days));
    assert.equal(outcome?.outcome, "failed");
    assert.match(outcome.problem, /invalid_blocks/);
  }
  assert.deepEqual(chat.received, ["2", "3"]);
  const [after] = await sendDigests([destination(chat, "4", picky)], context(cloud, 8));
  assert.equal(after?.outcome, "sent");
});

test("one destination that is down holds back no other", async () => {
  const { cloud, chat } = open();
  const slack = { received: [], broken: true };
  await sendDigests([destination(slack, "1", { key: "slack" }), destination(chat, "1")], context(cloud, 0));
  assert.deepEqual(chat.received, ["1"]);
  slack.broken = false;
  await sendDigests([destination(slack, "2", { key: "slack" }), destination(chat, "2")], context(cloud, 1));
  assert.deepEqual([chat.received, slack.received], [["1"], ["1"]]);
});

test("a run that ends between sending and writing it down repeats one digest, with the same id", async () => {
  const { cloud, chat } = open();
  let puts = 0;
  cloud.weather = {
    before: (call) => {
      if (call.startsWith("put") && (puts += 1) === 2) throw new Killed();
    },
  };
  await assert.rejects(sendDigests([destination(chat, "1", news)], context(cloud, 0)), Killed);
  cloud.weather = {};
  await sendDigests([destination(chat, "1", news)], context(cloud, 0.1));
  assert.deepEqual(chat.received, ["1", "1"]);
  await sendDigests([destination(chat, "1", news)], context(cloud, 0.2));
  await sendDigests([destination(chat, "2")], context(cloud, 1));
  assert.deepEqual(chat.received, ["1", "1"]);
});

test("a run that ends between writing and sending has lost nothing", async () => {
  const { cloud, chat } = open();
  cloud.weather = {
    after: (call) => {
      if (call.startsWith("put")) throw new Killed();
    },
  };
  await assert.rejects(sendDigests([destination(chat, "1", news)], context(cloud, 0)), Killed);
  cloud.weather = {};
  await sendDigests([destination(chat, "2")], context(cloud, 1));
  assert.deepEqual(chat.received, ["1"]);
});

test("where nothing is remembered, every run sends; where it cannot be read, too, and says so", async () => {
  const { cloud, chat } = open();
  for (const id of ["1", "2"])
    await sendDigests([destination(chat, id)], { ...context(cloud, 0), store: null });
  cloud.weather = {
    before: () => {
      throw awsError("AccessDenied", 403);
    },
  };
  const [outcome] = await sendDigests([destination(chat, "3")], context(cloud, 0));
  assert.deepEqual(chat.received, ["1", "2", "3"]);
  assert.match(outcome?.problem ?? "", /could not be read/);
});

test("a text that is not an outbox is replaced", async () => {
  const { cloud, chat } = open();
  cloud.objects.set("state/digests.json", '{"schemaVersion": 7}');
  await sendDigests([destination(chat, "1")], context(cloud, 0));
  await sendDigests([destination(chat, "2")], context(cloud, 1));
  assert.deepEqual(chat.received, ["1"]);
});
