// Two steps, and everything that can come between them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Finding, Status } from "../../lib/model/finding.ts";
import { openConfirmations } from "../../lib/scan/confirmations.ts";
import type { Publication, PublishContext } from "../../lib/scan/publish.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import type { Observation } from "../../lib/scan/reconcile.ts";
import { parseState, toDeadLetterKey, toStateKey } from "../../lib/scan/state.ts";
import { blind, day, finding, namespace, observe, place } from "./life.ts";
import {
  awsError,
  context,
  Killed,
  openMemoryCloud,
  shown,
  writes,
  type Call,
  type MemoryCloud,
} from "./memory-cloud.ts";

const stateKey = toStateKey(place);

const web = (status: Status): Finding => finding(status);
const api = (status: Status): Finding => finding(status, { subject: namespace("api") });
const ids = { web: web("fail").id, api: api("fail").id };

/** A scan that began on `days` and is published an hour later. */
async function run(
  cloud: MemoryCloud,
  days: number,
  observation: Observation,
  change: Partial<PublishContext> = {},
): Promise<Publication> {
  const observedFrom = day(days).toISOString();
  return publishFindings(
    place,
    { ...observation, observedFrom },
    cloud.sink,
    context(cloud, days + 1 / 24, change),
  );
}

function readState(cloud: MemoryCloud) {
  const state = parseState(cloud.objects.get(stateKey) ?? "");
  assert.ok(state !== null);
  return state;
}

