import assert from "node:assert/strict";
import { test } from "node:test";
import { CHANGES, STATUSES, type Finding } from "../../../lib/model/finding.ts";
import type { Report } from "../../../lib/model/report.ts";
import { toOcsf as toOcsfPieces } from "../../../lib/report/ocsf.ts";
import { sampleReport } from "../sample-report.ts";
import { ocsfErrors } from "./foreign-schema.ts";
import { HOSTILE_TEXTS, withText } from "./hostile-report.ts";
import { sampleControls } from "./sample-controls.ts";

interface Event {
  readonly activity_id: number;
  readonly type_uid: number;
  readonly severity_id: number;
  readonly status_id: number;
  readonly cloud?: unknown;
  readonly metadata: { readonly profiles: readonly string[] };
  readonly compliance: { readonly status_id: number; readonly requirements: readonly string[] };
  readonly finding_info: { readonly uid: string; readonly first_seen_time?: number };
  readonly resources: readonly { readonly type: string; readonly name: string }[];
}

function toOcsf(report: Report, controls: typeof sampleControls): string {
  return [...toOcsfPieces(report, controls)].join("");
}

function eventsOf(report: Report): readonly Event[] {
  return JSON.parse(toOcsf(report, sampleControls)) as Event[];
}

function eventOf(change: Partial<Finding>): Event {
  const [first] = sampleReport.findings;
  assert.ok(first !== undefined);
  const [event] = eventsOf({ ...sampleReport, findings: [{ ...first, ...change }] });
  assert.ok(event !== undefined);
  return event;
}

test("every event is a valid Compliance Finding, one per line", () => {
  const text = toOcsf(sampleReport, sampleControls);
  for (const event of eventsOf(sampleReport)) assert.deepEqual(ocsfErrors(event), []);
  assert.equal(text.split("\n").length, sampleReport.findings.length + 3);
});

test("no findings give an empty array", () => {
  assert.deepEqual(eventsOf({ ...sampleReport, findings: [] }), []);
});

test("the schema refuses what is not in the class", () => {
  assert.notDeepEqual(ocsfErrors({ ...eventOf({}), surprise: 1 }), []);
  assert.notDeepEqual(ocsfErrors({ ...eventOf({}), severity_id: 7 }), []);
});

for (const status of STATUSES)
  for (const change of [undefined, ...CHANGES])
    test(`valid: ${status}, ${change ?? "no change known"}`, () => {
      const event = eventOf({ status, ...(change === undefined ? {} : { change }) });
      assert.deepEqual(ocsfErrors(event), []);
      assert.equal(event.type_uid, 200_300 + event.activity_id);
    });

for (const text of HOSTILE_TEXTS)
  test(`valid whatever the names are: ${JSON.stringify(text).slice(0, 40)}`, () => {
    const report = withText(text);
    for (const event of eventsOf(report)) assert.deepEqual(ocsfErrors(event), []);
    assert.doesNotMatch(toOcsf(report, sampleControls).replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

test("the activity follows the change", () => {
  const activities = CHANGES.map((change) => [change, eventOf({ change }).activity_id]);
  assert.deepEqual(Object.fromEntries(activities), {
    new: 1,
    regressed: 1,
    resolved: 3,
    unchanged: 2,
    heartbeat: 2,
    vanished: 3,
    exempt: 2,
    "unknown-now": 2,
  });
});

test("only what passed is Pass, and only what failed is Fail", () => {
  const statuses = STATUSES.map((status) => [status, eventOf({ status }).compliance.status_id]);
  assert.deepEqual(Object.fromEntries(statuses), {
    pass: 1,
    fail: 3,
    unknown: 0,
    "not-applicable": 99,
    exempt: 99,
  });
});

test("a pass is informational, a failure has the control's severity", () => {
  assert.equal(eventOf({ status: "pass" }).severity_id, 1);
  assert.equal(eventOf({ status: "fail" }).severity_id, 5);
});

test("without AWS around it, there is no cloud, and the event is still valid", () => {
  const event = eventOf({ account: null, region: null });
  assert.equal(event.cloud, undefined);
  assert.deepEqual(event.metadata.profiles, ["datetime"]);
  assert.deepEqual(ocsfErrors(event), []);
});

test("the cluster is the first resource, a namespace the second", () => {
  const event = eventOf({ subject: { kind: "namespace", name: "cart" } });
  assert.deepEqual(
    event.resources.map(({ type, name }) => [type, name]),
    [
      ["AWS::EKS::Cluster", "shop-prod"],
      ["Kubernetes Namespace", "cart"],
    ],
  );
});

test("requirements say which are the benchmark's own and which our mapping", () => {
  assert.deepEqual(eventOf({}).compliance.requirements, ["CIS EKS 4.3.1", "PCI DSS 4.0 1.2.5 (our mapping)"]);
});

test("since when is kept where it is known", () => {
  const event = eventOf({ firstSeenAt: "2026-11-01T00:00:00Z" });
  assert.equal(event.finding_info.first_seen_time, Date.parse("2026-11-01T00:00:00Z"));
  assert.deepEqual(ocsfErrors(event), []);
});
