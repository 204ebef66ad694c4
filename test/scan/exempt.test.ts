import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { netpol29 } from "../../lib/controls/netpol-29.ts";
import type { Finding, Status } from "../../lib/model/finding.ts";
import type { Labels, Namespace } from "../../lib/model/kubernetes.ts";
import { exempt, type ConfiguredExemption, type ExemptContext } from "../../lib/scan/exempt.ts";
import { judgeConfiguredExemptions } from "../../lib/scan/judge-exemptions.ts";
import { cluster, finding, namespace } from "./life.ts";

const now = new Date("2026-11-21T23:30:00.000Z");
const knownControls = new Set(["NETPOL.2", "NETPOL.20", "NETPOL.22", "NETPOL.21", "NETPOL.29"]);

function rule(change: Partial<ConfiguredExemption> = {}): ConfiguredExemption {
  return {
    controls: ["NETPOL.20"],
    accounts: ["*"],
    clusters: ["*"],
    namespaces: ["*"],
    reason: "Moves out in spring.",
    owner: "team-web",
    until: "2027-01-31",
    ...change,
  };
}

function context(change: Partial<ExemptContext["rules"]> & Partial<ExemptContext> = {}): ExemptContext {
  const { configured = [], allowed = [], maxDays = 90, namespaces = [], exemptSince = () => null } = change;
  return {
    rules: { configured, allowed, maxDays, knownControls },
    namespaces,
    exemptSince: change.exemptSince === null ? null : exemptSince,
    now: change.now ?? now,
  };
}

describe("exemptions of the configuration", () => {
  const CASES: readonly (readonly [name: string, rule: Partial<ConfiguredExemption>, expected: Status])[] = [
    ["everything of a control", {}, "exempt"],
    ["on its last day, late in the evening (UTC)", { until: "2026-11-21" }, "exempt"],
    ["the day after", { until: "2026-11-20" }, "fail"],
    ["another control", { controls: ["NETPOL.22"] }, "fail"],
    ["its account", { accounts: ["111111111111"] }, "exempt"],
    ["another account", { accounts: ["222222222222"] }, "fail"],
    ["a glob over its cluster", { clusters: ["sh*"] }, "exempt"],
    ["another cluster", { clusters: ["web"] }, "fail"],
    ["a glob over its namespace", { namespaces: ["other", "w?b"] }, "exempt"],
    ["another namespace", { namespaces: ["shop"] }, "fail"],
  ];
  for (const [name, change, expected] of CASES)
    test(name, () => {
      const [one] = exempt([finding("fail")], context({ configured: [rule(change)] }));
      assert.equal(one?.status, expected);
    });

  test("what is exempt keeps its sentence, and says until when, whose and why", () => {
    const [one] = exempt([finding("fail")], context({ configured: [rule()] }));
    assert.equal(one?.because, "It is fail. Exempt until 2027-01-31, owner team-web: Moves out in spring.");
    assert.deepEqual(one.exemption, {
      until: "2027-01-31",
      owner: "team-web",
      reason: "Moves out in spring.",
      source: "exemptions[0]",
    });
  });

  test("what could not be decided is exempt too; what passes stays passed", () => {
    const statuses: readonly Status[] = ["unknown", "pass", "not-applicable"];
    const exempted = exempt(
      statuses.map((status) => finding(status)),
      context({ configured: [rule()] }),
    );
    assert.deepEqual(
      exempted.map(({ status }) => status),
      ["exempt", "pass", "not-applicable"],
    );
  });

  test("an entry for some namespaces or clusters does not cover what is about more", () => {
    const wide = finding("unknown", { subject: cluster });
    const narrow = context({ configured: [rule({ namespaces: ["web"] })] });
    assert.equal(exempt([wide], narrow)[0]?.status, "unknown");
    const account = finding("fail", { cluster: null, subject: { kind: "account", name: "111111111111" } });
    assert.equal(
      exempt([account], context({ configured: [rule({ clusters: ["sh*"] })] }))[0]?.status,
      "fail",
    );
    assert.equal(exempt([account], context({ configured: [rule()] }))[0]?.status, "exempt");
  });

  test("of two that cover it, the one that holds longer is named", () => {
    const configured = [rule({ until: "2026-12-01" }), rule({ until: "2026-12-24", owner: "b" })];
    assert.equal(exempt([finding("fail")], context({ configured }))[0]?.exemption?.source, "exemptions[1]");
  });
});

