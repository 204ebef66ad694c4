// The end of a distributed run: all that its stages left, in order and once, with no more of it in memory than a bound;
// and what is not there, or not what was checked, is never taken for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../lib/model/finding.ts";
import type { Report } from "../../lib/model/report.ts";
import { makePage } from "../../lib/publishing/report-page.ts";
import { openWitnesses } from "../../lib/scan/judge-exemptions.ts";
import { readAhead } from "../../lib/scan/read-ahead.ts";
import { toReportText } from "../../lib/scan/report-text.ts";
import { runKeys } from "../../lib/scan/run-store.ts";
import { missingPolicy, sampleReport } from "../report/sample-report.ts";
import { join, leaveRun, readAll, RUN_ID } from "./left-run.ts";

const ACCOUNT = "111122223333";
const REGION = "eu-central-1";
const keys = runKeys(RUN_ID);

/** `names`: clusters of one account and Region, with as many findings as they have namespaces. */
function reportOf(names: readonly string[], findings = 2): Report {
  const [any] = sampleReport.clusters;
  assert.ok(any !== undefined);
  return {
    ...sampleReport,
    coverage: names.map((cluster) => ({
      account: ACCOUNT,
      region: REGION,
      cluster,
      outcome: "scanned",
    })),
    clusters: names.map((name) => ({ ...any, account: ACCOUNT, region: REGION, name })),
    findings: names.flatMap((cluster) =>
      Array.from({ length: findings }, (_, index) => ({ ...about(`n${index}`), cluster })),
    ),
  };
}

function about(name: string): Finding {
  const made = missingPolicy(name, "high");
  return { ...made, account: ACCOUNT, region: REGION };
}

test("clusters stand in the report's order, not in that of their keys, and what is wider before them", async () => {
  const report = reportOf(["shop", "shop-a", "shop.b", "Shop"]);
  const missed = { account: ACCOUNT, region: REGION, cluster: null, outcome: "missed" } as const;
  const store = leaveRun({ ...report, coverage: [...report.coverage, { ...missed, why: "throttled" }] });
  const run = await join(store);
  const text = await readAll(toReportText(run, store));
  const read: Report = JSON.parse(text);
  const names = ["Shop", "shop", "shop-a", "shop.b"];
  assert.deepEqual(
    read.clusters.map(({ name }) => name),
    names,
  );
  assert.deepEqual(
    read.findings.map(({ cluster }) => cluster),
    [null, ...names.flatMap((name) => [name, name])],
  );
  assert.deepEqual(
    read.coverage.map(({ cluster }) => cluster),
    [null, ...names],
  );
  assert.equal(text, JSON.stringify(read));
});

test("a run that left nothing is a report, too", async () => {
  const store = leaveRun({ ...reportOf([]), coverage: [] });
  const read: Report = JSON.parse(await readAll(toReportText(await join(store), store)));
  assert.deepEqual([read.clusters, read.findings, read.complete], [[], [], true]);
});

test("a result that nobody can read, or that stands in another's place, is as if it were not there", async () => {
  const store = leaveRun(reportOf(["a", "b", "c"]));
  const place = (cluster: string) => keys.scanned(ACCOUNT, REGION, cluster);
  store.objects.set(place("b"), "{");
  store.objects.set(place("c"), store.objects.get(place("a")) ?? "");
  const chunk = { runId: RUN_ID, account: ACCOUNT, region: REGION, tombstones: [] };
  const discovered = {
    account: ACCOUNT,
    coverage: [],
    chunks: [{ ...chunk, clusters: ["a", "b", "c", "d"] }],
  };
  store.objects.set(keys.accounts, `${JSON.stringify({ account: ACCOUNT })}\n`);
  store.objects.set(keys.discovered(ACCOUNT), JSON.stringify(discovered));
  const run = await join(store);
  assert.deepEqual(
    run.missed.map(({ cluster, why }) => [cluster, why]),
    [
      ["b", "incomplete"],
      ["c", "incomplete"],
      ["d", "incomplete"],
    ],
  );
  assert.equal(run.counts.clusters, 1);
  const read: Report = JSON.parse(await readAll(toReportText(run, store)));
  assert.deepEqual(new Set(read.findings.map(({ cluster }) => cluster)), new Set(["a"]));
});

test("a result that changed after it was checked ends the stage", async () => {
  const store = leaveRun(reportOf(["a", "b"]));
  const run = await join(store);
  const key = keys.scanned(ACCOUNT, REGION, "b");
  store.objects.set(key, (store.objects.get(key) ?? "").replace("No policy.", "All is well."));
  await assert.rejects(readAll(toReportText(run, store)), /changed while the report of its run was made/);
});

