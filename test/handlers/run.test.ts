// Every file under events/ is fired at its handler, in the order of a run, against the emulated cloud. Each
// handler is a process of its own with its own role, as in AWS.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import type { DiscoverOutput, Run, ScanSummary } from "../../lib/events.ts";
import type { Report } from "../../lib/model/report.ts";
import type { Snapshot } from "../../lib/model/snapshot.ts";
import type { RunOutcome } from "../../lib/publishing/publish-report.ts";
import { fireEvent, lambdaEnvironment, spokeEnvironment, type Fired } from "./fire-event.ts";

const folder = join(import.meta.dirname, "../../events");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .toSorted();
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));

const world = worlds["demo"]?.();
assert.ok(world !== undefined);
const bucket = lambdaEnvironment(world, { topicArn: "" } as Cloud)["RINGFENCE_BUCKET"] ?? "";
const PRODUCTION = "333344445555";
let cloud: Cloud;
const fired = new Map<string, Fired>();

async function fire(name: string, handler = name): Promise<unknown> {
  assert.ok(world !== undefined);
  const result = await fireEvent(handler, read(`${name}.json`), world, cloud);
  fired.set(`${name}.json`, result);
  assert.ok(result.ok, `${name}: ${JSON.stringify(result.result)} ${result.stderr}`);
  return result.result;
}

function stored(key: string): unknown {
  const object = cloud.stores.objects.get(bucket)?.get(key);
  assert.ok(object !== undefined, `${key} is not in the bucket`);
  return JSON.parse(object.body.toString());
}

const RUN = "runs/2026-11-21T05-00-00-000Z-schedule";

before(async () => {
  assert.ok(world !== undefined);
  cloud = await startCloud(world, { templateParameters: { SpokeAccounts: PRODUCTION } });
});
after(() => cloud.close());

test("start names a run for every kind of event, and starts one execution each", async () => {
  const starts = files.filter((name) => name.startsWith("start-")).map((name) => name.replace(".json", ""));
  const runs: Partial<Run>[] = [];
  for (const name of starts) runs.push((await fire(name, "start")) as Partial<Run>);
  const triggerOf = Object.fromEntries(starts.map((name, index) => [name, runs[index]?.trigger]));
  const { "start-eks-api-call": apiCall, ...others } = triggerOf;
  assert.deepEqual(others, {
    "start-eks-addon-event": "eks-addon-event",
    "start-manual": "manual",
    "start-rescan-missed": "manual",
    "start-schedule": "schedule",
    "start-security-hub-action": "security-hub-action",
  });
  // The API call and the add-on event of one update are one run, unless five minutes passed in between.
  const [executions] = cloud.stores.executions.values();
  const accepted = runs.filter(({ runId }) => runId !== undefined).length;
  assert.equal(executions?.size, accepted);
  assert.ok(apiCall === undefined || apiCall === "eks-api-call");
  assert.equal(runs[starts.indexOf("start-schedule")]?.runId, "2026-11-21T05-00-00-000Z-schedule");
});

test("accounts, discover, plan, scan and report do the job of the demo", async () => {
  assert.deepEqual(await fire("accounts"), {
    runId: "2026-11-21T05-00-00-000Z-schedule",
    accounts: 4,
    key: `${RUN}/accounts.jsonl`,
  });
  const discovered = (await fire("discover")) as DiscoverOutput;
  assert.deepEqual(discovered.chunks.map(({ region, clusters }) => [region, ...clusters].join()).toSorted(), [
    "eu-central-1,legacy-erp,shop-prod",
    "eu-west-1,fulfilment-prod",
    "us-east-1,shop-prod-us",
  ]);
  await fire("plan");
  const summaries = (await fire("scan")) as ScanSummary[];
  assert.deepEqual(
    summaries.map(({ cluster, outcome, why, unpublished }) => ({ cluster, outcome, why, unpublished })),
    [
      { cluster: "legacy-erp", outcome: "missed", why: "unreachable", unpublished: 0 },
      { cluster: "shop-prod", outcome: "scanned", why: undefined, unpublished: 0 },
    ],
  );
  for (const summary of summaries)
    assert.ok(JSON.stringify(summary).length <= 1024, "at most 1 KB per cluster");
  const outcome = (await fire("report")) as RunOutcome;
  assert.equal(outcome.complete, false);
  const report = stored(`${RUN}/report.json`) as Report;
  assert.equal(report.complete, false);
  // Only one account was discovered here: the three others, and what was not scanned, are named and not forgotten.
  assert.deepEqual(
    report.coverage.map(({ account, cluster, outcome: result }) => `${account} ${cluster} ${result}`),
    [
      "111122223333 null missed",
      "222233334444 null missed",
      "333344445555 legacy-erp missed",
      "333344445555 shop-prod scanned",
      "333344445555 fulfilment-prod missed",
      "333344445555 shop-prod-us missed",
      "444455556666 null missed",
    ],
  );
});