function annotated(until: string, controls = "NETPOL.20", name = "web"): Namespace {
  const annotations: Labels = {
    "ringfence.dev/exempt": controls,
    "ringfence.dev/reason": "Moves out",
    "ringfence.dev/owner": "team-web",
    "ringfence.dev/until": until,
  };
  return { name, labels: {}, annotations, terminating: false, createdAt: null };
}

const self = finding("pass", { controlId: "NETPOL.29" });

function judgeSelf(change: Parameters<typeof context>[0], findings: readonly Finding[] = [finding("fail")]) {
  const [verdict, ...others] = exempt([self, ...findings], context(change));
  assert.ok(verdict !== undefined);
  return { verdict, statuses: others.map(({ status }) => status), others };
}

describe("exemptions that a namespace declares itself", () => {
  test("count for nothing by default", () => {
    const { verdict, statuses } = judgeSelf({ namespaces: [annotated("2026-12-01")] });
    assert.deepEqual(statuses, ["fail"]);
    assert.match(verdict.because, /NETPOL\.20, which namespaceExemptions\.allowed does not list/);
  });

  test("count where the configuration lists the control", () => {
    const { verdict, others } = judgeSelf({ namespaces: [annotated("2026-12-01")], allowed: ["NETPOL.20"] });
    assert.equal(others[0]?.status, "exempt");
    assert.equal(others[0].exemption?.source, "annotations of namespace web");
    assert.equal(verdict.status, "pass");
  });

  test("never count for NETPOL.1 to .9, .21 and .29, whatever the configuration says", () => {
    const ids = ["NETPOL.2", "NETPOL.21"];
    const findings = ids.map((controlId) => finding("fail", { controlId }));
    const namespaces = [annotated("2026-12-01", [...ids, "NETPOL.29"].join())];
    const { verdict, statuses } = judgeSelf({ namespaces, allowed: [...ids, "NETPOL.29"] }, findings);
    assert.deepEqual(statuses, ["fail", "fail"]);
    assert.equal(verdict.status, "fail");
  });

  test("end on their last day", () => {
    const { verdict, statuses } = judgeSelf({
      namespaces: [annotated("2026-11-20")],
      allowed: ["NETPOL.20"],
    });
    assert.deepEqual(statuses, ["fail"]);
    assert.match(verdict.because, /expired on 2026-11-20/);
  });

  test("renewing one daily gains nothing: the days count from the first time that the state saw it", () => {
    const allowed = ["NETPOL.20"];
    const namespaces = [annotated("2026-12-05")];
    const seenSince = (since: string) =>
      judgeSelf({ namespaces, allowed, maxDays: 30, exemptSince: () => since });
    const young = seenSince("2026-11-10T06:00:00.000Z");
    assert.deepEqual(young.statuses, ["exempt"]);
    assert.equal(young.verdict.status, "pass");
    const renewed = seenSince("2026-10-25T06:00:00.000Z");
    assert.equal(renewed.others[0]?.exemption?.until, "2026-11-24", "30 days from then, not what it says");
    assert.match(renewed.verdict.because, /longer than the 30 days/);
    const worn = seenSince("2026-10-21T06:00:00.000Z");
    assert.deepEqual(worn.statuses, ["fail"]);
  });

  test("how long another control or another namespace has been exempt shortens nothing", () => {
    const findings = [
      finding("fail", { id: "own" }),
      finding("fail", { id: "another control", controlId: "NETPOL.22" }),
      finding("fail", { id: "another namespace", subject: namespace("api") }),
    ];
    const { verdict, statuses } = judgeSelf(
      {
        namespaces: [annotated("2026-12-05")],
        allowed: ["NETPOL.20", "NETPOL.22"],
        maxDays: 30,
        exemptSince: (id) => (id === "own" ? "2026-11-20T06:00:00.000Z" : "2026-01-01T06:00:00.000Z"),
      },
      findings,
    );
    assert.equal(verdict.status, "pass");
    assert.deepEqual(statuses, ["exempt", "fail", "fail"]);
  });

  test("without a state nobody knows since when, and the finding says so", () => {
    const namespaces = [annotated("2026-12-05")];
    const { others } = judgeSelf({ namespaces, allowed: ["NETPOL.20"], exemptSince: null });
    assert.match(others[0]?.because ?? "", /Exempt until 2026-12-05.*maxDays was not checked\.$/);
  });

  test("one that asks for more than maxDays is told, even on its first day", () => {
    const { verdict } = judgeSelf({ namespaces: [annotated("2027-11-21")], allowed: ["NETPOL.20"] });
    assert.match(verdict.because, /is to hold until 2027-11-21, longer than the 90 days/);
  });

  test("one that matches nothing is told, unless nobody could look", () => {
    const change = { namespaces: [annotated("2026-12-01")], allowed: ["NETPOL.20"] };
    assert.match(judgeSelf(change, [finding("pass")]).verdict.because, /matches nothing/);
    assert.equal(judgeSelf(change, [finding("unknown", { subject: cluster })]).verdict.status, "pass");
    assert.equal(judgeSelf(change, []).verdict.status, "pass", "the control was not asked");
  });

  test("an unknown control is told", () => {
    const { verdict } = judgeSelf({ namespaces: [annotated("2026-12-01", "NETPOL.98")] });
    assert.match(verdict.because, /NETPOL\.98, which is no control/);
  });

  test("is only that namespace's", () => {
    const namespaces = [annotated("2026-12-01", "NETPOL.20", "other")];
    const findings = [finding("fail"), finding("fail", { subject: namespace("other") })];
    const exempted = exempt(findings, context({ namespaces, allowed: ["NETPOL.20"] }));
    assert.deepEqual(
      exempted.map(({ status }) => status),
      ["fail", "exempt"],
    );
  });

  test("however many namespaces exempt themselves, no finding is looked at for each of them", () => {
    const names = Array.from({ length: 200 }, (_, index) => `web-${index}`);
    const controls = ["NETPOL.20", "NETPOL.22"];
    let looks = 0;
    const counted = (controlId: string, name: string): Finding => ({
      ...finding("fail", { subject: namespace(name) }),
      get controlId() {
        looks += 1;
        return controlId;
      },
    });
    const findings = names.flatMap((name) => [...controls, "NETPOL.29"].map((id) => counted(id, name)));
    const namespaces = names.map((name) => annotated("2026-12-01", controls.join(), name));
    const exempted = exempt(findings, context({ namespaces, allowed: controls }));
    assert.equal(exempted.filter(({ status }) => status === "exempt").length, 400);
    assert.equal(exempted.filter(({ status }) => status === "pass").length, 200);
    assert.ok(looks <= 10 * findings.length, `${looks} looks at ${findings.length} findings`);
  });

  test("namespaces named like object members are names", () => {
    const namespaces = [annotated("2026-12-01", "NETPOL.20", "__proto__")];
    const findings = [finding("fail", { subject: namespace("constructor") })];
    assert.equal(exempt(findings, context({ namespaces, allowed: ["NETPOL.20"] }))[0]?.status, "fail");
  });
});

