// The life of one finding, rule by rule; the names of other projects' issues are what their users suffered from.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Change, Status } from "../../lib/model/finding.ts";
import { reconcile } from "../../lib/scan/reconcile.ts";
import { confirm } from "../../lib/scan/sending.ts";
import { blind, cluster, day, finding, history, live, namespace, observe } from "./life.ts";

interface Row {
  readonly before: readonly Status[];
  readonly now: Status;
  readonly change: Change;
  readonly sent: boolean;
}

/** Each in a complete scan, one a day. */
const TRANSITIONS: readonly Row[] = [
  { before: [], now: "fail", change: "new", sent: true },
  { before: [], now: "unknown", change: "unknown-now", sent: true },
  { before: [], now: "exempt", change: "exempt", sent: true },
  { before: [], now: "pass", change: "unchanged", sent: false },
  { before: [], now: "not-applicable", change: "unchanged", sent: false },
  { before: ["fail"], now: "fail", change: "unchanged", sent: false },
  { before: ["fail"], now: "pass", change: "resolved", sent: true },
  { before: ["fail"], now: "unknown", change: "unknown-now", sent: true },
  { before: ["fail"], now: "exempt", change: "exempt", sent: true },
  { before: ["fail"], now: "not-applicable", change: "vanished", sent: true },
  { before: ["fail", "pass"], now: "pass", change: "unchanged", sent: false },
  { before: ["fail", "pass"], now: "fail", change: "regressed", sent: true },
  { before: ["fail", "pass"], now: "not-applicable", change: "vanished", sent: true },
  { before: ["fail", "not-applicable"], now: "not-applicable", change: "unchanged", sent: false },
  { before: ["fail", "not-applicable"], now: "pass", change: "unchanged", sent: false },
  { before: ["fail", "not-applicable"], now: "fail", change: "regressed", sent: true },
  { before: ["fail", "not-applicable"], now: "unknown", change: "unknown-now", sent: true },
  { before: ["unknown"], now: "unknown", change: "unchanged", sent: false },
  { before: ["unknown"], now: "fail", change: "new", sent: true },
  { before: ["unknown"], now: "pass", change: "resolved", sent: true },
  { before: ["fail", "unknown"], now: "fail", change: "unchanged", sent: true },
  { before: ["fail", "unknown"], now: "pass", change: "resolved", sent: true },
  { before: ["fail", "pass", "unknown"], now: "fail", change: "regressed", sent: true },
  { before: ["fail", "pass", "unknown"], now: "pass", change: "resolved", sent: true },
  { before: ["fail", "unknown", "unknown"], now: "fail", change: "unchanged", sent: true },
  { before: ["exempt"], now: "exempt", change: "unchanged", sent: false },
  { before: ["exempt"], now: "fail", change: "regressed", sent: true },
  { before: ["exempt"], now: "pass", change: "resolved", sent: true },
  { before: ["exempt", "unknown"], now: "fail", change: "regressed", sent: true },
];

describe("what became of a finding", () => {
  for (const { before, now, change, sent } of TRANSITIONS) {
    const name = `${[...before, now].join(" → ")}: ${change}, ${sent ? "sent" : "not sent"}`;
    test(name, () => {
      const run = live(history(...before), observe([finding(now)]), day(before.length));
      assert.equal(run.change, change);
      assert.deepEqual(
        run.outgoing.map(({ finding: { status } }) => status),
        sent ? [now] : [],
      );
      // Whatever it was, the first day stays the day on which it was first told.
      assert.equal(
        run.findings[0]?.firstSeenAt,
        before.length === 0 && !sent ? undefined : day(0).toISOString(),
      );
    });
  }

  test("every status follows every other in a way that the table names", () => {
    const named = new Set(TRANSITIONS.map(({ before, now }) => `${before.at(-1) ?? "nothing"} ${now}`));
    for (const status of ["fail", "unknown"])
      for (const next of ["fail", "unknown", "pass"])
        assert.ok(named.has(`${status} ${next}`), `${status} ${next}`);
  });
});

