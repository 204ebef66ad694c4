// `ringfence scan --publish` as a process, run after run against one emulated cloud: exemptions, Slack and the life
// of the digest, from the configuration to what arrives.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { healthyCluster, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const folder = makeFolder();
const DAY_MS = 24 * 3600 * 1000;
/** Of the day on which the tests began, whatever day they end on. */
const startedMs = Date.now();
const inDays = (days: number): string => new Date(startedMs + days * DAY_MS).toISOString().slice(0, 10);
const SECRET = "s3cretS3cret";

const annotations = {
  "ringfence.dev/exempt": "NETPOL.20",
  "ringfence.dev/reason": "Moves out",
  "ringfence.dev/owner": "team-bare",
  "ringfence.dev/until": inDays(10),
};
const base = singleAccount();
const [account] = base.accounts;
assert.ok(account !== undefined);
const manifests = [
  ...shop(),
  namespace("bare", {}, annotations),
  deployment("bare", "app"),
  namespace("open"),
  deployment("open", "app"),
];
const world = { ...base, accounts: [{ ...account, clusters: [healthyCluster({ manifests })] }] };

const received: string[] = [];
const slack = createServer((request, response) => {
  let body = "";
  request.on("data", (part: Buffer) => (body += part.toString()));
  request.on("end", () => {
    received.push(body);
    response.end("ok");
  });
});
let cloud: Cloud;
let configurationFile: string;

before(async () => {
  cloud = await startCloud(world);
  await new Promise<void>((resolve) => slack.listen(0, "127.0.0.1", resolve));
  const { port } = slack.address() as AddressInfo;
  const secretArn = cloud.putSecret("ringfence/slack", `http://127.0.0.1:${port}/services/${SECRET}`);
  configurationFile = join(folder, "ringfence.config.json");
  mkdirSync(join(folder, "state"));
  const rule = {
    controls: ["NETPOL.20"],
    namespaces: ["open"],
    reason: "Ends soon",
    owner: "sec",
    until: inDays(3),
  };
  const never = { ...rule, namespaces: ["nowhere"] };
  const configuration = {
    publish: { securityHub: { enabled: true }, slack: { secretArn }, sns: { topicArn: cloud.topicArn } },
    state: { folder: join(folder, "state") },
    exemptions: [rule, never],
    namespaceExemptions: { allowed: ["NETPOL.20"], maxDays: 30 },
  };
  writeFileSync(configurationFile, JSON.stringify(configuration));
});
after(async () => {
  slack.close();
  await cloud.close();
});

async function scan(...args: readonly string[]) {
  const { stdout, stderr } = await run(["scan", "--format", "json", "--config", configurationFile, ...args], {
    environment: { ...cloud.environment },
  });
  assert.ok(!stdout.includes(SECRET) && !stderr.includes(SECRET), "the webhook's URL was printed");
  return { report: JSON.parse(stdout) as Report, stderr };
}

function statusOf({ findings }: Report, controlId: string, subject: string): string | undefined {
  return findings.find((one) => one.controlId === controlId && one.subject.name === subject)?.status;
}

test("a scan that publishes nothing knows the exemptions, and says what it cannot check", async () => {
  const { report } = await scan();
  assert.equal(statusOf(report, "NETPOL.20", "open"), "exempt");
  const own = report.findings.find((one) => one.controlId === "NETPOL.20" && one.subject.name === "bare");
  assert.equal(own?.status, "exempt");
  assert.match(own.because, /maxDays was not checked\.$/);
  assert.equal(statusOf(report, "NETPOL.29", "exemptions"), "fail");
});

test("--publish with nothing configured says so, and not that nothing was new", async () => {
  const file = join(folder, "nothing.config.json");
  writeFileSync(file, "{}");
  const { stderr } = await run(["scan", "--publish", "--config", file], {
    environment: { ...cloud.environment },
  });
  assert.match(stderr, /^Security Hub: off, nothing was imported; publish\.securityHub\.enabled/m);
  assert.match(stderr, /^No digest: publish names neither sns nor slack\.$/m);
});

test("a state bucket that is not there: says what to look at, and that Security Hub refused nothing", async () => {
  const file = join(folder, "no-bucket.config.json");
  const configuration = { publish: { securityHub: { enabled: true } }, state: { bucket: "there-is-none" } };
  writeFileSync(file, JSON.stringify(configuration));
  const { stderr, exitCode } = await run(["scan", "--publish", "--config", file], {
    environment: { ...cloud.environment },
  });
  assert.match(stderr, /^Security Hub: 0 findings imported, [1-9]\d* not\.$/m);
  assert.match(
    stderr,
    /^Nothing was published, because .* NoSuchBucket \(HTTP 404\)\. See that what `state` names/m,
  );
  assert.equal(exitCode, 3);
});

test("a state folder that cannot be written is told before anything is asked", async () => {
  const file = join(folder, "no-folder.config.json");
  writeFileSync(file, JSON.stringify({ state: { folder: file } }));
  const calls = cloud.calls.length;
  const { stdout, stderr, exitCode } = await run(["scan", "--publish", "--config", file], {
    environment: { ...cloud.environment },
  });
  assert.deepEqual([exitCode, stdout, cloud.calls.length], [2, "", calls]);
  assert.match(stderr, /^ringfence: state\.folder .* cannot be written: .* Name a folder that can\.$/m);
});

test("the first run tells everybody, the second one nobody", async () => {
  const first = await scan("--publish");
  assert.match(first.stderr, /SNS: the digest was sent\.\nSlack: the digest was sent\./);
  assert.equal(received.length, 1);
  assert.match(received[0] ?? "", /Exemptions that end soon.*exemptions\[0\], owner sec/);
  const own = first.report.findings.find(
    (one) => one.controlId === "NETPOL.20" && one.subject.name === "bare",
  );
  assert.equal(own?.exemption?.until, inDays(10));
  assert.doesNotMatch(own.because, /was not checked/, "the state remembers since when");
  const imports = cloud.calls.filter(({ operation }) => operation === "BatchImportFindings").length;
  const second = await scan("--publish");
  assert.match(second.stderr, /SNS: nothing changed, so no digest was sent\./);
  assert.deepEqual(
    [first, second].map(({ report }) => report.trend?.length),
    [1, 2],
  );
  assert.equal(received.length, 1);
  assert.equal(cloud.calls.filter(({ operation }) => operation === "BatchImportFindings").length, imports);
});

test("Security Hub shows what is exempt as such, with the reason", () => {
  const stored = [...cloud.stores.findings.values()].flatMap((held) => [...held.values()]);
  const exempt = stored
    .map((one) => JSON.stringify(one))
    .filter((text) => text.includes('"ReasonCode":"EXEMPT"'));
  assert.equal(exempt.length, 2);
  assert.ok(exempt.every((text) => text.includes('"Status":"WARNING"')));
  assert.ok(exempt.some((text) => text.includes("owner team-bare: Moves out")));
});
