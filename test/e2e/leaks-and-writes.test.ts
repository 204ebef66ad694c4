// Every named world, and each kind of failure at each service, scanned and published as a person does it, then looked
// at by doctor: what left the process holds no secret that was ever issued, and no cluster was sent anything but reads.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Cloud, startCloud } from "../../emulator/cloud.ts";
import type { World, WorldFault } from "../../emulator/world.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { doctor } from "../../lib/commands/doctor.ts";
import type { CommandResult } from "../../lib/commands/options.ts";
import { scanCloud } from "../../lib/commands/scan.ts";
import type { Terminal } from "../../lib/commands/terminal.ts";
import { parseConfiguration } from "../../lib/config/config.ts";
import { ConfigurationError } from "../../lib/model/configuration-error.ts";
import { UsageError } from "../../lib/model/usage-error.ts";
import { expectedWorlds } from "../scenarios/expected-worlds.ts";
import { send } from "../emulator/kubernetes-fixture.ts";
import { faultWorld } from "./faults/fault-world.ts";
import { findLeaks, findWrites, startSlack } from "./nothing-leaked.ts";
import { toWholeText } from "../../lib/report/output.ts";

const BUCKET = "ringfence-state-of-a-test";
/** A terminal whose every word is kept. */
function keepWords(words: string[]): Terminal {
  const keep = (said: string): void => void words.push(said);
  return { out: keep, remark: keep, live: keep, columns: 80, color: false, interactive: false };
}

function toFile(name: string, world: World, cloud: Cloud, secretArn: string): string {
  const { organization, scanner } = world;
  const regions = expectedWorlds[name]?.regions;
  return JSON.stringify({
    ...(organization === null ? {} : { organization: {} }),
    ...(scanner.externalId === null ? {} : { role: { externalId: scanner.externalId } }),
    ...(regions === undefined ? {} : { regions }),
    publish: {
      securityHub: { enabled: true },
      slack: { secretArn },
      sns: { topicArn: cloud.topicArn, format: "json" },
    },
    state: { bucket: BUCKET },
    limits: { requestTimeoutMs: 2_000, deadlineSeconds: 20 },
  });
}

/** What lib/cli.ts tells in a sentence; anything else is a bug. */
async function run(command: () => Promise<CommandResult>, words: string[]): Promise<void> {
  try {
    const { output, remarks } = await command();
    words.push(toWholeText(output), remarks);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
    words.push(error.message, error.stack ?? "");
  }
}

interface Played {
  readonly cloud: Cloud;
  /** What reached the terminal and Slack. */
  readonly words: readonly string[];
}

interface Play {
  readonly formats?: readonly ("text" | "json")[];
  readonly slackStatus?: number;
}

async function play(
  name: string,
  world: World,
  { formats = ["text"], slackStatus }: Play = {},
): Promise<Played> {
  using slack = await startSlack(slackStatus);
  const cloud = await startCloud(world);
  const folder = mkdtempSync(join(tmpdir(), "ringfence-leaks-"));
  const before = { ...process.env };
  try {
    const secretArn = cloud.putSecret("ringfence/slack", slack.webhook);
    cloud.stores.objects.set(BUCKET, new Map());
    Object.assign(process.env, cloud.environment);
    const file = toFile(name, world, cloud, secretArn);
    const config = join(folder, "ringfence.config.json");
    writeFileSync(config, file);
    const words: string[] = [];
    const terminal = keepWords(words);
    const { signal } = new AbortController();
    const options = { failOn: "high", color: false, verbose: true } as const;
    for (const format of formats)
      await run(
        () =>
          scanCloud(
            parseConfiguration(file, config),
            process.env,
            { ...options, format, publish: true },
            terminal,
            signal,
          ),
        words,
      );
    await run(() => doctor({ ...options, format: "text", config }, terminal, signal), words);
    return { cloud, words: [...words, ...slack.bodies] };
  } finally {
    for (const key of Object.keys(process.env)) if (before[key] === undefined) delete process.env[key];
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
    await cloud.close();
  }
}

function judge({ cloud, words }: Played): void {
  assert.ok(words.length > 3 && cloud.issuedSecrets.length > 0);
  assert.deepEqual(findLeaks(cloud, words), []);
  assert.deepEqual(findWrites(cloud), []);
}

test("the judges find what they look for", async () => {
  const cloud = await startCloud(faultWorld([]));
  try {
    const [secret = assert.fail("no secret")] = cloud.issuedSecrets;
    assert.deepEqual(findLeaks(cloud, ["all is well"]), []);
    assert.equal(findLeaks(cloud, [`a log with ${secret} in it`]).length, 1);
    const body = Buffer.from(`{"token":"k8s-aws-v1.${"x".repeat(50)}"}`);
    const stored = { body, etag: "", checksumCrc32: "", contentType: undefined, lastModified: new Date() };
    cloud.stores.objects.set(BUCKET, new Map([["state/1.json", stored]]));
    assert.equal(findLeaks(cloud, []).length, 1);
    const [cluster = assert.fail("no cluster")] = cloud.clusters.values();
    const ca = Buffer.from(cluster.certificateAuthorityData, "base64").toString();
    for (const method of ["GET", "DELETE"]) await send(cluster, "/api/v1/pods", { method, ca, token: null });
    assert.deepEqual(findWrites(cloud), ["a cluster was sent DELETE /api/v1/pods"]);
  } finally {
    await cloud.close();
  }
});

for (const [name, create] of Object.entries(worlds))
  test(`${name}: no secret left the process, and clusters were only read`, async () => {
    judge(await play(name, create(), { formats: ["text", "json"] }));
  });

/** One call of each service that the scanner sends, and of each kind of cluster read. */
const CALLS = [
  ["organizations", "ListRoots"],
  ["sts", "AssumeRole"],
  ["eks", "ListClusters"],
  ["eks", "DescribeCluster"],
  ["securityhub", "BatchImportFindings"],
  ["s3", "GetObject"],
  ["s3", "PutObject"],
  ["sns", "Publish"],
  ["secretsmanager", "GetSecretValue"],
  ["kubernetes", "/api/v1/pods"],
  ["kubernetes", "/apis/networking.k8s.io"],
] as const;

const ANSWERS: Readonly<Record<string, WorldFault["answer"]>> = {
  denied: { kind: "error", status: 403, code: "AccessDeniedException", message: "not allowed" },
  garbage: { kind: "garbage", body: "<html>no</html>", contentType: "text/html" },
  expired: { kind: "expired" },
  reset: { kind: "reset" },
};

for (const [kind, answer] of Object.entries(ANSWERS))
  test(`${kind}: at no call of any service is a secret shown, or anything written to a cluster`, async () => {
    for (const [service, operation] of CALLS)
      judge(await play("fault", faultWorld([{ service, operation, answer }])));
  });

test("Slack that fails, and says which address was asked: nobody is told the address", async () => {
  judge(await play("fault", faultWorld([]), { slackStatus: 500 }));
  judge(await play("fault", faultWorld([]), { slackStatus: 404 }));
});
