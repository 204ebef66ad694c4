// Where the webhook's URL may be kept, and that it comes out nowhere: not in what is printed, not in the state, not in
// what any service is sent.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { makeFolder, run } from "./run-ringfence.ts";

const SECRET = "T000-B000-s3cretS3cret";
let cloud: Cloud;
let slack: Server;
let url: string;
let answer: { readonly status: number; readonly body: string };
let received = 0;

before(async () => {
  cloud = await startCloud(singleAccount());
  slack = createServer((request, response) => {
    request.resume().on("end", () => {
      received += 1;
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => slack.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/services/${SECRET}`;
});
after(async () => {
  slack.close();
  await cloud.close();
});

async function publish(place: Readonly<Record<string, string>>) {
  const folder = makeFolder();
  const config = join(folder, "ringfence.config.json");
  mkdirSync(join(folder, "state"));
  const configuration = {
    publish: { slack: place, securityHub: { enabled: true } },
    state: { folder: join(folder, "state") },
  };
  writeFileSync(config, JSON.stringify(configuration));
  const args = ["scan", "--publish", "--verbose", "--stats", "--format", "json", "--config", config];
  const finished = await run(args, { environment: { ...cloud.environment } });
  const kept = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const sent = JSON.stringify([...cloud.stores.findings.values()].map((held) => [...held.values()]));
  const everything = [finished.stdout, finished.stderr, ...kept, sent].join("\n");
  assert.ok(!everything.includes(SECRET), "the webhook's URL came out");
  assert.ok(!everything.includes(new URL(url).host), "the webhook's host came out");
  return finished;
}

const PLACES: readonly (readonly [name: string, put: () => Readonly<Record<string, string>>])[] = [
  ["a secret of Secrets Manager", () => ({ secretArn: cloud.putSecret("ringfence/slack", url) })],
  [
    "a SecureString of Parameter Store",
    () => {
      cloud.putParameter("/ringfence/slack", url);
      return { parameterName: "/ringfence/slack" };
    },
  ],
];

for (const [name, put] of PLACES) {
  test(`${name} leads to Slack, and comes out nowhere`, async () => {
    answer = { status: 200, body: "ok" };
    received = 0;
    const { stderr } = await publish(put());
    assert.match(stderr, /Slack: the digest was sent\./);
    assert.equal(received, 1);
  });

  test(`${name} comes out nowhere where Slack refuses, either`, async () => {
    answer = { status: 403, body: `invalid_token ${url}` };
    const { stderr, exitCode } = await publish(put());
    assert.match(stderr, /Slack: .*: Slack answered 403 without a reason, which will not change by itself/);
    assert.equal(exitCode, 3);
  });
}

test("a parameter that is kept in clear is not used", async () => {
  cloud.putParameter("/ringfence/plain", url, "String");
  received = 0;
  const { stderr, exitCode } = await publish({ parameterName: "/ringfence/plain" });
  assert.match(stderr, /Slack: .*: the parameter is no SecureString; store the secret as one/);
  assert.deepEqual([received, exitCode], [0, 3]);
});

test("a parameter that is not there is named as what it is", async () => {
  const { stderr, exitCode } = await publish({ parameterName: "/ringfence/gone" });
  assert.match(stderr, /Slack: .*ParameterNotFound/);
  assert.equal(exitCode, 3);
});
