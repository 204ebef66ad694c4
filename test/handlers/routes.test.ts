// Routes by organizational unit, cluster tag and severity, and a webhook in Parameter Store: the terminal and the
// functions, each with its own role, tell the same people the same.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import type { Chunk, DiscoverOutput } from "../../lib/events.ts";
import type { RunOutcome } from "../../lib/publishing/publish-report.ts";
import { makeFolder, run } from "../cli/run-ringfence.ts";
import { fireEvent, lambdaEnvironment } from "./fire-event.ts";

const world = worlds["demo"]?.() ?? assert.fail();
const { accountId, region, externalId } = world.scanner;
const topic = (name: string): string => `arn:aws:sns:${region}:${accountId}:ringfence-${name}`;
const TOPICS = ["all", "production", "urgent", "platform", "pager"] as const;
const RUN_ID = "2026-11-21T05-00-00-000Z-schedule";
const SECRET = "T000-B000-s3cretS3cret";

const routes = [
  { organizationalUnits: ["/Workloads/Production"], sns: { topicArn: topic("production"), format: "json" } },
  {
    organizationalUnits: ["/Workloads/*"],
    severities: ["critical", "high"],
    sns: { topicArn: topic("urgent"), format: "json" },
  },
  { clusterTags: ["team=platform"], sns: { topicArn: topic("platform"), format: "json" } },
  // Nothing is critical: it hears so once.
  { severities: ["critical"], sns: { topicArn: topic("pager"), format: "json" } },
  // Of this one the deployment is not told.
  { accounts: ["333344445555"], severities: ["high"], sns: { topicArn: topic("unlisted"), format: "json" } },
  { organizationalUnits: ["/Security"], slack: { parameterName: "/ringfence/security" } },
];
const publish = {
  sns: { topicArn: topic("all"), format: "json" },
  securityHub: { enabled: true },
  trustClusterTags: true,
  routes,
};
const limits = { requestTimeoutMs: 4_000, deadlineSeconds: 120 };
const configuration = { organization: {}, role: { externalId }, regions: [region], publish, limits };

const received: string[] = [];
const slack = createServer((request, response) => {
  let body = "";
  request.on("data", (part: Buffer) => (body += part.toString()));
  request.on("end", () => {
    received.push(body);
    response.end("ok");
  });
});

interface Digest {
  readonly worst: readonly {
    readonly id: string;
    readonly account: string;
    readonly cluster: string;
    readonly severity: string;
  }[];
  readonly blindSpots: readonly { readonly scope: string; readonly account: string }[];
  /** null where nothing was there to compare. */
  readonly changes: { readonly new: readonly { readonly id: string; readonly account: string }[] } | null;
}

const newIn = ({ changes }: Digest) => changes?.new ?? [];

interface Told {
  readonly digests: Readonly<Record<(typeof TOPICS)[number], Digest>>;
  readonly slack: string;
}

before(() => new Promise<void>((resolve) => slack.listen(0, "127.0.0.1", resolve)));
after(() => {
  slack.closeAllConnections();
  slack.close();
});

async function start(): Promise<Cloud & AsyncDisposable> {
  const parameters = {
    OrganizationId: world.organization?.id ?? "",
    ExternalId: externalId ?? "",
    ExistingTopicArn: topic("all"),
    RoutedTopicArns: TOPICS.slice(1).map(topic).join(","),
    RoutedParameterArns: `arn:aws:ssm:${region}:${accountId}:parameter/ringfence/security`,
  };
  const cloud = await startCloud(world, { templateParameters: parameters });
  const { port } = slack.address() as AddressInfo;
  cloud.putParameter("/ringfence/security", `http://127.0.0.1:${port}/services/${SECRET}`);
  return Object.assign(cloud, { [Symbol.asyncDispose]: () => cloud.close() });
}

function readTold({ stores }: Cloud): Told {
  const digests = Object.fromEntries(
    TOPICS.map((name) => {
      const messages = stores.messages.get(topic(name)) ?? [];
      assert.equal(messages.length, 1, `${name}: one digest`);
      return [name, JSON.parse(messages[0]?.message ?? "") as Digest];
    }),
  ) as Told["digests"];
  return { digests, slack: received.splice(0).join() };
}

