// A finding is shown in one hub: its copies elsewhere are archived once its own has taken it, and not before.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Finding } from "../../lib/model/finding.ts";
import type { HubSink, PublishContext } from "../../lib/scan/publish.ts";
import { isShownInUse, toLeftBehind } from "../../lib/scan/left-behind.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import type { Observation } from "../../lib/scan/reconcile.ts";
import { parseState, toStateKey, type FindingRecord } from "../../lib/scan/state.ts";
import { blind, cluster, day, finding, history, namespace, observe, place } from "./life.ts";
import { awsError, context, Killed, openMemoryCloud, shown, type MemoryCloud } from "./memory-cloud.ts";

const web = finding("fail");
const api = finding("fail", { subject: namespace("api") });
const gone = finding("fail", { subject: namespace("gone") });

/** The account's own hub, with the state beside it, and the scanner's. */
interface Two {
  readonly own: MemoryCloud;
  readonly scanners: MemoryCloud;
  readonly sinks: Readonly<Record<"own" | "scanners", HubSink>>;
}

function openTwo(): Two {
  const [own, scanners] = [openMemoryCloud(), openMemoryCloud()];
  const productArn = "arn:aws:securityhub:eu-west-1:999999999999:product/999999999999/default";
  return { own, scanners, sinks: { own: own.sink, scanners: { ...scanners.sink, productArn } } };
}

async function run(
  two: Two,
  days: number,
  to: "own" | "scanners" | null,
  observation: Observation,
  change: Partial<PublishContext> = {},
) {
  const { sinks } = two;
  const openHub = (arn: string): Promise<HubSink | null> =>
    Promise.resolve(Object.values(sinks).find(({ productArn }) => productArn === arn) ?? null);
  const seen = { ...observation, observedFrom: day(days).toISOString() };
  const sink = to === null ? null : sinks[to];
  return publishFindings(place, seen, sink, context(two.own, days, { openHub, ...change }));
}

function state({ own }: Two) {
  const parsed = parseState(own.objects.get(toStateKey(place)) ?? "");
  assert.ok(parsed !== null);
  return parsed;
}

const failing = (...findings: readonly Finding[]): Observation => observe(findings);

describe("a member's hub that was off is on again", () => {
  test("the copies in the scanner's hub are archived, and the account's own shows all with their first day", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web, api));
    const back = await run(two, 1, "own", failing(web, api));
    assert.deepEqual(shown(two.own), { [web.id]: "FAILED", [api.id]: "FAILED" });
    assert.deepEqual(shown(two.scanners), {});
    assert.equal(two.own.hub.get(web.id)?.CreatedAt, day(0).toISOString());
    assert.match(
      two.scanners.hub.get(web.id)?.Description ?? "",
      /reported in the Security Hub of account 111111111111 in eu-central-1 now/,
    );
    assert.deepEqual(
      back.findings.map(({ change }) => change),
      ["unchanged", "unchanged"],
    );
    assert.equal(state(two).leftBehind, undefined);
  });

  test("there and back again, each time one hub shows it", async () => {
    const two = openTwo();
    for (const [days, to] of (["own", "scanners", "own", "scanners"] as const).entries()) {
      await run(two, days, to, failing(web));
      const other = to === "own" ? "scanners" : "own";
      assert.deepEqual([shown(two[to]), shown(two[other])], [{ [web.id]: "FAILED" }, {}]);
    }
  });

  test("while no hub at all is on, nothing is archived; then it is", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    await run(two, 1, null, failing(web));
    assert.deepEqual(shown(two.scanners), { [web.id]: "FAILED" });
    await run(two, 2, "own", failing(web));
    assert.deepEqual([shown(two.own), shown(two.scanners)], [{ [web.id]: "FAILED" }, {}]);
  });
});