describe("times", () => {
  test("prowler#8589, CreatedAt is not reset: it is the first day, in every later sending", () => {
    const reopened = live(history("fail", "pass"), observe([finding("fail")]), day(40));
    assert.equal(reopened.outgoing[0]?.createdAt, day(0).toISOString());
    assert.equal(reopened.outgoing[0]?.updatedAt, day(40).toISOString());
  });

  test("a new finding has CreatedAt equal to UpdatedAt", () => {
    const [outgoing] = live([], observe([finding("fail")]), day(0)).outgoing;
    assert.equal(outgoing?.createdAt, outgoing?.updatedAt);
  });

  test("UpdatedAt increases strictly, also when the clock stands still or goes back", () => {
    const first = live([], observe([finding("fail")]), day(5));
    const second = live(first.after, observe([finding("pass")]), day(5));
    const third = live(second.after, observe([finding("fail")]), day(4));
    const times = [first, second, third].map(({ outgoing }) => outgoing[0]?.updatedAt);
    const start = day(5).getTime();
    assert.deepEqual(
      times,
      [0, 1, 2].map((milliseconds) => new Date(start + milliseconds).toISOString()),
    );
  });

  test("unchanged for 30 days is a heartbeat, because Security Hub forgets after 90", () => {
    const records = history("fail");
    assert.deepEqual(live(records, observe([finding("fail")]), day(29.9)).outgoing, []);
    const heartbeat = live(records, observe([finding("fail")]), day(30));
    assert.equal(heartbeat.change, "heartbeat");
    assert.equal(heartbeat.outgoing.length, 1);
    assert.deepEqual(live(heartbeat.after, observe([finding("fail")]), day(31)).outgoing, []);
  });

  test("a resolved finding has no heartbeat", () => {
    assert.deepEqual(live(history("fail", "pass"), observe([finding("pass")]), day(100)).outgoing, []);
  });

  test("the same verdict in other words is sent, as unchanged", () => {
    const reworded = live(history("fail"), observe([finding("fail", { because: "Now it is two." })]), day(1));
    assert.equal(reworded.change, "unchanged");
    assert.equal(reworded.outgoing.length, 1);
  });

  test("another severity, other evidence and another remediation are sent too", () => {
    const evidence = [{ source: "API", object: "pod", observed: "x", means: "y", command: "" }];
    const remediation = { text: "Create a policy.", commands: ["kubectl apply -f x"], files: [] };
    for (const other of [{ severity: "high" as const }, { evidence }, { remediation }]) {
      const run = live(history("fail"), observe([finding("fail", other)]), day(1));
      assert.equal(run.outgoing.length, 1, Object.keys(other).join());
    }
  });
});

describe("publish.securityHub.include: all", () => {
  test("a pass is sent once, then only as a heartbeat; it is never called new", () => {
    const first = live([], observe([finding("pass")]), day(0), "all");
    assert.deepEqual([first.change, first.outgoing.length], ["unchanged", 1]);
    assert.deepEqual(live(first.after, observe([finding("pass")]), day(1), "all").outgoing, []);
    const later = live(first.after, observe([finding("pass")]), day(30), "all");
    assert.deepEqual([later.change, later.outgoing.length], ["heartbeat", 1]);
  });

  test("a pass that fails for the first time is regressed", () => {
    const first = live([], observe([finding("pass")]), day(0), "all");
    assert.equal(live(first.after, observe([finding("fail")]), day(1), "all").change, "regressed");
  });

  test("what does not apply is not sent, unless it was shown before", () => {
    assert.deepEqual(live([], observe([finding("not-applicable")]), day(0), "all").outgoing, []);
    const passed = live([], observe([finding("pass")]), day(0), "all");
    assert.equal(live(passed.after, observe([finding("not-applicable")]), day(1), "all").change, "vanished");
  });
});

