// Every named world, scanned: the table of expected-worlds.ts, and the rules that hold whatever a world is like.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as v from "valibot";
import type { RecordedCall } from "../../emulator/cloud.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import type { World } from "../../emulator/world.ts";
import { EXIT, toExitCode } from "../../lib/commands/exit-code.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { Coverage } from "../../lib/model/target.ts";
import { addCounts, countRun } from "../../lib/model/run-counts.ts";
import { ReportSchema } from "../../lib/report/schema.ts";
import { countWide } from "../../lib/scan/report-run.ts";
import { toReportText } from "../../lib/scan/report-text.ts";
import { join, leaveRun, readAll, toWholeText } from "../scan/left-run.ts";
import { expectedWorlds, type ExpectedWorld } from "./expected-worlds.ts";
import { scanWorld, type ScannedWorld } from "./scan-world.ts";

interface Scenario {
  readonly name: string;
  readonly world: World;
  readonly expected: ExpectedWorld;
  /** Scanned at the first call, and once. */
  readonly scanned: () => Promise<ScannedWorld>;
}

const scenarios = Object.entries(worlds).map(([name, create]) => toScenario(name, create()));

function toScenario(name: string, world: World): Scenario {
  const expected = expectedWorlds[name];
  if (expected === undefined) throw new Error(`expected-worlds.ts does not speak of ${name}`);
  let scanning: Promise<ScannedWorld> | null = null;
  const { regions } = expected;
  const options = regions === undefined ? {} : { regions };
  return { name, world, expected, scanned: () => (scanning ??= scanWorld(world, options)) };
}

function toWords({ account, region, cluster, outcome, why }: Coverage): string {
  const what = cluster ?? [account, region].filter((part) => part !== null).join(" ");
  return why === undefined ? `${what}: ${outcome}` : `${what}: ${outcome}, ${why}`;
}