test("of 500 results no more than the bound is read ahead, and no more bytes than the bound", async () => {
  const items = Array.from({ length: 500 }, (_, index) => ({ bytes: index % 10 === 0 ? 90 : 7, index }));
  let [reading, held, most, mostBytes] = [0, 0, 0, 0];
  const read = async (item: (typeof items)[number]) => {
    reading += 1;
    held += item.bytes;
    most = Math.max(most, reading);
    if (reading > 1) mostBytes = Math.max(mostBytes, held);
    // The later ones are ready first.
    await new Promise((resolve) => setTimeout(resolve, (500 - item.index) % 3));
    return item;
  };
  const seen: number[] = [];
  for await (const { index, bytes } of readAhead(items, read, { objects: 8, bytes: 60 })) {
    seen.push(index);
    reading -= 1;
    held -= bytes;
  }
  assert.deepEqual(
    seen,
    items.map(({ index }) => index),
  );
  assert.ok(most <= 8 && most > 1, String(most));
  assert.ok(mostBytes <= 60, String(mostBytes));
});

test("a reading that fails is told in its turn, and the ones behind it trouble nobody", async () => {
  const items = ["a", "b", "c"].map((name) => ({ name, bytes: 1 }));
  const seen: string[] = [];
  const reading = async (): Promise<void> => {
    const read = ({ name }: (typeof items)[number]) =>
      name === "a" ? Promise.resolve(name) : Promise.reject(new Error(name));
    for await (const name of readAhead(items, read, { objects: 3, bytes: 9 })) seen.push(name);
  };
  await assert.rejects(reading(), { message: "b" });
  assert.deepEqual(seen, ["a"]);
});

test("what is kept of a result does not grow with its findings", async () => {
  const sizeOf = async (findings: number): Promise<number> => {
    const { head: _, ...run } = await join(leaveRun(reportOf(["a", "b", "c"], findings)));
    return JSON.stringify({ ...run, results: run.results.map((result) => ({ ...result, bytes: 0 })) }).length;
  };
  const [few, many] = [await sizeOf(1), await sizeOf(1000)];
  assert.ok(many - few < 100, `${few} and ${many} characters`);
  assert.ok(many / 3 < 1000, `${many} characters for three`);
});

test("each result is read once to check it, and at most three times after", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
  const store = leaveRun(reportOf(names));
  const run = await join(store);
  assert.equal(store.reads.filter((key) => key.startsWith(keys.scannedPrefix)).length, 40);
  await readAll(toReportText(run, store));
  await makePage(run, store);
  assert.equal(store.reads.filter((key) => key.startsWith(keys.scannedPrefix)).length, 160);
});

test("a page has the clusters that stand worst, and the numbers of all", async () => {
  const report = reportOf(["a", "b", "c", "d"]);
  const clusters = report.clusters.map((cluster) => ({
    ...cluster,
    enforcement: { ...cluster.enforcement, verdict: cluster.name === "c" ? "not-enforced" : "enforced" },
  })) satisfies Report["clusters"];
  const store = leaveRun({ ...report, clusters });
  const run = await join(store);
  const whole = await makePage(run, store);
  assert.doesNotMatch(whole, /id="worst-only"/);
  const page = (await makePage(run, store, 1)).replaceAll(/\s+/g, " ");
  assert.match(page, /NetworkPolicies are enforced in 3 of 4 clusters/);
  assert.match(page, /of all 4 clusters\. Below stand the 1 that stand worst; the other 3 are in the JSON/);
  assert.match(page, /Checks failed: 8 high\./);
  assert.match(page, /<a href="#cluster-0">c<\/a>/);
  assert.doesNotMatch(page, /<a href="#cluster-1">/);
});

test("of each exemption one finding is kept that proves that it is needed", async () => {
  const rule = { accounts: ["*"], clusters: ["*"], reason: "r", owner: "o", until: "2027-01-31" };
  const needed = { ...rule, controls: ["NETPOL.20"], namespaces: ["n1"] };
  const unneeded = { ...rule, controls: ["NETPOL.20"], namespaces: ["other"] };
  const witnesses = openWitnesses([needed, unneeded]);
  await join(leaveRun(reportOf(["a", "b"], 50)), { witnesses });
  assert.deepEqual(
    [...witnesses.found].map(([of, { cluster, subject }]) => [of === needed, cluster, subject.name]),
    [[true, "a", "n1"]],
  );
});