describe("another home Region", () => {
  test("what passed, is gone or was repaired meanwhile leaves no copy either", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web, api, gone));
    await run(two, 1, "own", failing(web, finding("pass", { subject: namespace("api") })));
    assert.deepEqual(shown(two.scanners), {});
    assert.equal(shown(two.own)[web.id], "FAILED");
  });

  test("what could not be seen on the day of the move keeps its only copy until it can", async () => {
    const two = openTwo();
    const dark = finding("fail", { controlId: "NETPOL.9", subject: cluster });
    await run(two, 0, "scanners", failing(web));
    await run(two, 1, "own", blind([dark]));
    assert.deepEqual(shown(two.scanners), { [web.id]: "FAILED" });
    assert.equal(state(two).leftBehind?.length, 1);
    two.scanners.calls.length = 0;
    await run(two, 1.5, "own", blind([dark]));
    assert.deepEqual(two.scanners.calls, [], "it is not asked while nothing can have changed");
    await run(two, 2, "own", failing(web));
    assert.deepEqual([shown(two.scanners), shown(two.own)[web.id]], [{}, "FAILED"]);
    assert.equal(state(two).leftBehind, undefined);
  });

  test("what the new hub does not take keeps its copy", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web, api));
    two.own.poison.add(web.id);
    await run(two, 1, "own", failing(web, api));
    assert.deepEqual(shown(two.scanners), { [web.id]: "FAILED" });
    two.own.poison.clear();
    await run(two, 2, "own", failing(web, api));
    assert.deepEqual(shown(two.scanners), {});
  });
});

describe("the earlier hub", () => {
  test("that refuses is tried again, and the remark says so", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    two.scanners.weather = {
      before() {
        throw awsError("LimitExceededException", 429);
      },
    };
    const refused = await run(two, 1, "own", failing(web));
    assert.match(refused.remarks.join(), /account 999999999999 in eu-west-1 could not be archived yet/);
    two.scanners.weather = {};
    await run(two, 2, "own", failing(web));
    assert.deepEqual(shown(two.scanners), {});
  });

  test("that takes one copy only, or none, is tried again", async () => {
    for (const refuse of [
      ({ scanners }: Two) => void scanners.poison.add(web.id),
      ({ scanners }: Two) => {
        scanners.weather = {
          before(call) {
            if (call.startsWith("import")) throw awsError("LimitExceededException", 429);
          },
        };
      },
    ]) {
      const two = openTwo();
      await run(two, 0, "scanners", failing(web, api));
      refuse(two);
      const refused = await run(two, 1, "own", failing(web, api));
      assert.equal(refused.remarks.length, 1);
      assert.equal(shown(two.scanners)[web.id], "FAILED");
      two.scanners.poison.clear();
      two.scanners.weather = {};
      const taken = await run(two, 2, "own", failing(web, api));
      assert.deepEqual([shown(two.scanners), taken.remarks], [{}, []]);
    }
  });

  test("that cannot be opened is tried again", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    const openHub = () => Promise.reject(awsError("AccessDenied", 403));
    const refused = await run(two, 1, "own", failing(web), { openHub });
    assert.equal(refused.remarks.length, 1);
    await run(two, 2, "own", failing(web));
    assert.deepEqual(shown(two.scanners), {});
  });

  test("whose copies are archived already is told nothing", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web, api));
    await run(two, 1, "scanners", failing(web));
    two.scanners.calls.length = 0;
    await run(two, 2, "own", failing(web));
    assert.deepEqual(
      two.scanners.calls.filter((call) => call.startsWith("import")),
      ["import 1"],
    );
    assert.match(two.scanners.hub.get(api.id)?.Description ?? "", /no longer finds it/);
  });

  test("that waits for what is not shown elsewhere yet is nothing to remark, and told nothing", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    two.own.poison.add(web.id);
    two.scanners.calls.length = 0;
    const waiting = await run(two, 1, "own", failing(web, api));
    assert.deepEqual(
      waiting.remarks.filter((remark) => remark.includes("archived")),
      [],
    );
    assert.deepEqual(
      two.scanners.calls.filter((call) => call.startsWith("import")),
      [],
    );
  });

  test("that was told by a clock ahead of ours takes the archiving all the same", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    const copy = two.scanners.hub.get(web.id);
    assert.ok(copy !== undefined);
    two.scanners.hub.set(web.id, { ...copy, UpdatedAt: day(9).toISOString() });
    await run(two, 1, "own", failing(web));
    assert.deepEqual(shown(two.scanners), {});
    assert.equal(two.scanners.hub.get(web.id)?.UpdatedAt, new Date(day(9).getTime() + 1).toISOString());
  });

  test("that is off is asked for 90 days, and then forgotten as it has forgotten", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    two.scanners.weather = {
      before() {
        throw awsError("InvalidAccessException", 401);
      },
    };
    for (const days of [1, 30, 89]) await run(two, days, "own", failing(web));
    assert.equal(state(two).leftBehind?.length, 1);
    await run(two, 92, "own", failing(web));
    assert.equal(state(two).leftBehind, undefined);
  });

  test("that nobody can reach is left alone", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    const moved = await run(two, 1, "own", failing(web), { openHub: () => Promise.resolve(null) });
    assert.deepEqual([moved.outcome, shown(two.scanners)], ["published", { [web.id]: "FAILED" }]);
  });

  test("holds nobody else's findings back, and loses none", async () => {
    const two = openTwo();
    await run(two, 0, "scanners", failing(web));
    const ours = two.scanners.hub.get(web.id);
    assert.ok(ours !== undefined);
    const foreign = "ringfence/eu-central-1/111111111111/shop-2/NETPOL.20/0123456789abcdef";
    two.scanners.hub.set(foreign, { ...ours, Id: foreign });
    await run(two, 1, "own", failing(web));
    assert.deepEqual(shown(two.scanners), { [foreign]: "FAILED" });
  });
});