describe("archiving", () => {
  test("prowler#1626: a partial scan archives nothing", () => {
    const run = live(history("fail"), blind(), day(1));
    assert.deepEqual([run.outgoing, run.vanished], [[], []]);
    assert.deepEqual(run.after, history("fail"));
  });

  test("prowler#1867: a scan that ended in errors archives nothing, and says unknown of what it can name", () => {
    const dark = finding("unknown", { subject: cluster });
    const run = live(history("fail"), blind([dark]), day(1));
    assert.deepEqual(
      run.outgoing.map(({ finding: { id, change } }) => [id, change]),
      [[dark.id, "unknown-now"]],
    );
    const failed = run.after.find(({ id }) => id === finding("fail").id);
    assert.equal(failed?.confirmed?.status, "fail");
  });

  test("prowler#2190: a complete look that finds nothing at all archives what was there", () => {
    const run = live(history("fail"), observe([]), day(1));
    assert.deepEqual(
      run.vanished.map(({ id, status, change }) => [id, status, change]),
      [[finding("fail").id, "not-applicable", "vanished"]],
    );
    assert.equal(run.outgoing[0]?.finding.change, "vanished");
  });

  test("prowler#2843: what was deleted is archived although it had passed", () => {
    assert.equal(live(history("fail", "pass"), observe([]), day(2)).vanished.length, 1);
  });

  test("what was archived is not archived again", () => {
    const gone = live(history("fail"), observe([]), day(1));
    const again = live(gone.after, observe([]), day(2));
    assert.deepEqual([again.outgoing, again.vanished], [[], []]);
    assert.deepEqual(again.after, gone.after);
  });

  test("what comes back is the same finding, with its first day", () => {
    const gone = live(history("fail"), observe([]), day(1));
    const back = live(gone.after, observe([finding("fail")]), day(2));
    assert.equal(back.change, "regressed");
    assert.equal(back.outgoing[0]?.createdAt, day(0).toISOString());
  });

  test("each finding is asked for on its own: one scope may be read while another is not", () => {
    const both = live([], observe([finding("fail"), finding("fail", { controlId: "NETPOL.24" })]), day(0));
    const half = observe([], {
      whyGone: ({ controlId }) => (controlId === "NETPOL.24" ? "It is gone." : null),
    });
    assert.deepEqual(
      live(both.after, half, day(1)).vanished.map(({ controlId }) => controlId),
      ["NETPOL.24"],
    );
  });

  test("the sentence of an archived finding says why it went", () => {
    const why = observe([], { whyGone: () => "The control was retired." });
    assert.equal(live(history("fail"), why, day(1)).vanished[0]?.because, "The control was retired.");
  });

  test("the blind spot of yesterday is archived when everything was read today", () => {
    const dark = live([], blind([finding("unknown", { subject: cluster })]), day(0));
    const light = live(dark.after, observe([finding("fail")]), day(1));
    assert.deepEqual(
      light.outgoing.map(({ finding: { subject, change } }) => [subject.kind, change]),
      [
        ["namespace", "new"],
        ["cluster", "vanished"],
      ],
    );
  });
});

describe("a namespace without pods", () => {
  const empty = (status: Status = "not-applicable") =>
    observe([finding(status)], { isEmpty: ({ name }) => name === "web" });

  test("keeps its open findings for 7 days, counted from the first run that saw it empty", () => {
    let records = history("fail");
    for (const now of [1, 3, 7.9]) {
      const run = live(records, empty(), day(now));
      assert.deepEqual([run.change, run.outgoing], ["unchanged", []], `day ${now}`);
      records = run.after;
    }
    assert.equal(live(records, empty(), day(8)).change, "vanished");
  });

  test("is not resolved by a pass either, before the 7 days are over", () => {
    const run = live(history("fail"), empty("pass"), day(1));
    assert.equal(run.change, "unchanged");
    assert.equal(live(run.after, empty("pass"), day(8)).change, "resolved");
  });

  test("starts again when one run saw pods", () => {
    const first = live(history("fail"), empty(), day(1));
    const busy = live(first.after, observe([finding("fail")]), day(5));
    const again = live(busy.after, empty(), day(6));
    assert.equal(live(again.after, empty(), day(12)).change, "unchanged");
    assert.equal(live(again.after, empty(), day(13)).change, "vanished");
  });

  test("starts again when one run could not look", () => {
    const first = live(history("fail"), empty(), day(1));
    const dark = live(first.after, blind(), day(5));
    const again = live(dark.after, empty(), day(8.5));
    assert.equal(again.change, "unchanged");
  });

  test("keeps also what has no verdict for an empty namespace", () => {
    const silent = observe([], { isEmpty: () => true });
    const held = live(history("fail"), silent, day(1));
    assert.deepEqual(held.vanished, []);
    assert.equal(live(held.after, silent, day(8)).vanished.length, 1);
  });

  test("that fails all the same is reported at once", () => {
    assert.equal(live([], empty("fail"), day(0)).change, "new");
  });

  test("holds nothing that is archived, whatever it was when it was: a rebuilt state may say so", () => {
    const [record] = history("fail");
    assert.ok(record?.confirmed);
    const archived = { ...record, confirmed: { ...record.confirmed, recordState: "ARCHIVED" as const } };
    const silent = observe([], { isEmpty: () => true });
    assert.deepEqual(live([archived], silent, day(1)).after, [archived]);
  });
});

describe("what nobody could see for 60 days is said once more, as unknown", () => {
  for (const [status, sentence] of [
    ["fail", /is not known\. When it last could be seen, it failed\.$/],
    ["unknown", /is not known\.$/],
  ] as const)
    test(`that was ${status}`, () => {
      const [sent, ...others] = live(history(status), blind(), day(60)).outgoing;
      assert.deepEqual(others, []);
      assert.deepEqual([sent?.finding.status, sent?.finding.change], ["unknown", "heartbeat"]);
      assert.match(sent?.finding.because ?? "", sentence);
      assert.match(sent?.finding.remediation.text ?? "", /NETPOL\.9 says/);
    });
});

