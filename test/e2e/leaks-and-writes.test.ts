// Every named world, scanned and published as a person does it, then looked at by doctor: what left the process holds
// no secret that the world ever issued, and no cluster was asked for anything but to be read.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Cloud, startCloud } from "../../emulator/cloud.ts";
import type { World } from "../../emulator/world.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { doctor } from "../../lib/commands/doctor.ts";
import type { CommandResult } from "../../lib/commands/options.ts";
import { scanCloud } from "../../lib/commands/scan.ts";
import type { Terminal } from "../../lib/commands/terminal.ts";
import { parseConfiguration } from "../../lib/config.ts";
import { ConfigurationError } from "../../lib/model/configuration-error.ts";
import { UsageError } from "../../lib/model/usage-error.ts";
import { expectedWorlds } from "../scenarios/expected-worlds.ts";
import { toWholeText } from "../../lib/report/output.ts";

const BUCKET = "ringfence-state-of-a-test";
/** How every token of EKS begins, what a presigned URL carries, and how a token is shown to a server. */
const CREDENTIAL = /k8s-aws-v1\.|X-Amz-(?:Signature|Security-Token|Credential)|\bBearer [\w.-]{20}/i;
const REVIEW = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubject(?:access|rules)reviews$/;

/** A terminal whose every word is kept. */
function keepWords(words: string[]): Terminal {
  const keep = (said: string): void => void words.push(said);
  return { out: keep, remark: keep, live: keep, columns: 80, color: false, interactive: false };
}

interface Slack {
  readonly server: Server;
  readonly bodies: string[];
}

async function startSlack(): Promise<Slack> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(Buffer.concat(parts).toString("utf8"));
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, bodies };
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

/** All that left the process: to the terminal, and to whatever the cloud holds but its own secrets. */
function collectTold({ stores }: Cloud, words: readonly string[], slack: Slack): readonly string[] {
  return [
    ...words,
    ...slack.bodies,
    ...[...stores.findings.values()].flatMap((held) => [...held.values()].map((one) => JSON.stringify(one))),
    ...[...stores.messages.values()].flat().flatMap(({ subject, message }) => [subject ?? "", message]),
    ...[...stores.objects.values()].flatMap((held) =>
      [...held].flatMap(([key, { body }]) => [key, body.toString("utf8")]),
    ),
    ...[...stores.executions.values()].flatMap((held) => [...held].flat()),
  ];
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

async function play(name: string, world: World): Promise<{ cloud: Cloud; told: readonly string[] }> {
  const cloud = await startCloud(world);
  const slack = await startSlack();
  const folder = mkdtempSync(join(tmpdir(), "ringfence-leaks-"));
  const before = { ...process.env };
  try {
    const { port } = slack.server.address() as AddressInfo;
    const webhook = `http://127.0.0.1:${port}/services/T0/B0/xoxb-secret-of-a-test`;
    const secretArn = cloud.putSecret("ringfence/slack", webhook);
    cloud.stores.objects.set(BUCKET, new Map());
    Object.assign(process.env, cloud.environment);
    const file = toFile(name, world, cloud, secretArn);
    const config = join(folder, "ringfence.config.json");
    writeFileSync(config, file);
    const words: string[] = [];
    const terminal = keepWords(words);
    const { signal } = new AbortController();
    const options = { failOn: "high", color: false, verbose: true } as const;
    for (const format of ["text", "json"] as const)
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
    return { cloud, told: collectTold(cloud, words, slack) };
  } finally {
    for (const key of Object.keys(process.env)) if (before[key] === undefined) delete process.env[key];
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
    slack.server.closeAllConnections();
    slack.server.close();
    await cloud.close();
  }
}

for (const [name, create] of Object.entries(worlds))
  test(`${name}: no secret left the process, and clusters were only read`, async () => {
    const { cloud, told } = await play(name, create());
    assert.ok(told.length > 10 && cloud.issuedSecrets.length > 0);
    for (const words of told) {
      assert.deepEqual(
        cloud.issuedSecrets.filter((secret) => words.includes(secret)).map((secret) => secret.slice(0, 8)),
        [],
      );
      assert.doesNotMatch(words, CREDENTIAL);
    }
    const requests = [...cloud.clusters.values()].flatMap((server) => server.requests);
    assert.deepEqual(
      requests.filter(({ method, path }) => method !== "GET" && !(method === "POST" && REVIEW.test(path))),
      [],
    );
  });