let terminal: Told;
let functions: Told;

test("the terminal tells each route its part, once", async () => {
  await using cloud = await start();
  const folder = makeFolder();
  const config = join(folder, "ringfence.config.json");
  writeFileSync(config, JSON.stringify({ ...configuration, state: { folder } }));
  const scan = ["scan", "--publish", "--format", "json", "--config", config];
  const { stdout, stderr } = await run(scan, { environment: { ...cloud.environment } });
  const part = await run([...scan, "--clusters", "platform-*"], { environment: { ...cloud.environment } });
  const again = await run(scan, { environment: { ...cloud.environment } });
  for (const { stderr: told } of [part, again]) assert.doesNotMatch(told, /: the digest was sent/);
  terminal = readTold(cloud);
  assert.ok(![stdout, stderr].join().includes(SECRET));
  const { all, production, urgent, platform } = terminal.digests;
  const accountsOf = (digest: Digest): string[] => [
    ...new Set([...digest.worst, ...newIn(digest)].map((one) => one.account)),
  ];
  assert.deepEqual(accountsOf(production), ["333344445555"]);
  assert.deepEqual(accountsOf(urgent).toSorted(), ["333344445555", "444455556666"]);
  const severities = new Set(urgent.worst.map(({ severity }) => severity));
  assert.deepEqual(severities, new Set(["high"]));
  const platformClusters = new Set(platform.worst.map(({ cluster }) => cluster));
  assert.ok(
    platformClusters.has("shop-prod") && !platformClusters.has("legacy-erp"),
    [...platformClusters].join(),
  );
  assert.ok(newIn(all).length > newIn(urgent).length);
  assert.ok(all.blindSpots.some((spot) => spot.account === "111122223333"));
  assert.ok(!production.blindSpots.some((spot) => spot.account === "111122223333"));
  assert.match(terminal.slack, /platform-tools/);
});

test("the functions tell each route the same, with the roles of the deployment", async () => {
  await using cloud = await start();
  const environment: Readonly<Record<string, string>> = {
    ...lambdaEnvironment(world, cloud),
    RINGFENCE_CONFIG: JSON.stringify(configuration),
    RINGFENCE_TOPIC_ARN: "",
  };
  const fire = async (handler: string, event: unknown): Promise<unknown> => {
    const credentials = cloud.environmentFor(`ringfence-prod-${handler}`);
    const fired = await fireEvent(handler, event, world, cloud, { ...environment, ...credentials });
    assert.ok(fired.ok, `${handler}: ${JSON.stringify(fired.result)} ${fired.stderr}`);
    assert.ok(!`${JSON.stringify(fired.result)} ${fired.stderr}`.includes(SECRET));
    return fired.result;
  };
  const bucket = environment["RINGFENCE_BUCKET"];
  await fire("accounts", { runId: RUN_ID, trigger: "schedule", scope: {}, waitSeconds: 0, bucket });
  const accounts = world.accounts.map(({ id }) => id);
  const chunks: Chunk[] = [];
  for (const account of accounts)
    chunks.push(
      ...((await fire("discover", { runId: RUN_ID, account, scope: {} })) as DiscoverOutput).chunks,
    );
  for (const chunk of chunks) await fire("scan", chunk);
  const { digestProblem } = (await fire("report", { runId: RUN_ID })) as RunOutcome;
  assert.match(digestProblem, /^SNS \(ringfence-unlisted\): .*AuthorizationError/);
  assert.ok(!cloud.stores.messages.has(topic("unlisted")));
  functions = readTold(cloud);
  for (const name of TOPICS) {
    const [there, here] = [functions.digests[name], terminal.digests[name]];
    const idsOf = ({ worst }: Digest): string[] => worst.map(({ id }) => id);
    assert.deepEqual(idsOf(there), idsOf(here), name);
    assert.deepEqual(
      newIn(there).map(({ id }) => id),
      newIn(here).map(({ id }) => id),
      name,
    );
    assert.deepEqual(
      there.blindSpots.map(({ scope }) => scope),
      here.blindSpots.map(({ scope }) => scope),
      name,
    );
  }
  assert.match(functions.slack, /platform-tools/);
});