describe("exemptions", () => {
  test("the state remembers since when, and renewing gains nothing", () => {
    const exempt = history("fail", "exempt");
    const renewed = live(
      live(exempt, observe([finding("fail")]), day(5)).after,
      observe([finding("exempt")]),
      day(6),
    );
    assert.equal(renewed.after[0]?.exemptionFirstSeenAt, day(1).toISOString());
  });

  test("a repaired finding that fails again may be exempted anew", () => {
    const anew = live(history("exempt", "pass"), observe([finding("exempt")]), day(9));
    assert.equal(anew.after[0]?.exemptionFirstSeenAt, day(9).toISOString());
  });

  test("not seeing it for a day does not make it younger", () => {
    const dark = live(history("exempt"), observe([finding("unknown")]), day(1));
    assert.equal(dark.after[0]?.exemptionFirstSeenAt, day(0).toISOString());
  });
});

describe("what did not arrive", () => {
  const failed = reconcile([], observe([finding("fail")]), { now: day(0), include: "changes" });
  const undelivered = confirm(failed.records, failed.outgoing, new Set([finding("fail").id]));

  test("is sent again by every run, with the time that it had, and is news only once", () => {
    const again = live(undelivered, observe([finding("fail")]), day(1));
    assert.deepEqual([again.change, again.outgoing.length], ["unchanged", 1]);
    assert.equal(again.outgoing[0]?.updatedAt, day(0).toISOString());
    assert.deepEqual(live(again.after, observe([finding("fail")]), day(2)).outgoing, []);
  });

  test("asks for no write while nothing changes", () => {
    const again = reconcile(undelivered, observe([finding("fail")]), { now: day(1), include: "changes" });
    assert.deepEqual(again.records, undelivered);
    assert.deepEqual(confirm(again.records, again.outgoing, new Set([finding("fail").id])), undelivered);
  });

  test("is sent as a pass once it is repaired, because nobody knows what the hub shows", () => {
    const repaired = live(undelivered, observe([finding("pass")]), day(1));
    assert.equal(repaired.outgoing[0]?.finding.status, "pass");
    assert.ok((repaired.outgoing[0]?.updatedAt ?? "") > day(0).toISOString());
  });

  test("waits while nobody can look", () => {
    assert.deepEqual(live(undelivered, blind(), day(1)).after, undelivered);
  });

  test("an archiving that did not arrive is sent again, and is news only once", () => {
    const gone = reconcile(history("fail"), observe([]), { now: day(1), include: "changes" });
    const lost = confirm(gone.records, gone.outgoing, new Set([finding("fail").id]));
    const again = live(lost, observe([]), day(2));
    assert.deepEqual([again.outgoing.length, again.vanished], [1, []]);
    assert.equal(again.outgoing[0]?.finding.change, "vanished");
  });
});

describe("what was intended and not confirmed", () => {
  const intended = reconcile([], observe([finding("fail")]), { now: day(0), include: "changes" }).records;

  test("is sent again with the same time, so that the hub takes it once", () => {
    const replay = live(intended, observe([finding("fail")]), day(1));
    assert.deepEqual([replay.change, replay.outgoing[0]?.updatedAt], ["new", day(0).toISOString()]);
    assert.deepEqual(replay.records, intended);
  });

  test("is replaced with a later time where the verdict is another one by now", () => {
    const replay = live(intended, observe([finding("pass")]), day(0));
    assert.equal(replay.outgoing[0]?.updatedAt, new Date(day(0).getTime() + 1).toISOString());
  });

  test("is archived where it is gone by now", () => {
    assert.equal(live(intended, observe([]), day(1)).outgoing[0]?.finding.change, "vanished");
  });
});

test("is remembered in the order of ids, so that the state's text does not change with that of a list", () => {
  const findings = ["b", "c", "a"].map((name) => finding("fail", { subject: namespace(name) }));
  const inOrder = findings.map(({ id }) => id).toSorted();
  const { records } = live([], observe(findings), day(0));
  assert.deepEqual(
    records.map(({ id }) => id),
    inOrder,
  );
});

test("hostile names are names", () => {
  const findings = ["__proto__", "constructor", "\u202e", "x".repeat(100_000)].map((name) =>
    finding("fail", { subject: namespace(name) }),
  );
  const run = live([], observe(findings), day(0));
  assert.equal(run.after.length, findings.length);
  assert.deepEqual(live(run.after, observe(findings), day(1)).outgoing, []);
});
