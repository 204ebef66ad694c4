// NETPOL.9 says since when a blind spot has been one, in steps, and nothing is imported between the steps.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { netpol9 } from "../../lib/controls/netpol-9.ts";
import type { Finding } from "../../lib/model/finding.ts";
import { toAged } from "../../lib/scan/age.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { cluster, day, finding, observe, place } from "./life.ts";
import { context, openMemoryCloud, type MemoryCloud } from "./memory-cloud.ts";

const dark = finding("fail", { controlId: "NETPOL.9", subject: cluster, because: "It is dark." });

/** Two runs a day, at hours that a schedule would not hit twice. */
async function runUntil(cloud: MemoryCloud, from: number, to: number, seen: Finding): Promise<void> {
  for (let at = from; at < to; at += 0.497) await run(cloud, at, seen);
}

function run(cloud: MemoryCloud, days: number, seen: Finding) {
  const observation = { ...observe([seen]), observedFrom: day(days).toISOString() };
  return publishFindings(place, observation, cloud.sink, context(cloud, days));
}

function shownNow({ hub }: MemoryCloud) {
  const shown = hub.get(dark.id);
  return { text: shown?.Description, severity: shown?.FindingProviderFields.Severity.Label };
}

describe("the sentence", () => {
  for (const [days, words] of [
    [0.9, /^It is dark\.$/],
    [1, /^It is dark\. Not seen in full since 2026-11-01, for 1 day or more\.$/],
    [6.9, /for 1 day or more\.$/],
    [7, /for 7 days or more\.$/],
    [29.9, /for 7 days or more\.$/],
    [30, /for 30 days or more\. High, because nobody has opened it in all that time\.$/],
    [400, /since 2026-11-01, for 30 days or more\. High/],
  ] as const)
    test(`after ${days} days`, () =>
      assert.match(toAged(dark, day(0).toISOString(), day(days)).because, words));

  test("nothing is said on the first day, nor of another control", () => {
    assert.equal(toAged(dark, null, day(40)), dark);
    const other = finding("fail");
    assert.equal(toAged(other, day(0).toISOString(), day(40)), other);
  });

  test("an account says what becomes of its other findings", () => {
    const account: Finding = { ...dark, subject: { kind: "account", name: "222222222222" } };
    assert.match(toAged(account, day(0).toISOString(), day(31)).because, /90 days after its last update/);
    assert.doesNotMatch(toAged(account, day(0).toISOString(), day(29)).because, /90 days/);
  });
});

describe("the severity", () => {
  test("is the control's for 30 days, then high", () => {
    const at = (days: number) => toAged(dark, day(0).toISOString(), day(days)).severity;
    assert.deepEqual([at(0), at(29), at(30)], [netpol9.severity, netpol9.severity, "high"]);
  });

  test("that was lowered on purpose stays", () =>
    assert.equal(toAged({ ...dark, severity: "low" }, day(0).toISOString(), day(31)).severity, "low"));
});

describe("in the state and in Security Hub", () => {
  test("40 days of two runs a day are four imports: the first, and one for each step", async () => {
    const cloud = openMemoryCloud();
    await runUntil(cloud, 0, 40, dark);
    assert.equal(cloud.events.length, 4);
    assert.match(shownNow(cloud).text ?? "", /since 2026-11-01, for 30 days or more/);
    assert.equal(shownNow(cloud).severity, "HIGH");
    assert.equal(cloud.hub.get(dark.id)?.CreatedAt, day(0).toISOString());
  });

  test("the report of a run has the age, too, as no news", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, dark);
    const [aged] = (await run(cloud, 8, dark)).findings;
    assert.deepEqual([aged?.change, aged?.because.includes("for 7 days or more")], ["unchanged", true]);
  });

  test("what was seen in between starts again", async () => {
    const cloud = openMemoryCloud();
    await runUntil(cloud, 0, 8, dark);
    await run(cloud, 8, { ...dark, status: "pass", because: "It was read." });
    await runUntil(cloud, 20, 21.5, dark);
    assert.match(shownNow(cloud).text ?? "", /since 2026-11-21, for 1 day or more/);
  });

  test("a lost state loses no age", async () => {
    const cloud = openMemoryCloud();
    await runUntil(cloud, 0, 3, dark);
    cloud.objects.clear();
    await run(cloud, 8, dark);
    assert.match(shownNow(cloud).text ?? "", /since 2026-11-01, for 7 days or more/);
  });

  test("an exemption does not stop the clock", async () => {
    const cloud = openMemoryCloud();
    await run(cloud, 0, dark);
    const exempt = (findings: readonly Finding[]): readonly Finding[] =>
      findings.map((one) => ({ ...one, status: "exempt", because: `${one.because} Exempt.` }));
    const observation = { ...observe([dark]), observedFrom: day(8).toISOString() };
    await publishFindings(place, observation, cloud.sink, context(cloud, 8, { exempt }));
    assert.match(shownNow(cloud).text ?? "", /for 7 days or more\. Exempt\.$/);
  });
});