describe("one run after the other", () => {
  test("intended changes are in the state before the import, and confirmed ones after it", async () => {
    const cloud = openMemoryCloud();
    const intended: boolean[] = [];
    cloud.weather = {
      before(call) {
        if (call.startsWith("import"))
          intended.push(...readState(cloud).findings.map((one) => !!one.intended));
      },
    };
    const publication = await run(cloud, 0, observe([web("fail"), api("fail")]));
    assert.deepEqual(intended, [true, true]);
    assert.deepEqual(writes(cloud), [`put ${stateKey}`, "import 2", `put ${stateKey}`]);
    assert.deepEqual(
      readState(cloud).findings.map(({ confirmed, intended: left }) => [confirmed?.status, left]),
      [
        ["fail", undefined],
        ["fail", undefined],
      ],
    );
    assert.deepEqual(publication.delivery, { sent: 2, failed: [] });
  });

  test("what people are to be told is kept between the import and the confirmation, once", async () => {
    const cloud = openMemoryCloud();
    const keep = ({ findings }: Publication): Promise<void> => {
      cloud.calls.push(`keep ${findings.map(({ change }) => change).join()}`);
      return Promise.resolve();
    };
    await run(cloud, 0, observe([web("fail")]), { keep });
    assert.deepEqual(
      cloud.calls.filter((call) => !/^(list|get|find)/.test(call)),
      [`put ${stateKey}`, "import 1", "keep new", `put ${stateKey}`],
    );
  });

  test("what nobody was told of is news in the next run, and no second event for Security Hub", async () => {
    const cloud = openMemoryCloud();
    const { later, writeAll } = openConfirmations();
    await run(cloud, 0, observe([web("fail")]), { confirmLater: later });
    const died = await run(cloud, 0, observe([web("fail")]), { confirmLater: later });
    const again = await run(cloud, 1, observe([web("fail")]), { confirmLater: later });
    assert.deepEqual(
      [died, again].map(({ findings }) => findings.map(({ change }) => change)),
      [["new"], ["new"]],
    );
    assert.deepEqual(await writeAll(), []);
    const after = await run(cloud, 2, observe([web("fail")]));
    assert.equal(after.findings[0]?.change, "unchanged");
    assert.deepEqual(cloud.events, [ids.web]);
  });

  test("what waits to be confirmed waits where it is told to", async () => {
    const cloud = openMemoryCloud();
    const { later, writeAll } = openConfirmations();
    const shelved: Uint8Array[] = [];
    const shelve = (bytes: Uint8Array) => {
      const at = shelved.push(new Uint8Array(bytes)) - 1;
      return { take: () => shelved[at] ?? assert.fail() };
    };
    await run(cloud, 0, observe([web("fail")]), { confirmLater: later, shelve });
    assert.equal(shelved.length, 1);
    assert.equal(readState(cloud).findings[0]?.confirmed, null);
    assert.deepEqual(await writeAll(), []);
    assert.equal(readState(cloud).findings[0]?.confirmed?.status, "fail");
  });

  test("a confirmation that cannot be written is said, and one that comes too late yields", async () => {
    const cloud = openMemoryCloud();
    const [slow, refused] = [openConfirmations(), openConfirmations()];
    await run(cloud, 0, observe([web("fail")]), { confirmLater: slow.later });
    await run(cloud, 1, observe([web("pass")]), { confirmLater: refused.later });
    assert.deepEqual(await slow.writeAll(), []);
    assert.equal(readState(cloud).findings[0]?.intended?.status, "pass");
    cloud.weather = {
      before() {
        throw awsError("SlowDown", 503);
      },
    };
    const [remark] = await refused.writeAll();
    assert.match(remark ?? "", /could not be confirmed in the state, so the next run sends it again/);
  });

  test("what is superseded or blocked is kept too", async () => {
    const cloud = openMemoryCloud();
    const outcomes: string[] = [];
    const keep = ({ outcome }: Publication): Promise<void> => {
      outcomes.push(outcome);
      return Promise.resolve();
    };
    await run(cloud, 2, observe([web("fail")]), { keep });
    await run(cloud, 1, observe([web("pass")]), { keep });
    cloud.weather = {
      before() {
        throw awsError("SlowDown", 503);
      },
    };
    await run(cloud, 3, observe([web("pass")]), { keep });
    assert.deepEqual(outcomes, ["published", "superseded", "blocked"]);
  });

  test("when nothing changed nothing is written, and Security Hub is not called", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail"), api("pass")]));
    cloud.calls.length = 0;
    const publication = await run(cloud, 1, observe([web("fail"), api("pass")]));
    assert.deepEqual(cloud.calls, [`list state/111111111111/eu-central-1/shop-`, `get ${stateKey}`]);
    assert.equal(publication.outcome, "published");
  });

  test("a clean cluster leaves an empty state, once", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("pass")]));
    assert.deepEqual(readState(cloud).findings, []);
    cloud.calls.length = 0;
    await run(cloud, 1, observe([web("pass")]));
    assert.deepEqual(writes(cloud), []);
  });

  test("repaired: PASSED and INFORMATIONAL once, with the first CreatedAt", async () => {
    const cloud = openMemoryCloud();
    for (const [days, status] of (["fail", "pass", "pass", "pass"] as const).entries())
      await run(cloud, days, observe([web(status)]));
    const shownNow = cloud.hub.get(ids.web);
    assert.deepEqual(cloud.events, [ids.web, ids.web]);
    assert.equal(shownNow?.Compliance.Status, "PASSED");
    assert.equal(shownNow?.FindingProviderFields.Severity.Label, "INFORMATIONAL");
    assert.equal(shownNow?.CreatedAt, day(1 / 24).toISOString());
  });

  test("kube-bench#1116: another day is not another finding", async () => {
    const cloud = openMemoryCloud();
    for (const days of [0, 1, 31, 62]) await run(cloud, days, observe([web("fail")]));
    assert.equal(cloud.hub.size, 1);
  });

  test("what was archived 90 days ago is forgotten with the next write", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail")]));
    await run(cloud, 1, observe([]));
    await run(cloud, 50, observe([api("fail")]));
    assert.equal(readState(cloud).findings.length, 2);
    await run(cloud, 95, observe([api("fail")]));
    assert.deepEqual(
      readState(cloud).findings.map(({ id }) => id),
      [ids.api],
    );
  });
});