describe("NETPOL.29 of the run", () => {
  const RUNS: readonly (readonly [
    name: string,
    rules: readonly Partial<ConfiguredExemption>[],
    findings: readonly Finding[],
    complete: boolean,
    status: Status,
    because: RegExp,
  ])[] = [
    ["needed", [{}], [finding("exempt")], true, "pass", /Each of the 1 exemptions/],
    ["expired", [{ until: "2026-11-20" }], [finding("fail")], true, "fail", /exemptions\[0\] expired on/],
    ["unknown control", [{ controls: ["NETPOL.97"] }], [], true, "fail", /names NETPOL\.97, which is no/],
    [
      "never matching",
      [{}, { clusters: ["x"] }],
      [finding("exempt")],
      true,
      "fail",
      /exemptions\[1\] matches/,
    ],
    ["needed no more", [{}], [finding("pass")], true, "fail", /exemptions\[0\] matches nothing/],
    ["not all was looked at", [{}], [], false, "unknown", /cannot be decided/],
  ];
  for (const [name, rules, findings, complete, status, because] of RUNS)
    test(name, () => {
      const configured = rules.map((change) => rule(change));
      const verdict = judgeConfiguredExemptions(context({ configured }).rules, { findings, complete, now });
      assert.equal(verdict?.status, status);
      assert.match(verdict.because, because);
      assert.equal(verdict.controlId, netpol29.id);
      assert.deepEqual(verdict.subject, { kind: "run", name: "exemptions" });
    });

  test("there is none where nothing is exempted", () => {
    assert.equal(judgeConfiguredExemptions(context().rules, { findings: [], complete: true, now }), null);
  });
});