test("the report is a page too, which a browser shows and the digest names", () => {
  const page = cloud.stores.objects.get(bucket)?.get(`${RUN}/report.html`);
  assert.equal(page?.contentType, "text/html; charset=utf-8");
  const html = page.body.toString();
  assert.match(html, /^<!doctype html>/);
  assert.match(html, /<meta\s+http-equiv="Content-Security-Policy"/);
  for (const name of ["shop-prod", "legacy-erp", "fulfilment-prod"]) assert.ok(html.includes(name), name);
  const [message] = [...cloud.stores.messages.values()].flat();
  assert.ok(message?.message.includes(`s3://${bucket}/${RUN}/report.html`));
});

test("the findings of the chunk stand in its account's own hub, what is wider in the scanner's", () => {
  const idsIn = (place: string): string[] =>
    [...(cloud.stores.findings.get(place)?.values() ?? [])].map(({ Id }) => String(Id)).toSorted();
  const own = idsIn("333344445555/eu-central-1");
  assert.ok(own.some((id) => id.startsWith("ringfence/eu-central-1/333344445555/shop-prod/NETPOL.20/")));
  assert.ok(own.every((id) => id.startsWith("ringfence/eu-central-1/333344445555/")));
  const wide = idsIn("222233334444/eu-central-1");
  assert.ok(
    wide.some((id) => id.startsWith("ringfence/-/111122223333/-/NETPOL.9/")),
    wide.join("\n"),
  );
});

test("one digest was sent, and it names what could not be looked at", () => {
  const messages = [...cloud.stores.messages.values()].flat();
  assert.equal(messages.length, 1);
  assert.match(messages[0]?.message ?? "", /legacy-erp/);
});

test("a report that is repeated tells nobody twice, and finds what was news", async () => {
  const before = stored(`${RUN}/report.json`) as Report;
  const changesOf = ({ findings }: Report) => findings.map(({ id, change }) => `${id} ${change}`);
  assert.ok(changesOf(before).some((line) => line.includes("/-/NETPOL.9/") && line.endsWith(" new")));
  await fire("report");
  const again = stored(`${RUN}/report.json`) as Report;
  assert.deepEqual(changesOf(again), changesOf(before));
  assert.deepEqual(
    again.trend?.map(({ startedAt, complete }) => ({ startedAt, complete })),
    [{ startedAt: before.startedAt, complete: false }],
  );
  assert.equal([...cloud.stores.messages.values()].flat().length, 1);
});

test("a second identical run publishes nothing new: the state remembers", async () => {
  const before = cloud.calls.filter(({ operation }) => operation === "BatchImportFindings").length;
  await fire("scan");
  const imports = cloud.calls.filter(({ operation }) => operation === "BatchImportFindings").length - before;
  assert.equal(imports, 0);
});

test("collect, in the member account, leaves a snapshot of the cluster that the hub could not reach", async () => {
  assert.ok(world !== undefined);
  const environment = spokeEnvironment(world, cloud, PRODUCTION, "eu-central-1");
  const result = await fireEvent("collect", read("collect.json"), world, cloud, environment);
  fired.set("collect.json", result);
  assert.ok(result.ok, `${JSON.stringify(result.result)} ${result.stderr}`);
  const place = { account: PRODUCTION, region: "eu-central-1", cluster: "legacy-erp" };
  assert.deepEqual(result.result, [{ ...place, outcome: "scanned" }]);
  const snapshot = stored(`spoke/${PRODUCTION}/eu-central-1/legacy-erp.json`) as Snapshot;
  assert.deepEqual([snapshot.schemaVersion, snapshot.target], [1, place]);
});

test("every event was fired, and no secret came out", () => {
  assert.deepEqual([...fired.keys()].toSorted(), files);
  const printed = JSON.stringify([...fired.values()]);
  for (const secret of cloud.issuedSecrets)
    assert.ok(!printed.includes(secret), "an issued secret was printed");
});