describe("what Security Hub does not take", () => {
  test("prowler: every failed finding is named, not only the first, and lies in the dead letters", async () => {
    const cloud = openMemoryCloud();
    cloud.poison.add(ids.web).add(ids.api);
    const publication = await run(cloud, 0, observe([web("fail"), api("fail")]));
    assert.deepEqual(
      publication.delivery.failed.map(({ id }) => id).toSorted(),
      [ids.web, ids.api].toSorted(),
    );
    const letters: unknown = JSON.parse(cloud.objects.get(toDeadLetterKey("run-1", place)) ?? "");
    assert.deepEqual(letters, {
      runId: "run-1",
      account: place.account,
      region: place.region,
      cluster: place.cluster,
      failed: publication.delivery.failed.map((failure) => ({
        ...failure,
        finding: publication.findings.find(({ id }) => id === failure.id),
      })),
    });
  });

  test("one poison finding among others takes none of them along", async () => {
    const cloud = openMemoryCloud();
    cloud.poison.add(ids.web);
    await run(cloud, 0, observe([web("fail"), api("fail")]));
    assert.deepEqual(shown(cloud), { [ids.api]: "FAILED" });
    cloud.calls.length = 0;
    const second = await run(cloud, 1, observe([web("fail"), api("fail")]));
    assert.deepEqual(
      second.delivery.failed.map(({ id }) => id),
      [ids.web],
    );
    assert.deepEqual(
      second.findings.map(({ change }) => change),
      ["unchanged", "unchanged"],
    );
    assert.deepEqual(writes(cloud), ["import 1", `put ${toDeadLetterKey("run-1", place)}`]);
  });

  test("it arrives once the cause is gone", async () => {
    const cloud = openMemoryCloud();
    cloud.poison.add(ids.web);
    await run(cloud, 0, observe([web("fail")]));
    cloud.poison.clear();
    await run(cloud, 1, observe([web("fail")]));
    assert.deepEqual(shown(cloud), { [ids.web]: "FAILED" });
    assert.equal(cloud.hub.get(ids.web)?.CreatedAt, day(1 / 24).toISOString());
    cloud.calls.length = 0;
    await run(cloud, 2, observe([web("fail")]));
    assert.deepEqual(writes(cloud), []);
  });

  test("an import that throws leaves everything for the next run, and says so", async () => {
    const cloud = openMemoryCloud();
    cloud.weather = {
      before(call) {
        if (call.startsWith("import")) throw awsError("ServiceUnavailable", 503);
      },
    };
    const publication = await run(cloud, 0, observe([web("fail")]));
    assert.deepEqual(
      publication.delivery.failed.map(({ id, code }) => [id, code]),
      [[ids.web, "server-error"]],
    );
    cloud.weather = {};
    await run(cloud, 1, observe([web("fail")]));
    assert.deepEqual(shown(cloud), { [ids.web]: "FAILED" });
  });
});

describe("Security Hub is off", () => {
  const off = (call: Call): void => {
    if (call.startsWith("find") || call.startsWith("import")) throw awsError("InvalidAccessException", 401);
  };

  test("findings live on for the digest, each is named as not sent, and the remark says why", async () => {
    const cloud = openMemoryCloud();
    cloud.weather = { before: off };
    const first = await run(cloud, 0, observe([web("fail")]));
    assert.equal(first.findings[0]?.change, "new");
    assert.deepEqual(
      first.delivery.failed.map(({ id, code }) => [id, code]),
      [[ids.web, "HubOff"]],
    );
    assert.match(first.remarks.join(), /Security Hub is off/);
    const second = await run(cloud, 1, observe([web("fail")]));
    assert.equal(second.findings[0]?.change, "unchanged");
    assert.equal(second.delivery.failed.length, 1);
  });

  test("when it is switched on, what is open is sent, with its first day", async () => {
    const cloud = openMemoryCloud();
    cloud.weather = { before: off };
    await run(cloud, 0, observe([web("fail"), api("pass")]));
    cloud.weather = {};
    const publication = await run(cloud, 5, observe([web("fail"), api("pass")]));
    assert.deepEqual(shown(cloud), { [ids.web]: "FAILED" });
    assert.equal(cloud.hub.get(ids.web)?.CreatedAt, day(1 / 24).toISOString());
    assert.equal(publication.findings[0]?.change, "unchanged");
  });

  test("when it is switched off for a while, the rest is sent afterwards", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail")]));
    cloud.weather = { before: off };
    await run(cloud, 1, observe([web("fail"), api("fail")]));
    cloud.weather = {};
    await run(cloud, 2, observe([web("fail"), api("fail")]));
    assert.deepEqual(shown(cloud), { [ids.web]: "FAILED", [ids.api]: "FAILED" });
  });
});