test("a process that ends between import and archiving: the next run archives", async () => {
  const two = openTwo();
  await run(two, 0, "scanners", failing(web));
  two.scanners.weather = {
    before(call) {
      if (call.startsWith("import")) throw new Killed("the process ends");
    },
  };
  await assert.rejects(run(two, 1, "own", failing(web)), Killed);
  two.scanners.weather = {};
  await run(two, 2, "own", failing(web));
  assert.deepEqual([shown(two.own), shown(two.scanners)], [{ [web.id]: "FAILED" }, {}]);
});

test("a cluster that was made again elsewhere: the old one's copies go, too", async () => {
  const two = openTwo();
  await run(two, 0, "scanners", failing(web));
  const again = { ...place, createdAt: "2026-11-02T00:00:00.000Z" };
  const openHub = () => Promise.resolve(two.sinks.scanners);
  const seen = { ...failing(), observedFrom: day(2).toISOString() };
  await publishFindings(again, seen, two.sinks.own, context(two.own, 2, { openHub }));
  assert.deepEqual(shown(two.scanners), {});
});

describe("which hubs may show copies", () => {
  const since = day(0).toISOString();
  const [one, other] = [
    { productArn: "arn:one", since },
    { productArn: "arn:other", since },
  ];
  const earlier = (destination: string | null, ...leftBehind: readonly (typeof one)[]) => ({
    destination,
    leftBehind,
  });

  for (const [what, before, destination, expected] of [
    ["none before the first run", null, "arn:one", []],
    ["none while the hub stays", earlier("arn:one"), "arn:one", []],
    ["none where no hub was told", earlier(null), "arn:one", []],
    ["the last one, from now on", earlier("arn:one"), "arn:other", [{ ...one, since: day(5).toISOString() }]],
    ["the last one, while no hub is on", earlier("arn:one"), null, [{ ...one, since: day(5).toISOString() }]],
    ["those of before, with their day", earlier("arn:own", one, other), "arn:own", [one, other]],
    ["the last one once, with its first day", earlier("arn:one", one, other), "arn:own", [one, other]],
    [
      "never the one that is in use again",
      earlier("arn:one", other),
      "arn:other",
      [{ ...one, since: day(5).toISOString() }],
    ],
  ] as const)
    test(what, () => assert.deepEqual(toLeftBehind(before, destination, day(5)), expected));

  test("for 90 days", () => {
    assert.deepEqual(toLeftBehind(earlier("arn:own", one), "arn:own", day(89.9)), [one]);
    assert.deepEqual(toLeftBehind(earlier("arn:own", one), "arn:own", day(90)), []);
  });
});

describe("a copy may go where the hub in use", () => {
  const [record] = history("fail");
  assert.ok(record?.confirmed);
  const { confirmed } = record;
  const told = (change: Partial<typeof confirmed>) => ({ confirmed: { ...confirmed, ...change } });

  for (const [what, change, expected] of [
    ["was told of it", {}, true],
    ["was not told yet", { confirmed: null }, false],
    ["is about to be told", { intended: confirmed }, false],
    ["did not take it", { undelivered: true as const }, false],
    ["may not be the one that was told", told({ contentHash: "" }), false],
    ["has nothing open to show", told({ contentHash: "", status: "pass" }), true],
    ["has archived it", told({ contentHash: "", recordState: "ARCHIVED" }), true],
  ] as const satisfies readonly (readonly [string, Partial<FindingRecord>, boolean])[])
    test(what, () => assert.equal(isShownInUse({ ...record, ...change }), expected));
});
