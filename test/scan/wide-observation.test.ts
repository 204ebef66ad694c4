// What a run says of a remembered finding that is about no single cluster.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toFindingId } from "../../lib/model/finding-id.ts";
import type { Coverage } from "../../lib/model/target.ts";
import { toWideObservation, type WideView } from "../../lib/scan/wide-observation.ts";
import type { FindingRecord } from "../../lib/scan/state.ts";
import { day, history } from "./life.ts";

const [remembered] = history("fail");
assert.ok(remembered?.confirmed);

function record(
  account: string | null,
  region: string | null = null,
  change: { readonly controlId?: string; readonly cluster?: string } = {},
): FindingRecord {
  const { controlId = "NETPOL.9", cluster = null } = change;
  const subject = { kind: "account", name: account ?? "all" } as const;
  const id = toFindingId({ account, region, cluster, controlId, createdAt: null, subject });
  return { ...remembered, id, controlId, subject, title: "Ringfence should see" } as FindingRecord;
}

const ME = "222222222222";
const entry = (account: string | null, change: Partial<Coverage> = {}): Coverage => ({
  account,
  region: null,
  cluster: null,
  outcome: "missed",
  why: "access-denied",
  detail: "AccessDenied (HTTP 403)",
  ...change,
});
const scanned = entry(ME, { region: "eu-central-1", cluster: "shop", outcome: "scanned" });

function say(known: FindingRecord, change: Partial<WideView>): string | null {
  const observation = toWideObservation({
    startedAt: day(0).toISOString(),
    findings: [],
    coverage: [],
    complete: true,
    isWhole: true,
    accounts: new Set([ME]),
    ...change,
  });
  const gone = observation.whyGone(known);
  const pass = observation.judgeAgain?.(known) ?? null;
  assert.ok(gone === null || pass === null, "not both");
  return gone ?? (pass === null ? null : `pass: ${pass.because}`);
}

const LOOKED = `pass: Ringfence can look into account ${ME}.`;
const LOOKED_IN_REGION = `pass: Ringfence can look into Region eu-west-1 of account ${ME}, or does not scan it any more.`;

describe("an account", () => {
  const CASES: readonly (readonly [what: string, view: Partial<WideView>, says: string | null])[] = [
    ["that was looked into", { coverage: [scanned] }, LOOKED],
    ["that was looked into, and has no cluster", {}, LOOKED],
    ["of which a Region was missed", { coverage: [entry(ME, { region: "eu-west-1" })] }, LOOKED],
    [
      "of which a Region was left out",
      { coverage: [entry(ME, { region: "eu-west-1", outcome: "skipped", detail: "it is disabled" })] },
      LOOKED,
    ],
    [
      "of which a cluster was left out",
      { coverage: [entry(ME, { cluster: "x", outcome: "skipped" })] },
      LOOKED,
    ],
    ["that was missed", { coverage: [entry(ME)] }, null],
    [
      "that was missed, after one of its Regions",
      { coverage: [entry(ME, { region: "r" }), entry(ME)] },
      null,
    ],
    ["while another one was missed", { coverage: [entry("333333333333")] }, LOOKED],
    ["while the accounts could not be listed", { coverage: [entry(null), scanned] }, null],
    [
      "while something about no account was left out",
      { coverage: [entry(null, { outcome: "skipped" })] },
      LOOKED,
    ],
    [
      "that is left out",
      { coverage: [entry(ME, { outcome: "skipped", detail: "it is SUSPENDED" })] },
      `Account ${ME} is not scanned any more: it is SUSPENDED.`,
    ],
    [
      "that is left out, and nobody says why",
      { coverage: [{ account: ME, region: null, cluster: null, outcome: "skipped" }] },
      `Account ${ME} is not scanned any more: it was left out.`,
    ],
    ["of a run that was narrowed", { isWhole: false, coverage: [scanned] }, null],
    [
      "that is not in the run",
      { accounts: new Set() },
      `Account ${ME} is not among the accounts of the run any more.`,
    ],
    ["of which nobody knows whether it is in the run", { accounts: null }, null],
    ["that has an entry, where nobody knows the accounts", { accounts: null, coverage: [scanned] }, LOOKED],
  ];
  for (const [what, view, says] of CASES) test(what, () => assert.equal(say(record(ME), view), says));

  test("and a Region of it in its own words", () => {
    assert.equal(say(record(ME, "eu-west-1"), { coverage: [scanned] }), LOOKED_IN_REGION);
  });
});

describe("the run", () => {
  const missed = { coverage: [entry(ME)], complete: false };

  test("could list the accounts, or not", () => {
    assert.equal(say(record(null), missed), "pass: The accounts of the run could be listed.");
    assert.equal(say(record(null), { coverage: [entry(null)], complete: false }), null);
  });

  test("no longer finds something else, if it was complete", () => {
    const other = record(null, null, { controlId: "NETPOL.41" });
    assert.equal(say(other, {}), "pass: A complete run no longer finds it.");
    assert.equal(say(other, missed), null);
  });
});

test("of what is about a cluster, or has no id of ours, it says nothing", () => {
  assert.equal(say(record(ME, "eu-west-1", { cluster: "shop" }), { accounts: new Set() }), null);
  assert.equal(say({ ...record(ME), id: "somebody-else" }, {}), null);
});

test("no namespace is empty there", () => {
  const view = { findings: [], coverage: [], complete: true, isWhole: true, accounts: null };
  const observation = toWideObservation({ ...view, startedAt: day(0).toISOString() });
  assert.equal(observation.isEmpty({ kind: "namespace", name: "web" }), false);
});

test("the pass is the remembered finding's own, with the severity that was told last", () => {
  const known = record(ME, "eu-west-1");
  const judged = (change: Partial<FindingRecord>) =>
    toWideObservation({
      startedAt: day(0).toISOString(),
      findings: [],
      coverage: [scanned],
      complete: true,
      isWhole: true,
      accounts: null,
    }).judgeAgain?.({ ...known, ...change });
  assert.deepEqual(judged({}), {
    id: known.id,
    controlId: "NETPOL.9",
    title: "Ringfence should see",
    status: "pass",
    severity: "medium",
    account: ME,
    region: "eu-west-1",
    cluster: null,
    subject: known.subject,
    because: LOOKED_IN_REGION.replace("pass: ", ""),
    evidence: [],
    remediation: { text: "Nothing is left to do.", commands: [], files: [] },
  });
  const told = remembered.confirmed;
  assert.ok(told !== null);
  const high = { ...told, severity: "high" } as const;
  assert.equal(judged({ confirmed: null, intended: high })?.severity, "high");
  assert.equal(judged({ intended: high })?.severity, "medium");
  assert.equal(judged({ confirmed: null })?.severity, "informational");
});