describe("another home Region", () => {
  test("what is open is sent to the new hub", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail"), api("fail")]));
    cloud.hub.clear();
    const moved = {
      ...cloud.sink,
      productArn: "arn:aws:securityhub:eu-west-1:111111111111:product/111111111111/default",
    };
    const later = context(cloud, 1);
    const observation = { ...observe([web("fail"), api("fail")]), observedFrom: day(1).toISOString() };
    await publishFindings(place, observation, moved, later);
    assert.deepEqual(shown(cloud), { [ids.web]: "FAILED", [ids.api]: "FAILED" });
    assert.equal(readState(cloud).destination, moved.productArn);
  });
});

describe("lost or corrupt state", () => {
  for (const [name, spoil] of Object.entries({
    lost: (cloud: MemoryCloud) => cloud.objects.clear(),
    corrupt: (cloud: MemoryCloud) => cloud.objects.set(stateKey, '{"schemaVersion": 1, "findings": ['),
    empty: (cloud: MemoryCloud) => cloud.objects.set(stateKey, ""),
  })) {
    test(`${name}: rebuilt from GetFindings without duplicates and with the first CreatedAt`, async () => {
      const cloud = openMemoryCloud();
      await run(cloud, 0, observe([web("fail"), api("fail")]));
      await run(cloud, 1, observe([web("fail"), api("pass")]));
      const before = [...cloud.hub.values()].map(({ Id, CreatedAt }) => [Id, CreatedAt]);
      spoil(cloud);
      const publication = await run(cloud, 2, observe([web("fail"), api("pass")]));
      assert.deepEqual(
        [...cloud.hub.values()].map(({ Id, CreatedAt }) => [Id, CreatedAt]),
        before,
      );
      assert.deepEqual(
        publication.findings.map(({ change }) => change),
        ["unchanged", "unchanged"],
      );
      cloud.calls.length = 0;
      await run(cloud, 3, observe([web("fail"), api("pass")]));
      assert.deepEqual(writes(cloud), []);
    });
  }

  test("lost: what is gone is archived, what was archived comes back as the same", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail"), api("fail")]));
    await run(cloud, 1, observe([web("fail")]));
    cloud.objects.clear();
    const publication = await run(cloud, 2, observe([api("fail")]));
    assert.deepEqual(shown(cloud), { [ids.api]: "FAILED" });
    assert.equal(publication.findings[0]?.change, "regressed");
    assert.deepEqual(
      publication.vanished.map(({ id, title }) => [id, title]),
      [[ids.web, web("fail").title]],
    );
  });

  test("lost: a blind run archives nothing", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail")]));
    cloud.objects.clear();
    await run(cloud, 1, blind());
    assert.deepEqual(shown(cloud), { [ids.web]: "FAILED" });
  });

  test("prowler#5004: a throttled GetFindings is not an empty hub: nothing is told, and that is said", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail"), api("fail")]));
    cloud.objects.clear();
    cloud.calls.length = 0;
    cloud.weather = {
      before(call) {
        if (call.startsWith("find")) throw awsError("LimitExceededException", 429);
      },
    };
    const publication = await run(cloud, 1, observe([web("fail")]));
    assert.deepEqual(writes(cloud), []);
    assert.equal(publication.outcome, "blocked");
    assert.deepEqual(
      publication.delivery.failed.map(({ id, code }) => [id, code]),
      [[ids.web, "throttled"]],
    );
    assert.equal(publication.remarks.length, 1);
  });

  test("other senders' findings, and ours in a form that we do not know, are left alone", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail")]));
    const ours = cloud.hub.get(ids.web);
    assert.ok(ours !== undefined);
    const { ProductFields: _, ...bare } = ours;
    const prefix = "ringfence/eu-central-1/111111111111/shop/";
    cloud.hub.set(`${prefix}strange`, { ...ours, Id: `${prefix}strange` });
    cloud.hub.set(`${prefix}NETPOL.20/0123456789abcdef`, {
      ...bare,
      Id: `${prefix}NETPOL.20/0123456789abcdef`,
    });
    cloud.objects.clear();
    await run(cloud, 1, observe([web("fail")]));
    assert.equal(Object.keys(shown(cloud)).length, 3);
  });
});