function toLine({ status, controlId, cluster, subject }: Finding): string {
  const isAboutCluster = subject.kind === "cluster" && subject.name === cluster;
  return `${status} ${controlId} ${cluster ?? "-"}${isAboutCluster ? "" : ` ${subject.name}`}`;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Readonly<Record<string, number>> {
  const groups = Map.groupBy(items, keyOf);
  return Object.fromEntries([...groups].map(([key, group]) => [key, group.length]));
}

const WAITS_LONG: ReadonlySet<string> = new Set(["demo", "throttled"]);
const longestFirst = scenarios.toSorted(
  (a, b) => Number(WAITS_LONG.has(b.name)) - Number(WAITS_LONG.has(a.name)),
);

// Three at a time: two wait for what cannot be reached or asks for patience, while one works.
describe("what a scan of each world says", { concurrency: 3 }, () => {
  for (const { name, scanned } of longestFirst)
    test(`${name}: a distributed run writes the same report piece by piece`, async () => {
      const { report } = await scanned();
      const store = leaveRun(report);
      const run = await join(store);
      assert.equal(await readAll(toReportText(run, store)), toWholeText(report));
      const { counts, wide } = run;
      assert.deepEqual(addCounts(counts, countWide(wide)), countRun(report));
    });

  for (const { name, expected, scanned } of longestFirst)
    test(`${name}: coverage, enforcement and the findings it was made for`, async () => {
      const { report } = await scanned();
      assert.deepEqual(report.coverage.map(toWords), expected.coverage);
      const verdicts = report.clusters.map(({ name, enforcement }) => [name, enforcement.verdict]);
      assert.deepEqual(Object.fromEntries(verdicts), expected.enforcement);
      const said = new Set(report.findings.map(toLine));
      assert.deepEqual(
        expected.findings.filter((line) => !said.has(line)),
        [],
        "these were expected",
      );
    });
});

describe("whatever the world", () => {
  for (const { name, expected, scanned, world } of scenarios) {
    test(`${name}: the exit code says incomplete exactly where something was not looked at`, async () => {
      const { report } = await scanned();
      const hasGap = expected.coverage.some((line) => /: (missed|partial)/.test(line));
      assert.equal(report.complete, !hasGap);
      assert.equal(toExitCode(report, "none"), hasGap ? EXIT.incomplete : EXIT.fine);
    });

    test(`${name}: of a cluster that was not seen, nothing is decided but what EKS itself told`, async () => {
      const { report } = await scanned();
      const missed = report.coverage.filter(
        ({ cluster, outcome }) => cluster !== null && outcome === "missed",
      );
      const judged = report.findings.filter(
        (finding) =>
          !DECIDED_WITHOUT_CLUSTER.has(finding.controlId) &&
          missed.some((entry) => isSameCluster(entry, finding)),
      );
      assert.deepEqual(judged.filter(({ status }) => status === "pass" || status === "fail").map(toLine), []);
    });

    test(`${name}: the JSON is a report by its own schema, and every finding has its own id`, async () => {
      const { json, report } = await scanned();
      const parsed = v.safeParse(ReportSchema, JSON.parse(json));
      assert.deepEqual(parsed.issues?.map((issue) => v.getDotPath(issue)) ?? [], []);
      assert.equal(new Set(report.findings.map(({ id }) => id)).size, report.findings.length);
    });

    test(`${name}: an aws command asks in the Region of its cluster, whatever the reader's own is`, async () => {
      const { report } = await scanned();
      const commands = [
        ...report.findings.flatMap(({ region, evidence, remediation }) =>
          [...remediation.commands, ...evidence.map(({ command }) => command)].map((command) => [
            region,
            command,
          ]),
        ),
        ...report.clusters.flatMap(({ region, enforcement }) =>
          enforcement.evidence.map(({ command }) => [region, command]),
        ),
      ] as const;
      const ofAws = commands.filter(([, command]) => command?.startsWith("aws ") === true);
      assert.deepEqual(
        ofAws.filter(([region, command]) => command?.includes(` --region ${region}`) !== true),
        [],
      );
    });

    test(`${name}: no secret is in the JSON or in the text`, async () => {
      const { json, text, emulator } = await scanned();
      assert.ok(emulator.issuedSecrets.length > 0);
      for (const output of [json, text]) {
        assert.deepEqual(
          emulator.issuedSecrets.filter((secret) => output.includes(secret)),
          [],
        );
        assert.doesNotMatch(output, /k8s-aws-v1\.|x-amz-(signature|security-token|credential)|bearer /i);
      }
    });

    test(`${name}: clusters were only read, and AWS too but for AssumeRole`, async () => {
      const { emulator } = await scanned();
      const requests = [...emulator.clusters.values()].flatMap((server) => server.requests);
      assert.deepEqual(
        requests.filter(({ method }) => method !== "GET"),
        [],
      );
      const reads = /^(Get|List|Describe)[A-Z]|^AssumeRole$/;
      assert.deepEqual(
        emulator.calls.filter(({ operation }) => operation === null || !reads.test(operation)),
        [],
      );
    });

    test(`${name}: no call is made twice`, { skip: world.faults.some(isThrottling) }, async () => {
      const { emulator, report } = await scanned();
      const byAccount = countBy(emulator.calls.filter(isOncePerAccount), toAccountCall);
      assert.deepEqual(
        Object.entries(byAccount).filter(([, count]) => count !== 1),
        [],
      );
      const listed = report.coverage.filter(({ cluster }) => cluster !== null).length;
      const operations = countBy(emulator.calls, ({ operation }) => String(operation));
      assert.equal(operations["DescribeCluster"], listed);
      assert.equal(operations["DescribeAddon"], listed);
      // The caller's own account is entered without a role where no organization is scanned.
      const entered = world.organization === null ? undefined : world.accounts.length;
      assert.equal(operations["AssumeRole"], entered);
    });
  }
});

/** The add-on's declaration is read from the Amazon EKS API, and that a cluster is dark is a finding itself. */
const DECIDED_WITHOUT_CLUSTER: ReadonlySet<string> = new Set(["NETPOL.1", "NETPOL.9"]);

function isSameCluster(a: Coverage, b: Finding): boolean {
  return a.account === b.account && a.region === b.region && a.cluster === b.cluster;
}

function isThrottling({ answer }: World["faults"][number]): boolean {
  return answer.kind === "error" && answer.status === 429;
}

function isOncePerAccount({ operation }: RecordedCall): boolean {
  return operation === "ListRegions" || operation === "GetCallerIdentity";
}

function toAccountCall({ accountId, operation }: RecordedCall): string {
  return `${accountId} ${operation}`;
}

const FOR_REMEDIES = /\/(?:services|ingresses|(?:mutating|validating)webhookconfigurations)$/;

test("a fine cluster costs at most 14 Kubernetes requests, one that needs policies 4 more", async () => {
  for (const { name, scanned, world } of scenarios) {
    if (world.faults.some(isThrottling)) continue;
    const { emulator } = await scanned();
    for (const [key, { requests }] of emulator.clusters) {
      const forRemedies = requests.filter(({ path }) => FOR_REMEDIES.test(path)).length;
      if (!key.endsWith("/shop")) continue;
      assert.ok(requests.length - forRemedies <= 14, `${name}: ${requests.length}`);
      assert.ok(forRemedies === 0 || forRemedies === 4, `${name}: ${forRemedies} for remedies`);
    }
  }
});

test("5,004 namespaces are 11 pages, and each gets its findings", async () => {
  const { emulator, report } = await scanWorldNamed("many-namespaces");
  const [server] = [...emulator.clusters.values()];
  const pages = server?.requests.filter(({ path }) => path === "/api/v1/namespaces") ?? [];
  assert.equal(pages.length, 11);
  assert.equal(report.clusters[0]?.namespaces.length, 5_004);
  const judged = report.findings.filter(({ controlId }) => controlId === "NETPOL.20");
  assert.equal(new Set(judged.map(({ subject }) => subject.name)).size, 5_004);
});

test("a Cilium that came late: the one pod without an endpoint is named, and no other", async () => {
  const { report } = await scanWorldNamed("demo");
  const finding = report.findings.find(
    ({ cluster, controlId }) => cluster === "ml-sandbox" && controlId === "NETPOL.3",
  );
  assert.match(finding?.because ?? "", /not for pods notebooks\/notebook-mira\.$/);
});

test("names of Object.prototype stay names: no object of ours was touched", async () => {
  const { json } = await scanWorldNamed("hostile-names");
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  assert.equal(Reflect.get({}, "app"), undefined);
  // Nothing that a terminal would obey.
  // oxlint-disable-next-line no-control-regex -- it is what must not be there
  assert.doesNotMatch(json, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

function scanWorldNamed(name: string): Promise<ScannedWorld> {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no world ${name}`);
  return found.scanned();
}