describe("no state is configured", () => {
  const stateless = { store: null };

  test("what is open is sent in every run, CreatedAt is kept, and the remark says so", async () => {
    const cloud = openMemoryCloud();
    const first = await run(cloud, 0, observe([web("fail"), api("pass")]), stateless);
    const second = await run(cloud, 1, observe([web("fail"), api("pass")]), stateless);
    assert.deepEqual([first.delivery.sent, second.delivery.sent], [1, 1]);
    assert.equal(cloud.hub.get(ids.web)?.CreatedAt, day(1 / 24).toISOString());
    assert.match(second.remarks.join(), /No state is configured/);
    assert.equal(cloud.objects.size, 0);
  });

  test("what the hub shows is resolved and archived all the same", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, observe([web("fail"), api("fail")]), stateless);
    const second = await run(cloud, 1, observe([web("pass")]), stateless);
    assert.deepEqual(shown(cloud), { [ids.web]: "PASSED" });
    assert.deepEqual(
      second.findings.map(({ change }) => change),
      ["resolved"],
    );
  });
});

describe("Security Hub is not wanted", () => {
  test("the state serves the digest: one write for a change, none without", async () => {
    const cloud = openMemoryCloud();
    const toDigest = (days: number, observation: Observation): Promise<Publication> =>
      publishFindings(
        place,
        { ...observation, observedFrom: day(days).toISOString() },
        null,
        context(cloud, days),
      );
    const first = await toDigest(0, observe([web("fail")]));
    assert.deepEqual([first.findings[0]?.change, first.delivery], ["new", { sent: 0, failed: [] }]);
    assert.deepEqual(writes(cloud), [`put ${stateKey}`]);
    await toDigest(1, observe([web("fail")]));
    assert.deepEqual(writes(cloud), [`put ${stateKey}`]);
    assert.equal((await toDigest(2, observe([web("pass")]))).findings[0]?.change, "resolved");
    assert.equal(cloud.hub.size, 0);
  });
});

describe("the store does not answer", () => {
  for (const operation of ["list", "get", "put"])
    test(`${operation} refused: nothing is imported without memory, and every open finding is named`, async () => {
      const cloud = openMemoryCloud();
      await run(cloud, 0, observe([web("fail")]));
      const before = shown(cloud);
      cloud.weather = {
        before(call) {
          if (call.startsWith(operation)) throw awsError("AccessDenied", 403);
        },
      };
      const publication = await run(cloud, 1, observe([web("fail"), api("fail")]));
      assert.equal(publication.outcome, "blocked");
      assert.deepEqual(
        publication.delivery.failed.map(({ code }) => code),
        ["access-denied", "access-denied"],
      );
      assert.deepEqual(shown(cloud), before);
    });

  test("the second put refused: it was sent, and the next run sends it again without a second event", async () => {
    const cloud = openMemoryCloud();
    cloud.weather = {
      before(call) {
        if (call.startsWith("put") && cloud.hub.size > 0) throw awsError("SlowDown", 503);
      },
    };
    const publication = await run(cloud, 0, observe([web("fail")]));
    assert.equal(publication.delivery.sent, 1);
    assert.match(publication.remarks.join(), /could not be confirmed/);
    cloud.weather = {};
    await run(cloud, 1, observe([web("fail")]));
    assert.deepEqual(cloud.events, [ids.web]);
    assert.deepEqual(
      readState(cloud).findings.map(({ intended }) => intended),
      [undefined],
    );
  });
});

describe("overlapping runs", () => {
  /** Published later, but begun earlier: by the clock of the publication both are in order. */
  async function publish(cloud: MemoryCloud, began: number, published: number, findings: readonly Finding[]) {
    const observation = { ...observe(findings), observedFrom: day(began).toISOString() };
    return publishFindings(place, observation, cloud.sink, context(cloud, published));
  }

  test("a slow old run never wins", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, 2, 2.1, [web("pass"), api("fail")]);
    const late = await publish(cloud, 1, 2.2, [web("fail"), api("fail")]);
    assert.equal(late.outcome, "superseded");
    assert.deepEqual(shown(cloud), { [ids.api]: "FAILED" });
    assert.deepEqual(late.delivery, { sent: 0, failed: [] });
  });

  test("a run that is overtaken between its two writes leaves the later one's view", async () => {
    const cloud = openMemoryCloud();
    let overtaken = false;
    const overtake = async (): Promise<void> => {
      overtaken = true;
      await publish(cloud, 2, 2.1, [web("pass"), api("unknown")]);
    };
    const sink = {
      ...cloud.sink,
      deliver: async (outgoing: Parameters<typeof cloud.sink.deliver>[0]) => {
        if (!overtaken) await overtake();
        return cloud.sink.deliver(outgoing);
      },
    };
    const observation = { ...observe([web("fail"), api("fail")]), observedFrom: day(1).toISOString() };
    await publishFindings(place, observation, sink, context(cloud, 2));
    assert.deepEqual(shown(cloud), { [ids.web]: "PASSED", [ids.api]: "NOT_AVAILABLE" });
    assert.equal(readState(cloud).observedFrom, day(2).toISOString());
    assert.deepEqual(
      readState(cloud).findings.map(({ intended }) => intended),
      [undefined, undefined],
    );
  });

  test("somebody wrote in between: it reads again and reconciles again", async () => {
    const cloud = openMemoryCloud();
    let races = 0;
    cloud.weather = {
      before(call) {
        if (!call.startsWith("put state/") || races > 0) return;
        races += 1;
        const earlier = {
          schemaVersion: 1,
          observedFrom: day(0).toISOString(),
          destination: null,
          findings: [],
        };
        cloud.objects.set(stateKey, JSON.stringify(earlier));
      },
    };
    const publication = await run(cloud, 1, observe([web("fail")]));
    assert.equal(publication.outcome, "published");
    assert.deepEqual(shown(cloud), { [ids.web]: "FAILED" });
  });

  test("a race without end is given up, and said", async () => {
    const cloud = openMemoryCloud();
    let races = 0;
    cloud.weather = {
      before(call) {
        if (!call.startsWith("put state/")) return;
        races += 1;
        const earlier = {
          schemaVersion: 1,
          observedFrom: day(0).toISOString(),
          destination: `${races}`,
          findings: [],
        };
        cloud.objects.set(stateKey, JSON.stringify(earlier));
      },
    };
    const publication = await run(cloud, 1, observe([web("fail")]));
    assert.deepEqual([publication.outcome, races], ["blocked", 5]);
    assert.equal(publication.delivery.failed.length, 1);
    assert.equal(cloud.hub.size, 0);
  });
});

describe("a process that ends at any point", () => {
  interface Scene {
    readonly earlier: readonly Observation[];
    readonly crashing: Observation;
    readonly next: Observation;
  }
  const scenes: Readonly<Record<string, Scene>> = {
    "the first run": {
      earlier: [],
      crashing: observe([web("fail"), api("fail")]),
      next: observe([web("fail"), api("fail")]),
    },
    "a change of everything": {
      earlier: [observe([web("fail"), api("fail")])],
      crashing: observe([web("pass")]),
      next: observe([web("pass")]),
    },
    "another verdict in the next run": {
      earlier: [observe([web("fail")])],
      crashing: observe([web("pass"), api("fail")]),
      next: observe([web("fail"), api("pass")]),
    },
    "a blind next run, and then one that sees": {
      earlier: [observe([web("fail")])],
      crashing: observe([web("pass"), api("fail")]),
      next: blind(),
    },
  };

  /** Every call of the crashing run, and whether the process ends before or after it took effect. */
  async function countCalls(scene: Scene): Promise<number> {
    const cloud = openMemoryCloud();
    for (const [days, earlier] of scene.earlier.entries()) await run(cloud, days, earlier);
    cloud.calls.length = 0;
    await run(cloud, 5, scene.crashing);
    return cloud.calls.length;
  }

  async function play(scene: Scene, kill: { readonly at: number; readonly when: "before" | "after" } | null) {
    const cloud = openMemoryCloud();
    for (const [days, earlier] of scene.earlier.entries()) await run(cloud, days, earlier);
    const told: (string | undefined)[] = [];
    const keep = (publication: Publication): Promise<void> => {
      told.push(...publication.findings.map(({ change }) => change));
      return Promise.resolve();
    };
    if (kill !== null) {
      let count = 0;
      cloud.weather = {
        [kill.when]: () => {
          count += 1;
          if (count === kill.at) throw new Killed("the process ends");
        },
      };
    }
    await run(cloud, 5, scene.crashing, { keep }).then(
      () => assert.equal(kill, null),
      (error: unknown) => assert.ok(error instanceof Killed),
    );
    cloud.weather = {};
    await run(cloud, 6, scene.next, { keep });
    await run(cloud, 7, scene.next.whyGone(anyRecord) === null ? scene.crashing : scene.next, { keep });
    return { cloud, told };
  }
  const anyRecord = {
    id: "",
    controlId: "",
    title: "",
    subject: namespace("x"),
    firstSeenAt: "",
    confirmed: null,
  };

  for (const [name, scene] of Object.entries(scenes))
    test(`${name}: nothing is lost, nothing is born twice, and people hear of it`, async () => {
      const calm = await play(scene, null);
      const calls = await countCalls(scene);
      assert.ok(calls >= 4);
      for (const when of ["before", "after"] as const)
        for (let at = 1; at <= calls; at += 1) {
          const { cloud, told } = await play(scene, { at, when });
          const where = `${when} call ${at} of ${calls}`;
          assert.deepEqual(openIn(cloud), openIn(calm.cloud), where);
          assert.deepEqual(
            readState(cloud).findings.filter((one) => one.intended ?? one.undelivered),
            [],
            where,
          );
          for (const [id, { CreatedAt }] of cloud.hub) {
            const first = scene.earlier.length > 0 && id === ids.web ? day(1 / 24) : null;
            if (first !== null) assert.equal(CreatedAt, first.toISOString(), where);
          }
          // No content is imported twice: an import is an event that customers pay for and are told of.
          assert.ok(cloud.events.length <= calm.cloud.events.length + 1, where);
          for (const change of ["new", "regressed", "resolved"])
            if (calm.told.includes(change) && name !== "another verdict in the next run")
              assert.ok(told.includes(change), `${where}: nobody heard of ${change}`);
        }
    });

  function openIn(cloud: MemoryCloud) {
    return Object.fromEntries(Object.entries(shown(cloud)).filter(([, status]) => status !== "PASSED"));
  }
});

describe("exemptions", () => {
  test("are decided with the day on which the state first saw them", async () => {
    const cloud = openMemoryCloud();
    const asked: (string | null)[] = [];
    const exempt: NonNullable<PublishContext["exempt"]> = (findings, since) =>
      findings.map((one) => {
        asked.push(since(one.id));
        return { ...one, status: "exempt" };
      });
    for (const days of [0, 1]) await run(cloud, days, observe([web("fail")]), { exempt });
    assert.deepEqual(asked, [null, day(1 / 24).toISOString()]);
    assert.deepEqual(shown(cloud), { [ids.web]: "WARNING" });
  });
});
